package io.selfheal.logs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/**
 * What one delivery may inflate to, over all its compressed parts, so that a few kilobytes cannot
 * fill the memory.
 *
 * <p>Not for use by several threads.
 */
final class Inflating {
  /** 64 MiB, the limit of the intake's contract. */
  static final long MOST_BYTES = 64L << 20;

  private static final int BUFFER_BYTES = 8192;

  private final long mostBytes;
  private final LongConsumer inflated;
  private long left;

  /**
   * @param inflated told how many bytes more there are
   */
  Inflating(long mostBytes, LongConsumer inflated) {
    this.mostBytes = mostBytes;
    this.inflated = inflated;
    this.left = mostBytes;
  }

  static boolean isGzip(byte[] data) {
    return data.length >= 2 && data[0] == (byte) 0x1f && data[1] == (byte) 0x8b;
  }

  /**
   * The stream must be closed, it holds native memory. Its reads throw {@link IntakeException} 413
   * once the delivery is over its limit, and {@link IOException} where the data is cut short or
   * broken.
   */
  InputStream gunzip(byte[] data) throws IOException {
    return new Bounded(data);
  }

  private final class Bounded extends GZIPInputStream {
    Bounded(byte[] data) throws IOException {
      // A record is often one event of a few hundred bytes: a full buffer would cost more than its
      // inflation.
      super(new ByteArrayInputStream(data), Math.min(BUFFER_BYTES, Math.max(1, data.length)));
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      if (count > 0) {
        left -= count;
        if (left < 0) {
          throw new IntakeException(
              413, "the payload inflates to over " + (mostBytes >> 20) + " MiB");
        }
        inflated.accept(count);
      }
      return count;
    }
  }
}

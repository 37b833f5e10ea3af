package io.selfheal.camel.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file that is followed. It stays open, so that it can be read to its end after it was renamed
 * or deleted.
 */
final class TailedFile implements Closeable {
  private static final int HEAD_BYTES = 256;
  private static final Logger LOG = LoggerFactory.getLogger(TailedFile.class);

  private final Path path;
  private final String key;
  private final FileChannel channel;
  private long offset;
  private int headLength;
  private long headSum;
  private Instant lostSince;

  private TailedFile(Path path, String key, FileChannel channel) {
    this.path = path;
    this.key = key;
    this.channel = channel;
  }

  /** Opens a file that is new to us. */
  static TailedFile open(Path path, boolean fromEnd) throws IOException {
    TailedFile file = open(path, path);
    if (fromEnd) {
      file.moveTo(file.channel.size());
    }
    return file;
  }

  /**
   * Opens a file that was followed before.
   *
   * @param now the name the file has now
   */
  static TailedFile resume(Path now, Position position) throws IOException {
    TailedFile file = open(now, Path.of(position.path()));
    file.offset = position.offset();
    file.headLength = position.headLength();
    file.headSum = position.headSum();
    return file;
  }

  private static TailedFile open(Path now, Path path) throws IOException {
    FileChannel channel = FileChannel.open(now, StandardOpenOption.READ);
    return new TailedFile(path, key(now), channel);
  }

  /**
   * The identity of the file that has this name now; where the system has none, the time it was
   * made.
   */
  static String key(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return attributes.fileKey() == null
        ? path + "@" + attributes.creationTime()
        : attributes.fileKey().toString();
  }

  /**
   * Whether the file that has this name now is the one of the position, and not another with its
   * inode.
   */
  static boolean isSame(Path now, Position position) throws IOException {
    if (!key(now).equals(position.key())) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(now, StandardOpenOption.READ)) {
      return channel.size() >= position.offset()
          && sum(channel, position.headLength()) == position.headSum();
    }
  }

  /**
   * Reads the next complete lines. Nothing is taken for delivered before {@link #moveTo}.
   *
   * @param complete whether an unfinished last line will stay unfinished, and counts as a line
   * @return the lines, and where in the file they end; no lines if nothing new is complete
   */
  Lines read(ByteBuffer buffer, int maxLines, Charset charset, boolean complete)
      throws IOException {
    if (channel.size() < offset || sum(channel, headLength) != headSum) {
      LOG.info("{} was truncated, it is read from its beginning", path);
      offset = 0;
      headLength = 0;
      headSum = 0;
    }
    buffer.clear();
    long at = offset;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, at);
      if (count < 0) {
        break;
      }
      at += count;
    }
    byte[] bytes = buffer.array();
    int length = buffer.position();
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < length && lines.size() < maxLines; i++) {
      if (bytes[i] == '\n') {
        int end = i > start && bytes[i - 1] == '\r' ? i - 1 : i;
        lines.add(new String(bytes, start, end - start, charset));
        start = i + 1;
      }
    }
    boolean full = !buffer.hasRemaining();
    if (lines.isEmpty() && length > 0 && (full || complete)) {
      start = full ? characterEnd(bytes, length, charset) : length;
      lines.add(new String(bytes, 0, start, charset));
    }
    return new Lines(lines, offset + start);
  }

  /** The lines up to this offset are stored. */
  void moveTo(long delivered) throws IOException {
    offset = delivered;
    if (headLength < HEAD_BYTES && headLength < delivered) {
      headLength = (int) Math.min(HEAD_BYTES, delivered);
      headSum = sum(channel, headLength);
    }
  }

  Position position() {
    return new Position(path.toString(), key, offset, headLength, headSum);
  }

  Path path() {
    return path;
  }

  String key() {
    return key;
  }

  /**
   * Notes since when the file cannot be found: another one has taken its name, or it was deleted.
   *
   * @param now null if it can be found
   */
  void lost(Instant now) {
    if (now == null || lostSince == null) {
      lostSince = now;
    }
  }

  Instant lostSince() {
    return lostSince;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Where the last whole UTF-8 character ends, so that a piece of a long line does not cut one in
   * two.
   */
  private static int characterEnd(byte[] bytes, int length, Charset charset) {
    if (!charset.equals(StandardCharsets.UTF_8)) {
      return length;
    }
    int end = length;
    while (end > 1 && length - end < 4 && (bytes[end - 1] & 0xC0) == 0x80) {
      end--;
    }
    // What is left over begins with the byte that starts the character; ASCII ends by itself.
    return end > 1 && (bytes[end - 1] & 0xC0) == 0xC0 ? end - 1 : length;
  }

  private static long sum(FileChannel channel, int length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(length);
    int at = 0;
    while (head.hasRemaining()) {
      int count = channel.read(head, at);
      if (count < 0) {
        break;
      }
      at += count;
    }
    CRC32 sum = new CRC32();
    sum.update(head.array(), 0, at);
    return sum.getValue();
  }

  /** What was read, and the offset behind it. */
  record Lines(List<String> lines, long end) {}
}

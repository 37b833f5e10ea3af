package io.selfheal.camel.tail;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.ScheduledPollEndpoint;

/**
 * Follows text files as they grow.
 *
 * <p>An exchange holds complete lines of one file: the body is a {@code List<String>}. The position
 * in the file moves on only after the exchange succeeded, and is saved, so that a restart goes on
 * where the last exchange ended. A file that was renamed is read to its end before the one that
 * took its name; a file that was truncated is read from its beginning.
 */
@UriEndpoint(
    firstVersion = "4.17.0",
    scheme = "tail",
    title = "Tail",
    syntax = "tail:path",
    consumerOnly = true,
    category = {Category.FILE, Category.MONITORING},
    headersClass = TailConstants.class)
public class TailEndpoint extends ScheduledPollEndpoint {
  private static final long DEFAULT_DELAY_MILLIS = 500;

  @UriPath
  @Metadata(required = true)
  private final String path;

  @UriParam
  @Metadata(required = true)
  private String stateDir;

  @UriParam private boolean fromEnd;

  @UriParam(defaultValue = "1000")
  private int maxLines = 1000;

  @UriParam(defaultValue = "1048576")
  private int maxBytes = 1 << 20;

  @UriParam(defaultValue = "UTF-8")
  private String charset = "UTF-8";

  public TailEndpoint(String uri, TailComponent component, String path) {
    super(uri, component);
    this.path = path;
    setDelay(DEFAULT_DELAY_MILLIS);
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException("tail only reads files, it cannot be sent to");
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    if (stateDir == null || stateDir.isBlank()) {
      throw new IllegalArgumentException(
          "tail needs the option stateDir: the folder where positions are saved");
    }
    if (maxLines < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("tail options maxLines and maxBytes must be at least 1");
    }
    TailConsumer consumer = new TailConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }

  /**
   * The files to follow: a comma-separated list of paths; {@code *} is allowed in file names, not
   * in folders.
   */
  public String getPath() {
    return path;
  }

  public String getStateDir() {
    return stateDir;
  }

  /** The folder where positions are saved; made when it is missing. */
  public void setStateDir(String stateDir) {
    this.stateDir = stateDir;
  }

  public boolean isFromEnd() {
    return fromEnd;
  }

  /** Whether the very first start leaves out what the files already hold. */
  public void setFromEnd(boolean fromEnd) {
    this.fromEnd = fromEnd;
  }

  public int getMaxLines() {
    return maxLines;
  }

  /** The most lines of one exchange. */
  public void setMaxLines(int maxLines) {
    this.maxLines = maxLines;
  }

  public int getMaxBytes() {
    return maxBytes;
  }

  /** The most bytes of one exchange, and of one line: a longer line is delivered in pieces. */
  public void setMaxBytes(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  public String getCharset() {
    return charset;
  }

  /** Character set of the files: UTF-8 or one that encodes a line feed as one byte. */
  public void setCharset(String charset) {
    this.charset = charset;
  }

  Charset charset() {
    return charset == null ? StandardCharsets.UTF_8 : Charset.forName(charset);
  }
}

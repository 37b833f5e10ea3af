package io.selfheal.logs;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Reads the body of an HTTP request, up to a limit, and replaces the message by it: a {@code
 * byte[]}, inflated where the sender says {@code Content-Encoding: gzip}, and none of the sender's
 * headers but the few that the decoding needs.
 *
 * <p>The endpoint must have {@code useBodyHandler=false}. Camel's own body handlers answer an
 * oversized body in their own words and take the usual {@code curl --data-binary}, which calls
 * itself a form, for a form.
 */
public final class ReadRequest {
  /** Exchange property: Firehose's id of the delivery, which its answer has to repeat. */
  public static final String REQUEST_ID = "SelfhealRequestId";

  /** Exchange property: the content type of the request. */
  static final String CONTENT_TYPE = "SelfhealContentType";

  static final String REQUEST_ID_HEADER = "X-Amz-Firehose-Request-Id";

  private static final int LONGEST_NAME = 512;

  private final int mostBytes;
  private final Duration timeout;
  private final IntakeMemory memory;

  /**
   * @param mostBytes the largest body that is taken, as it comes over the wire
   * @param memory what all deliveries together may hold
   * @param timeout how long a sender may take for its body; the request occupies a thread as long
   */
  public ReadRequest(int mostBytes, Duration timeout, IntakeMemory memory) {
    this.mostBytes = mostBytes;
    this.timeout = timeout;
    this.memory = memory;
  }

  /**
   * For payloads that name their log group themselves.
   *
   * @throws IntakeException 413 if the body is too large, 400 if it is broken, 408 if it does not
   *     come, 503 if there is no room for it now
   */
  public void read(Exchange exchange) throws InterruptedException {
    HttpServerRequest request = exchange.getMessage().getBody(HttpServerRequest.class);
    exchange.setProperty(REQUEST_ID, request.getHeader(REQUEST_ID_HEADER));
    exchange.setProperty(CONTENT_TYPE, request.getHeader(HttpHeaders.CONTENT_TYPE));
    IntakeMemory.Held held = memory.hold(exchange);
    byte[] body = inflated(request, receive(request, held), held);
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setBody(body);
  }

  /**
   * For text: the application is the last part of the path; the sender may name log group and
   * stream in the headers {@code SelfhealLogGroup} and {@code SelfhealLogStream}. Without them the
   * lines of one sending host are one stream.
   *
   * @throws IntakeException as {@link #read}
   */
  public void readText(Exchange exchange) throws InterruptedException {
    HttpServerRequest request = exchange.getMessage().getBody(HttpServerRequest.class);
    String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
    read(exchange);
    Message message = exchange.getMessage();
    message.setHeader(ReceiveLogs.APP, path.substring(path.lastIndexOf('/') + 1));
    message.setHeader(ReceiveLogs.LOG_GROUP, name(request, ReceiveLogs.LOG_GROUP, "http"));
    message.setHeader(
        ReceiveLogs.LOG_STREAM,
        name(request, ReceiveLogs.LOG_STREAM, request.remoteAddress().hostAddress()));
    message.setHeader(Exchange.CONTENT_TYPE, request.getHeader(HttpHeaders.CONTENT_TYPE));
  }

  private static String name(HttpServerRequest request, String header, String otherwise) {
    String name = request.getHeader(header);
    if (name == null || name.isBlank()) {
      return otherwise;
    }
    if (name.length() > LONGEST_NAME) {
      throw new IntakeException(400, header + " is longer than " + LONGEST_NAME + " characters");
    }
    return name.strip();
  }

  private byte[] receive(HttpServerRequest request, IntakeMemory.Held held)
      throws InterruptedException {
    if (declaredLength(request) > mostBytes) {
      UnreadBody.discard(request);
      throw tooLarge();
    }
    long taken = declaredLength(request);
    try {
      held.grow(taken);
    } catch (IntakeException e) {
      UnreadBody.discard(request);
      throw e;
    }
    CompletableFuture<byte[]> received = new CompletableFuture<>();
    List<Buffer> chunks = new ArrayList<>();
    long[] length = {0};
    request.exceptionHandler(received::completeExceptionally);
    request.endHandler(end -> received.complete(join(chunks, (int) length[0])));
    request.handler(
        chunk -> {
          if (received.isDone()) {
            return;
          }
          length[0] += chunk.length();
          if (length[0] > mostBytes) {
            chunks.clear();
            UnreadBody.discard(request);
            received.completeExceptionally(tooLarge());
          } else {
            try {
              // Senders of chunks do not say beforehand how many there will be
              held.grow(taken > 0 ? 0 : chunk.length());
              chunks.add(chunk);
            } catch (IntakeException e) {
              chunks.clear();
              UnreadBody.discard(request);
              received.completeExceptionally(e);
            }
          }
        });
    if (UnreadBody.awaitsContinue(request)) {
      request.response().writeContinue();
    }
    request.resume();
    if (request.response().closed()) {
      // Closed before the handlers above were there to be told.
      received.completeExceptionally(new IOException("closed"));
    }
    try {
      return received.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IntakeException refused) {
        throw refused;
      }
      throw new IntakeException(400, "the connection broke before the body was complete");
    } catch (TimeoutException e) {
      // Nobody waits for this body any more: whatever still comes is dropped with the connection.
      received.cancel(false);
      UnreadBody.closeAfterAnswer(request);
      throw new IntakeException(
          408, "the body was not complete after " + timeout.toSeconds() + " seconds");
    }
  }

  private static byte[] join(List<Buffer> chunks, int length) {
    byte[] body = new byte[length];
    int at = 0;
    for (Buffer chunk : chunks) {
      chunk.getBytes(body, at);
      at += chunk.length();
    }
    return body;
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private IntakeException tooLarge() {
    return new IntakeException(413, "the body is larger than " + (mostBytes >> 20) + " MiB");
  }

  private static byte[] inflated(HttpServerRequest request, byte[] body, IntakeMemory.Held held) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding == null) {
      return body;
    }
    switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity":
        return body;
      case "gzip", "x-gzip":
        break;
      default:
        throw new IntakeException(
            400, "Content-Encoding " + encoding + " is not known: send gzip or none");
    }
    try (InputStream inflating = new Inflating(Inflating.MOST_BYTES, held::grow).gunzip(body)) {
      return inflating.readAllBytes();
    } catch (EOFException e) {
      throw new IntakeException(400, "the body's gzip data is cut short");
    } catch (ZipException e) {
      throw new IntakeException(
          400, "Content-Encoding says gzip, but the body is not valid gzip data");
    } catch (IOException e) {
      throw new IntakeException(400, "the body's gzip data is broken");
    }
  }
}

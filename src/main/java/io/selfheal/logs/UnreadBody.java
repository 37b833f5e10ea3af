package io.selfheal.logs;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * What becomes of a request's body when the request is refused before the body was read to its end.
 *
 * <p>A sender that is cut off while it sends often sees "connection reset" instead of our answer.
 * So the rest is read and thrown away while the answer is on its way, up to a limit.
 */
public final class UnreadBody {
  static final long MOST_DISCARDED_BYTES = 256L << 20;

  private UnreadBody() {}

  /** Throws the rest away; for whoever refuses a request. */
  public static void discard(HttpServerRequest request) {
    if (awaitsContinue(request)) {
      // The sender may or may not go on with the body; only a closed connection is unambiguous.
      closeAfterAnswer(request);
    }
    if (request.isEnded()) {
      return;
    }
    long[] discarded = {0};
    request.handler(
        chunk -> {
          discarded[0] += chunk.length();
          if (discarded[0] > MOST_DISCARDED_BYTES) {
            request.connection().close();
          }
        });
    request.resume();
  }

  /** In HTTP/2 the stream ends by itself, and the connection has others. */
  static void closeAfterAnswer(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      request.response().endHandler(ended -> request.connection().close());
    }
  }

  static boolean awaitsContinue(HttpServerRequest request) {
    String expect = request.getHeader(HttpHeaders.EXPECT);
    return expect != null && expect.equalsIgnoreCase("100-continue");
  }
}

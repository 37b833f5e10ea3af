package io.selfheal.web;

import io.selfheal.logs.AuthorizeSender;
import io.selfheal.logs.IntakeException;
import io.selfheal.logs.UnreadBody;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.Body;

/**
 * Lets people see the issues and do something with them: with {@code selfheal.http.access-key}, as
 * log senders present it, or without a configured key on a loopback address only.
 *
 * <p>Where no key is asked for, a page of another origin could use the visitor's browser: by a name
 * of its own that it makes point to loopback (DNS rebinding), which the {@code Host} header shows,
 * or by a form, which cannot send JSON or a header of ours.
 */
public final class AuthorizePerson {
  /** A header that no form and no plain link can send; its value does not matter. */
  static final String ACTION = "X-Selfheal-Action";

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]");

  private final AuthorizeSender key;

  /**
   * @param key knows {@code selfheal.http.access-key}
   */
  public AuthorizePerson(AuthorizeSender key) {
    this.key = key;
  }

  /**
   * Passes, or refuses a request that only reads.
   *
   * @throws IntakeException 401 if the key is wrong or missing, 403 if the request was meant for
   *     another host
   */
  public void toRead(@Body HttpServerRequest request) {
    key.authorize(request);
    HostAndPort meant = request.authority();
    if (!key.asksForKey()
        && (meant == null || !LOOPBACK.matcher(meant.host().toLowerCase(Locale.ROOT)).matches())) {
      refuse(
          request,
          403,
          "without selfheal.http.access-key only http://localhost and loopback addresses are answered");
    }
  }

  /**
   * Passes, or refuses a request that changes something.
   *
   * @throws IntakeException as {@link #toRead}; 415 if it is not JSON, 403 if it lacks the header
   */
  public void toAct(@Body HttpServerRequest request) {
    toRead(request);
    String type = request.getHeader("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).matches("application/json *(;.*)?")) {
      refuse(request, 415, "send application/json, {} at least");
    }
    if (request.getHeader("Authorization") == null && request.getHeader(ACTION) == null) {
      refuse(request, 403, "send the header " + ACTION + ": 1, or Authorization: Bearer");
    }
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      refuse(request, 403, "a page of another origin asked for it");
    }
  }

  private static void refuse(HttpServerRequest request, int status, String why) {
    UnreadBody.discard(request);
    throw new IntakeException(status, why);
  }
}

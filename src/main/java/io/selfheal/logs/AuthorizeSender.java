package io.selfheal.logs;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Secret;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Body;

/**
 * Lets log senders in that present {@code selfheal.http.access-key}, before anything of their body
 * is read.
 *
 * <p>The key comes as {@code X-Amz-Firehose-Access-Key} or as {@code Authorization: Bearer}. Both
 * sides are compared as SHA-256 digests in constant time. A key that is looked up elsewhere
 * (Parameter Store) is kept for a minute, and looked up anew, at most every five seconds, when a
 * sender presents another one: so a rotated key works at once. Without a configured key every
 * sender is let in, which {@link #checkConfiguration} allows on loopback only.
 */
public final class AuthorizeSender {
  private static final Duration KEPT = Duration.ofMinutes(1);
  private static final Duration KEPT_AFTER_MISMATCH = Duration.ofSeconds(5);
  private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");

  private final Secret accessKey;
  private final String host;
  private final Clock clock;
  private Optional<byte[]> digest = Optional.empty();
  private Instant lookedUp = Instant.MIN;

  /**
   * @param accessKey {@code selfheal.http.access-key}
   * @param host {@code selfheal.http.host}, the address the server is bound to
   */
  public AuthorizeSender(Secret accessKey, String host, Clock clock) {
    this.accessKey = accessKey;
    this.host = host;
    this.clock = clock;
  }

  /**
   * Called at start when the {@code http} source is enabled.
   *
   * @throws ConfigurationException if there is no key and the server can be reached from other
   *     machines
   */
  public void checkConfiguration() {
    if (accessKey.reveal().isEmpty() && !isLoopback()) {
      throw new ConfigurationException(
          "selfheal.http.access-key",
          "",
          "set the key that log senders must present, or bind selfheal.http.host (now "
              + host
              + ") to 127.0.0.1, or take http out of selfheal.sources");
    }
  }

  /**
   * Passes, or refuses the request.
   *
   * @throws IntakeException 401 if the key is wrong or missing
   */
  public void authorize(@Body HttpServerRequest request) {
    boolean authorized;
    try {
      authorized =
          isAuthorized(
              request.getHeader("X-Amz-Firehose-Access-Key"), request.getHeader("Authorization"));
    } catch (RuntimeException e) {
      UnreadBody.discard(request);
      throw e;
    }
    if (!authorized) {
      UnreadBody.discard(request);
      throw new IntakeException(
          401,
          "wrong or missing access key: send selfheal.http.access-key as X-Amz-Firehose-Access-Key or as"
              + " Authorization: Bearer");
    }
  }

  /** Whether a key must be presented at all. */
  public boolean asksForKey() {
    return expected(KEPT).isPresent();
  }

  boolean isAuthorized(String firehoseKey, String authorization) {
    Optional<byte[]> expected = expected(KEPT);
    if (expected.isEmpty()) {
      return isLoopback();
    }
    byte[] first = sha256(firehoseKey == null ? "" : firehoseKey);
    byte[] second = sha256(bearerToken(authorization));
    if (isEither(expected.get(), first, second)) {
      return true;
    }
    expected = expected(KEPT_AFTER_MISMATCH);
    return expected.isPresent() && isEither(expected.get(), first, second);
  }

  private static boolean isEither(byte[] expected, byte[] first, byte[] second) {
    return MessageDigest.isEqual(expected, first) | MessageDigest.isEqual(expected, second);
  }

  private static String bearerToken(String authorization) {
    if (authorization == null) {
      return "";
    }
    Matcher bearer = BEARER.matcher(authorization);
    return bearer.matches() ? bearer.group(1) : "";
  }

  private synchronized Optional<byte[]> expected(Duration kept) {
    Instant now = clock.instant();
    if (lookedUp.equals(Instant.MIN) || Duration.between(lookedUp, now).compareTo(kept) >= 0) {
      digest = accessKey.reveal().map(AuthorizeSender::sha256);
      lookedUp = now;
    }
    return digest;
  }

  private boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.selfheal.workspace;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jgit.transport.URIish;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * User name and password for git over HTTPS at AWS CodeCommit, made from AWS credentials: a
 * Signature Version 4 of a request with the method {@code GIT}, as the credential helper of the AWS
 * command line makes it. It is good for about a quarter of an hour.
 *
 * @param user access key id, and the session token behind a {@code %} where there is one
 * @param password time and signature
 */
record CodeCommitPassword(String user, String password) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  static CodeCommitPassword of(
      URIish uri, String region, AwsCredentialsIdentity credentials, Clock clock) {
    String time = TIME.format(clock.instant());
    String scope = time.substring(0, 8) + "/" + region + "/codecommit/aws4_request";
    String request = "GIT\n" + uri.getRawPath() + "\n\nhost:" + uri.getHost() + "\n\nhost\n";
    try {
      String toSign =
          "AWS4-HMAC-SHA256\n"
              + time
              + "\n"
              + scope
              + "\n"
              + HexFormat.of()
                  .formatHex(
                      MessageDigest.getInstance("SHA-256")
                          .digest(request.getBytes(StandardCharsets.UTF_8)));
      byte[] key = ("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
      for (String part : scope.split("/")) {
        key = hmac(key, part);
      }
      return new CodeCommitPassword(
          credentials instanceof AwsSessionCredentialsIdentity session
              ? session.accessKeyId() + "%" + session.sessionToken()
              : credentials.accessKeyId(),
          time + "Z" + HexFormat.of().formatHex(hmac(key, toSign)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "***";
  }
}

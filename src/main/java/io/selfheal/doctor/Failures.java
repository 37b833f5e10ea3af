package io.selfheal.doctor;

import io.selfheal.settings.ConfigurationException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Puts what a check met into words. */
final class Failures {
  private static final Set<String> EXPIRED =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "InvalidClientTokenId",
          "UnrecognizedClientException",
          "InvalidSignatureException",
          "SignatureDoesNotMatch");

  private Failures() {}

  static Finding finding(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationException) {
        return Finding.fail(cause.getMessage(), "");
      }
      if (cause instanceof AwsServiceException service) {
        return ofService(service);
      }
      if (cause instanceof SdkClientException client) {
        return ofClient(client);
      }
    }
    return Finding.fail(words(failure), network(failure));
  }

  /** Whether the credentials may not do this. */
  static boolean isDenied(AwsServiceException failure) {
    return code(failure).contains("AccessDenied")
        || code(failure).equals("UnauthorizedOperation")
        || failure.statusCode() == 403 && !EXPIRED.contains(code(failure));
  }

  static String detail(AwsServiceException failure) {
    return failure.awsErrorDetails() == null || failure.awsErrorDetails().errorMessage() == null
        ? String.valueOf(failure.getMessage())
        : failure.awsErrorDetails().errorMessage();
  }

  private static Finding ofService(AwsServiceException failure) {
    if (EXPIRED.contains(code(failure))) {
      return Finding.fail(
          detail(failure), "renew the credentials, and check the clock of this machine");
    }
    if (isDenied(failure)) {
      return Finding.fail(
          detail(failure),
          "allow the action named here to the credentials in use (README, rights)");
    }
    return Finding.fail(detail(failure), "check region, account and AWS_ENDPOINT_URL");
  }

  private static Finding ofClient(SdkClientException failure) {
    String text = words(failure);
    if (text.contains("Unable to load credentials")) {
      return Finding.fail(
          "there are no AWS credentials",
          "log in (aws sso login), set AWS_PROFILE, or give the task or pod a role");
    }
    return Finding.fail(text, "check region, network and AWS_ENDPOINT_URL");
  }

  private static String network(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
            .anyMatch(
                cause ->
                    cause instanceof ConnectException
                        || cause instanceof UnknownHostException
                        || cause instanceof HttpTimeoutException)
        ? "check the address, and that it can be reached from here"
        : "";
  }

  private static String words(Throwable failure) {
    String text = failure.getMessage();
    String words = text == null || text.isBlank() ? failure.toString() : text;
    return words.lines().findFirst().orElse(words);
  }

  private static String code(AwsServiceException failure) {
    return failure.awsErrorDetails() == null || failure.awsErrorDetails().errorCode() == null
        ? ""
        : failure.awsErrorDetails().errorCode();
  }
}

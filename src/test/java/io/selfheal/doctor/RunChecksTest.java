package io.selfheal.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.settings.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.model.SqsException;

class RunChecksTest {
  @Test
  void resultsComeInTheOrderOfTheListWhateverEndsFirst() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    List<CheckResult> results =
        run(
            Duration.ofSeconds(20),
            new Check(
                "first",
                () -> {
                  second.await();
                  return Finding.ok("a");
                }),
            new Check(
                "second",
                () -> {
                  second.countDown();
                  return Finding.ok("b");
                }));

    assertThat(results).extracting(CheckResult::check).containsExactly("first", "second");
    assertThat(results).extracting(result -> result.finding().text()).containsExactly("a", "b");
  }

  @Test
  void oneThatHangsIsAFailureAndHoldsNobodyUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    List<CheckResult> results =
        run(
            Duration.ofSeconds(1),
            new Check(
                "hangs",
                () -> {
                  never.await();
                  return Finding.ok("");
                }),
            new Check("fine", () -> Finding.ok("x")));

    assertThat(results.get(0).finding().level()).isEqualTo(Finding.Level.FAIL);
    assertThat(results.get(0).finding().text()).contains("no answer within 1 s");
    assertThat(results.get(1).finding()).isEqualTo(Finding.ok("x"));
  }

  @Test
  void whatAChecksThrowsIsPutIntoWords() throws Exception {
    List<CheckResult> results =
        run(
            Duration.ofSeconds(20),
            new Check(
                "setting",
                () -> {
                  throw new ConfigurationException("selfheal.x", "1", "write 2");
                }),
            new Check(
                "login",
                () -> {
                  throw SdkClientException.create("Unable to load credentials from any provider");
                }),
            new Check(
                "denied",
                () -> {
                  throw SqsException.builder()
                      .statusCode(403)
                      .awsErrorDetails(
                          AwsErrorDetails.builder()
                              .errorCode("AccessDenied")
                              .errorMessage("not authorized to perform: sqs:GetQueueUrl")
                              .build())
                      .build();
                }));

    assertThat(results).allMatch(result -> result.finding().level() == Finding.Level.FAIL);
    assertThat(results.get(0).finding().text()).isEqualTo("selfheal.x = 1: write 2");
    assertThat(results.get(1).finding().whatToDo()).contains("AWS_PROFILE");
    assertThat(results.get(2).finding().text()).contains("sqs:GetQueueUrl");
    assertThat(results.get(2).finding().whatToDo()).contains("allow the action");
  }

  @Test
  void secretsAreHiddenInWhatIsTold() throws Exception {
    List<CheckResult> results =
        new RunChecks(Duration.ofSeconds(20), text -> text.replace("s3cret", "***"))
            .run(
                List.of(
                    new Check(
                        "leaks",
                        () -> {
                          throw new IllegalStateException("no entry for s3cret");
                        })));

    assertThat(results.get(0).finding().text()).isEqualTo("no entry for ***");
  }

  private static List<CheckResult> run(Duration timeout, Check... checks) throws Exception {
    return new RunChecks(timeout, text -> text).run(List.of(checks));
  }
}

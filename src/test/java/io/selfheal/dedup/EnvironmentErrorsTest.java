package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EnvironmentErrorsTest {
  private static final Path SAMPLES = Path.of("src/test/resources/environment-errors.txt");
  private static final Path TRACES = Path.of("src/test/resources/corpus/traces");

  private final ErrorRules rules = ErrorRules.defaults();

  /** What programs of eight languages printed, and the rule that must say so. */
  static List<Arguments> samples() throws IOException {
    List<Arguments> samples = new ArrayList<>();
    for (String sample : Files.readString(SAMPLES).substring(4).split("\n=== ")) {
      String[] headAndText = sample.split("\n", 2);
      String[] nameAndRule = headAndText[0].split(" \\| ");
      samples.add(Arguments.of(nameAndRule[0], nameAndRule[1], headAndText[1]));
    }
    return samples;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("samples")
  void knowsWhatComesFromTheEnvironment(String name, String rule, String text) {
    List<FoundTrace> found = new StackTraces().find(Arrays.asList(text.split("\n")));

    assertThat(found).hasSize(1);
    Verdict verdict = rules.verdict(found.get(0).trace(), found.get(0)::context);
    assertThat(verdict.rule()).isEqualTo(rule.equals("repair") ? null : rule);
    assertThat(verdict.kind())
        .isEqualTo(rule.equals("repair") ? Verdict.Kind.REPAIR : Verdict.Kind.ENVIRONMENT);
    assertThat(verdict.why()).contains(rule.equals("repair") ? "No rule" : "Look at");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "python | requests.exceptions.ReadTimeout | HTTPSConnectionPool(host='a', port=443): Read timed out. | timeout",
        "python | socket.timeout | timed out | timeout",
        "python | redis.exceptions.ConnectionError | Error 111 connecting to localhost:6379. Connection refused. | connection-refused",
        "python | psycopg2.OperationalError | connection to server at \"db\" (10.0.0.7), port 5432 failed: Connection refused | connection-refused",
        "python | urllib3.exceptions.MaxRetryError | HTTPConnectionPool(host='x', port=80): (Caused by NameResolutionError(\"<c>: Failed to resolve 'x'\")) | dns-failure",
        "python | openai.RateLimitError | Error code: 429 | throttled",
        "python | requests.exceptions.HTTPError | 503 Server Error: Service Unavailable for url: http://x/ | service-unavailable",
        "python | ConnectionResetError | [Errno 104] Connection reset by peer | connection-lost",
        "javascript | ThrottlingException | Rate exceeded | throttled",
        "javascript | CredentialsProviderError | Could not load credentials from any providers | credentials",
        "javascript | AxiosError | timeout of 1000ms exceeded | timeout",
        "javascript | Error | queryA EAI_AGAIN db | dns-failure",
        "javascript | Error | read ECONNRESET | connection-lost",
        "ruby | Aws::DynamoDB::Errors::ProvisionedThroughputExceededException | too high | throttled",
        "ruby | Aws::Errors::MissingCredentialsError | unable to sign request | credentials",
        "ruby | Net::OpenTimeout | execution expired | timeout",
        "ruby | NoMemoryError | failed to allocate memory | out-of-memory",
        "go | panic | Get \"http://orders\": dial tcp: lookup orders on 10.0.0.2:53: no such host | dns-failure",
        "go | panic | operation error S3: GetObject, get identity: no EC2 IMDS role found | credentials",
        "go | panic | write tcp 10.0.0.1:80->10.0.0.2:9: write: broken pipe | connection-lost",
        "php | Aws\\Exception\\CredentialsException | Error retrieving credentials from the instance profile | credentials",
        "php | GuzzleHttp\\Exception\\ConnectException | cURL error 28: Operation timed out after 1001 milliseconds | timeout",
        "csharp | System.Net.Sockets.SocketException | No such host is known | dns-failure",
        "csharp | System.IO.IOException | There is not enough space on the disk. : 'C:\\a' | disk-full",
        "csharp | Microsoft.Data.SqlClient.SqlException | Execution Timeout Expired.  The timeout period elapsed | timeout",
        "rust | panic | called `Result::unwrap()` on an `Err` value: Os { code: 28, kind: StorageFull, message: \"No space left on device\" } | disk-full",
        "java | com.zaxxer.hikari.pool.x.SQLTransientConnectionException | HikariPool-1 - Connection is not available, request timed out after 30000ms. | timeout",
        "java | org.springframework.web.client.HttpClientErrorException$TooManyRequests | 429 | throttled",
        "java | org.postgresql.util.PSQLException | FATAL: password authentication failed for user \"shop\" | credentials"
      })
  void knowsTheErrorsOfLibraries(String language, String type, String message, String rule) {
    assertThat(verdict(error(language, type, message)).rule()).isEqualTo(rule);
  }

  @Test
  void looksAtTheInnermostCause() {
    StackTrace refused = error("java", "java.net.ConnectException", "Connection refused");
    StackTrace own = error("java", "com.acme.OrderException", "no order");
    StackTrace zero = error("java", "java.lang.ArithmeticException", "/ by zero");

    assertThat(verdict(caused(own, own, refused)).rule()).isEqualTo("connection-refused");
    assertThat(verdict(caused(own, refused, own)).kind()).isEqualTo(Verdict.Kind.REPAIR);
    assertThat(verdict(caused(own, refused, zero)).kind()).isEqualTo(Verdict.Kind.REPAIR);
    assertThat(verdict(caused(own, zero, refused)).kind()).isEqualTo(Verdict.Kind.REPAIR);
  }

  @Test
  void takesGroupForEnvironmentOnlyIfEachOfItIs() {
    StackTrace group = error("python", "ExceptionGroup", "unhandled errors");
    StackTrace refused = error("python", "ConnectionRefusedError", "[Errno 111]");
    StackTrace own = error("python", "OrderError", "no order");

    assertThat(verdict(caused(group, refused, refused)).rule()).isEqualTo("connection-refused");
    assertThat(verdict(caused(group, own, refused)).kind()).isEqualTo(Verdict.Kind.REPAIR);
  }

  @Test
  void everyRuleHasNameAdviceAndCondition() {
    Set<String> names = new TreeSet<>();
    for (EnvironmentErrors.EnvironmentRule rule : EnvironmentErrors.builtIn().rules()) {
      names.add(rule.name());
      assertThat(rule.advice()).as(rule.name()).contains("Look at").endsWith(".");
    }
    assertThat(names)
        .containsExactly(
            "connection-lost",
            "connection-refused",
            "credentials",
            "disk-full",
            "dns-failure",
            "out-of-memory",
            "service-unavailable",
            "throttled",
            "timeout");
  }

  @Test
  void bugsOfTheCorpusAreRepaired() throws IOException {
    List<String> held = new ArrayList<>();
    int errors = 0;
    try (Stream<Path> files = Files.walk(TRACES)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        for (FoundTrace found : new StackTraces().find(Files.readAllLines(file))) {
          errors++;
          if (rules.verdict(found.trace(), found::context).kind() != Verdict.Kind.REPAIR) {
            held.add(file.getFileName() + " " + found.trace().exceptionType());
          }
        }
      }
    }
    assertThat(errors).isGreaterThan(120);
    assertThat(held).isEmpty();
  }

  private Verdict verdict(StackTrace trace) {
    return rules.verdict(trace, () -> LogContext.NONE);
  }

  private static StackTrace error(String language, String type, String message) {
    return new StackTrace(language, type, message, List.of(), List.of(), true);
  }

  private static StackTrace caused(StackTrace error, StackTrace... causes) {
    return new StackTrace(
        error.language(),
        error.exceptionType(),
        error.message(),
        error.frames(),
        List.of(causes),
        true);
  }
}

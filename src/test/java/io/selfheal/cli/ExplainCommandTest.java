package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExplainCommandTest {
  private static final String TRACE =
      "src/test/resources/corpus/traces/python/cpython-gen-chained_cause-py3.11.txt";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsJsonAsTheContractSays() throws Exception {
    assertThat(run("", "--json", TRACE)).isZero();

    JsonNode error = new ObjectMapper().readTree(out.toString()).get(0);
    assertThat(error.get("source").asText()).isEqualTo(TRACE);
    assertThat(error.get("fingerprint").asText()).matches("[0-9a-f]{32}");
    assertThat(error.get("fingerprintVersion").asInt()).isEqualTo(1);
    assertThat(error.get("language").asText()).isEqualTo("python");
    assertThat(error.get("exceptionType").asText()).isEqualTo("services.orders.OrderError");
    assertThat(error.get("firstLine").asInt()).isEqualTo(1);
    assertThat(error.get("lastLine").asInt()).isEqualTo(17);
    assertThat(error.get("complete").asBoolean()).isTrue();
    assertThat(error.get("components")).isNotEmpty();
    JsonNode frame = error.get("frames").get(2);
    assertThat(frame.get("file").asText()).isEqualTo("/var/task/services/orders.py");
    assertThat(frame.get("line").asInt()).isEqualTo(46);
    assertThat(frame.get("function").asText()).isEqualTo("refund");
    assertThat(frame.get("module").isNull()).isTrue();
    assertThat(frame.get("inApp").asBoolean()).isTrue();
    assertThat(error.get("causedBy").get(0).get("exceptionType").asText()).isEqualTo("KeyError");
  }

  @Test
  void readsStandardInput() throws Exception {
    assertThat(run("fine\n[ERROR] KeyError: 'x'\nfine again\n", "--json")).isZero();

    JsonNode error = new ObjectMapper().readTree(out.toString()).get(0);
    assertThat(error.get("source").asText()).isEqualTo("-");
    assertThat(error.get("firstLine").asInt()).isEqualTo(2);
    assertThat(error.get("lastLine").asInt()).isEqualTo(2);
  }

  @Test
  void explainsInWords() {
    assertThat(run("", "--event", TRACE)).isZero();

    assertThat(out.toString())
        .contains(
            "services.orders.OrderError",
            "app      /var/task/services/orders.py:46",
            "fingerprint",
            "type: OrderError",
            "caused by KeyError",
            "it never left the function that wrapped it");
  }

  @Test
  void exitsWithOneWhereThereIsNoError() {
    assertThat(run("ERROR something failed\n")).isEqualTo(1);
    assertThat(out.toString()).contains("No error found");
  }

  @Test
  void printsEmptyArrayWhereThereIsNoError() {
    assertThat(run("all is well\n", "--json")).isEqualTo(1);
    assertThat(out.toString().strip()).matches("\\[\\s*]");
  }

  @Test
  void namesFileThatIsMissing() {
    assertThat(run("", Path.of("no-such.log").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("no-such.log");
  }

  private static final String REFUSED =
      """
      ERROR:shop.db:no order, request_id=r-17
      Traceback (most recent call last):
        File "/srv/shop/orders.py", line 3, in total
          connect(host)
        File "/usr/lib/python3.11/site-packages/acme/net.py", line 9, in connect
          raise error
      ConnectionRefusedError: [Errno 111] Connection refused
      """;

  @Test
  void tellsWhichRuleDecidedAndWhatWasNormalised() throws Exception {
    assertThat(run(REFUSED, "--json")).isZero();

    JsonNode error = new ObjectMapper().readTree(out.toString()).get(0);
    assertThat(error.get("verdict").asText()).isEqualTo("environment");
    assertThat(error.get("rule").asText()).isEqualTo("connection-refused");
    assertThat(error.get("why").asText()).contains("Look at whether the service runs");
    assertThat(error.get("level").asText()).isEqualTo("ERROR");
    assertThat(error.get("logger").asText()).isEqualTo("shop.db");
    assertThat(error.get("requestId").asText()).isEqualTo("r-17");
    assertThat(error.get("traceId").isNull()).isTrue();
    assertThat(error.get("normalized"))
        .extracting(one -> one.get("from").asText() + " | " + one.get("why").asText())
        .containsExactly(
            "/srv/shop/orders.py:3 in total | line number; folder of the deployment",
            "/usr/lib/python3.11/site-packages/acme/net.py:9 in connect | library frame",
            "[Errno 111] Connection refused | the message does not count where there are frames");
    assertThat(error.get("normalized").get(0).get("to").asText())
        .isEqualTo("orders.py in total | connect(host)");
    assertThat(error.get("normalized").get(1).get("to").isNull()).isTrue();
  }

  @Test
  void tellsTheSameInWords() {
    assertThat(run(REFUSED)).isZero();
    assertThat(out.toString().lines().map(String::strip))
        .contains(
            "request id   r-17",
            "verdict      environment",
            "rule         connection-refused",
            "left out (library frame)");
  }

  @Test
  void showsTheRulesOfAnApplication() throws Exception {
    Path config = folder.resolve("selfheal.properties");
    Files.writeString(
        config,
        """
        selfheal.apps.shop.ignore=logger:shop.db
        selfheal.apps.shop.fingerprint-rules=type:* -> {type}
        selfheal.apps.web.environment-errors=false
        """);

    assertThat(run(REFUSED, "--json", "--config", config.toString(), "--app", "shop")).isZero();
    JsonNode error = new ObjectMapper().readTree(out.toString()).get(0);
    assertThat(error.get("verdict").asText()).isEqualTo("ignored");
    assertThat(error.get("rule").asText()).isEqualTo("logger:shop.db");
    assertThat(error.get("components").get(0).asText()).isEqualTo("rule: ConnectionRefusedError");
    assertThat(error.get("fingerprintRule").asText()).isEqualTo("type:* -> {type}");

    assertThat(run(REFUSED, "--config", config.toString(), "--app", "web")).isZero();
    assertThat(out.toString()).contains("verdict      repair");
  }

  @Test
  void takesTheRulesOfTheOnlyApplication() {
    assertThat(run(REFUSED, "--set", "selfheal.apps.shop.not-in-app=/srv/shop")).isZero();
    assertThat(out.toString()).contains("library  /srv/shop/orders.py:3");
  }

  @Test
  void asksWhoseLogItIsAmongSeveralApplications() {
    String[] two = {
      "--set", "selfheal.apps.a.ignore=type:A", "--set", "selfheal.apps.b.ignore=type:B"
    };
    assertThat(run(REFUSED, two)).isNotZero();
    assertThat(err.toString()).contains("--app is not set", "[a, b]");

    assertThat(run(REFUSED, two[0], two[1], "--app", "c")).isNotZero();
    assertThat(err.toString()).contains("--app = c: there is no such application");
  }

  private int run(String stdin, String... args) {
    ExplainCommand command =
        new ExplainCommand(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}

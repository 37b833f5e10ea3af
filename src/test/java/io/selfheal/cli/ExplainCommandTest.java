package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ExplainCommandTest {
  private static final String TRACE =
      "src/test/resources/corpus/traces/python/cpython-gen-chained_cause-py3.11.txt";

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
            "type: KeyError");
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

  private int run(String stdin, String... args) {
    ExplainCommand command =
        new ExplainCommand(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}

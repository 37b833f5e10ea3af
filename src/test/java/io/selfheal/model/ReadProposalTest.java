package io.selfheal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.selfheal.model.FixProposal.Verdict;
import io.selfheal.model.ReadProposal.Usage;
import io.selfheal.prompt.RepairPrompt.Rejection;
import io.selfheal.prompt.SamplePrompts;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadProposalTest {
  private static final String FIX =
      """
      {"verdict": "fix", "root_cause": "r", "title": "t", "description": "d",
       "edits": [{"path": "a.py", "search": "x", "replace": "y"}]}""";
  private static final Usage USAGE = new Usage("some-model", 10, 2);

  private final JsonMapper json = JsonMapper.builder().build();
  private final ReadProposal readProposal = new ReadProposal();

  private FixProposal read(String answer) throws Exception {
    return readProposal.read(SamplePrompts.prompt(), json.readTree(answer), USAGE);
  }

  private FixProposal readText(String answer) {
    return readProposal.readText(SamplePrompts.prompt(), answer, USAGE);
  }

  @Test
  void answerIsKeptAsItWas() throws Exception {
    assertThat(json.readTree(read(FIX).answer())).isEqualTo(json.readTree(FIX));
  }

  @Test
  void unknownFieldsAreIgnored() throws Exception {
    assertThat(read(FIX.replace("\"verdict\"", "\"mood\": {}, \"verdict\"")).edits()).hasSize(1);
  }

  @Test
  void tokensOfTheTryAreSummed() throws Exception {
    var prompt = SamplePrompts.prompt().rejected(new Rejection("{}", "no", 100, 20));
    FixProposal proposal = readProposal.read(prompt, json.readTree(FIX), USAGE);
    assertThat(proposal.inputTokens()).isEqualTo(110);
    assertThat(proposal.outputTokens()).isEqualTo(22);
    assertThatThrownBy(() -> readProposal.read(prompt, json.readTree("{}"), USAGE))
        .isInstanceOfSatisfying(
            ProposalException.class,
            failure -> {
              assertThat(failure.inputTokens()).isEqualTo(110);
              assertThat(failure.toldBefore()).isTrue();
            });
  }

  @Test
  void reportCarriesNoEdits() throws Exception {
    FixProposal report = read(FIX.replace("\"fix\"", "\"report\""));
    assertThat(report.verdict()).isEqualTo(Verdict.REPORT);
    assertThat(report.edits()).isEmpty();
  }

  @Test
  void reportNeedsNoEditsField() throws Exception {
    assertThat(
            read("{\"verdict\": \"report\", \"root_cause\": \"r\", \"title\": \"t\", \"description\": \"d\"}")
                .verdict())
        .isEqualTo(Verdict.REPORT);
  }

  @Test
  void titleIsOneShortLine() throws Exception {
    assertThat(read(FIX.replace("\"t\"", "\"a\\n  b\"")).title()).isEqualTo("a b");
    assertThat(read(FIX.replace("\"t\"", "\"" + "x".repeat(500) + "\"")).title())
        .hasSize(120)
        .endsWith("…");
  }

  @Test
  void editsInAStringAreRead() throws Exception {
    ObjectNode answer = (ObjectNode) json.readTree(FIX);
    answer.put("edits", answer.get("edits").toString());
    assertThat(read(answer.toString()).edits()).containsExactly(new Edit("a.py", "x", "y"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"verdict\": \"fix\"| \"verdict\": \"maybe\"| `verdict` must be",
        "\"verdict\": \"fix\",| | `verdict` is missing",
        "\"root_cause\": \"r\",| | `root_cause` is missing",
        "\"root_cause\": \"r\"| \"root_cause\": [1]| `root_cause` is missing or not a string",
        "\"title\": \"t\"| \"title\": \"  \"| `title` is empty",
        "\"description\": \"d\"| \"description\": null| `description` is missing",
        "\"path\": \"a.py\"| \"path\": \" \"| `edits[0].path` is empty",
        "\"search\": \"x\",| | `edits[0].search` is missing",
        "\"replace\": \"y\"| \"replace\": 7| `edits[0].replace` is missing or not a string",
        "\"replace\": \"y\"| \"replace\": \"x\"| `edits[0]` changes nothing",
        "[{\"path\": \"a.py\", \"search\": \"x\", \"replace\": \"y\"}]| []| `edits` is empty",
        "[{\"path\": \"a.py\", \"search\": \"x\", \"replace\": \"y\"}]| \"none\"| `edits` must be an array",
        "[{\"path\": \"a.py\", \"search\": \"x\", \"replace\": \"y\"}]| [3]| `edits[0]` must be an object"
      })
  void whatDoesNotHoldIsNamed(String from, String to, String reason) {
    String answer = FIX.replace(from, to == null ? "" : to);
    assertThat(answer).isNotEqualTo(FIX);
    assertThatThrownBy(() -> read(answer))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void hugeAnswersAreRefused() {
    assertThatThrownBy(() -> read(FIX.replace("\"x\"", "\"" + "x".repeat(200_001) + "\"")))
        .hasMessageContaining("longer than 200000");
    String edit = "{\"path\": \"a.py\", \"search\": \"x\", \"replace\": \"y\"}";
    assertThatThrownBy(
            () -> read(FIX.replace("[" + edit + "]", "[" + (edit + ",").repeat(40) + edit + "]")))
        .hasMessageContaining("There are 41 edits");
    assertThatThrownBy(() -> read(FIX.replace("\"r\"", "\"" + "r".repeat(20_001) + "\"")))
        .hasMessageContaining("`root_cause` is longer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "Sure!\n```json\n%s\n```\nHope it helps.",
        "```\n%s```",
        "The dict {} is empty, so: %s and that is all.",
        "<think>{\"verdict\": \"report\"}</think>%s",
        "{\"name\": \"propose_fix\", \"arguments\": %s}"
      })
  void jsonInTextIsRead(String around) {
    assertThat(readText(around.formatted(FIX)).edits()).containsExactly(new Edit("a.py", "x", "y"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "I cannot help with that.",
        "{",
        "{\"a\": 1}",
        "[1, 2]",
        "null",
        "```json\n{\"verdict\"\n```"
      })
  void proseIsSentBack(String answer) {
    assertThatThrownBy(() -> readText(answer))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("Call propose_fix");
  }

  @Property(tries = 300)
  void textNeverFailsOtherwise(@ForAll String text, @ForAll String more) {
    assertThatCode(
            () -> {
              try {
                readText(
                    text + "{\"verdict\":" + more + FIX.substring(0, text.length() % FIX.length()));
              } catch (ProposalException expected) {
                assertThat(expected.getMessage()).isNotBlank();
              }
            })
        .doesNotThrowAnyException();
  }

  @Test
  void schemaNamesEveryFieldThatIsRead() {
    var schema = new ProposalTool().schema();
    assertThat(schema.get("properties").fieldNames())
        .toIterable()
        .containsExactly("verdict", "root_cause", "title", "description", "edits");
  }
}

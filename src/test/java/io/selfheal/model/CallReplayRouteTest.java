package io.selfheal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.prompt.RepairPrompt.Rejection;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallReplayRouteTest {
  @TempDir Path dir;

  private void record(String name, String when, String title) throws IOException {
    Files.writeString(
        dir.resolve(name),
        """
        {"when": "%s", "proposal": {"verdict": "report", "root_cause": "r", "title": "%s", "description": "d", "edits": []}}
        """
            .formatted(when, title));
  }

  private FixProposal ask(io.selfheal.prompt.RepairPrompt prompt) throws Exception {
    try (var route =
        new RouteContext()
            .bind("replayModel", new ReplayModel(new ReadProposal(), new TokenLimit(200_000), dir))
            .start(Map.of("selfheal.model", "replay"), "routes/05-call-model/replay.camel.yaml")) {
      return route.ask("direct:call-model-replay", prompt, FixProposal.class);
    }
  }

  @Test
  void firstInNameOrderWins() throws Exception {
    record("20.json", "KeyError", "second");
    record("10.json", "order_items", "first");
    record("05.json", "ValueError", "other");
    Files.writeString(dir.resolve("00.txt"), "not one");

    FixProposal proposal = ask(SamplePrompts.prompt());

    assertThat(proposal.title()).isEqualTo("first");
    assertThat(proposal.modelId()).isEqualTo("replay");
    assertThat(proposal.inputTokens()).isZero();
  }

  @Test
  void secondQuestionCanHaveAnAnswerOfItsOwn() throws Exception {
    record("10.json", "occurs twice", "after the reason");
    record("20.json", "KeyError", "first");
    var prompt = SamplePrompts.prompt();
    assertThat(ask(prompt).title()).isEqualTo("first");
    assertThat(ask(prompt.rejected(new Rejection("{}", "search occurs twice", 0, 0))).title())
        .isEqualTo("after the reason");
  }

  @Test
  void missingAnswerNamesTheFolder() {
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("selfheal.replay.dir = " + dir);
  }

  @Test
  void brokenFileIsNamed() throws Exception {
    Files.writeString(dir.resolve("a.json"), "{\"when\": 3}");
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("a.json");
    Files.writeString(dir.resolve("a.json"), "{");
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("a.json");
  }

  @Test
  void missingFolderIsAnError() throws Exception {
    Files.delete(dir);
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> new ReplayModel(new ReadProposal(), new TokenLimit(1), null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.replay.dir is not set");
  }
}

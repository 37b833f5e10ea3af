package io.selfheal.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.model.ReadProposal.Usage;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Handler;

/**
 * Answers from a folder of recorded answers, without a model: {@code *.json}, each {@code {"when":
 * "<text the prompt contains>", "proposal": {…}}}. The first in name order whose {@code when} the
 * prompt contains wins; for a second question the prompt is also the rejected answer and the
 * reason.
 */
public final class ReplayModel {
  private static final String KEY = "selfheal.replay.dir";

  private final ReadProposal readProposal;
  private final TokenLimit limit;
  private final Path directory;
  private final JsonMapper json = JsonMapper.builder().build();

  /**
   * @param directory {@code selfheal.replay.dir}; null where it is not set
   */
  public ReplayModel(ReadProposal readProposal, TokenLimit limit, Path directory) {
    if (directory == null) {
      throw new ConfigurationException(KEY, "", "set it to the folder of recorded answers");
    }
    this.readProposal = readProposal;
    this.limit = limit;
    this.directory = directory;
  }

  /**
   * The recorded answer; it costs no tokens.
   *
   * @throws ModelException when there is none for the prompt or a file cannot be used
   * @throws ProposalException when the recorded answer does not hold
   */
  @Handler
  public FixProposal answer(RepairPrompt prompt) {
    limit.check(prompt);
    String question =
        prompt.system()
            + "\n"
            + prompt.user()
            + prompt.rejection().map(r -> "\n" + r.answer() + "\n" + r.reason()).orElse("");
    for (Path file : recordedAnswers()) {
      JsonNode recorded = read(file);
      if (question.contains(recorded.get("when").asText())) {
        return readProposal.read(prompt, recorded.get("proposal"), new Usage("replay", 0, 0));
      }
    }
    throw new ModelException(
        "no recorded answer in %s = %s fits the prompt of %s; add a file <name>.json with {\"when\": \"<text the prompt contains>\", \"proposal\": {…}}"
            .formatted(KEY, directory, prompt.issue().exceptionType()));
  }

  private List<Path> recordedAnswers() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".json"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ModelException("the folder %s = %s cannot be read".formatted(KEY, directory), e);
    }
  }

  private JsonNode read(Path file) {
    try {
      JsonNode recorded = json.readTree(file.toFile());
      if (!recorded.path("when").isTextual() || !recorded.path("proposal").isObject()) {
        throw new ModelException(
            "%s is no recorded answer: {\"when\": \"…\", \"proposal\": {…}} is expected"
                .formatted(file));
      }
      return recorded;
    } catch (IOException e) {
      throw new ModelException("%s is no recorded answer: %s".formatted(file, e.getMessage()), e);
    }
  }
}

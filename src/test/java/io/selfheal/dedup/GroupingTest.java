package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.logs.LogEvent;
import io.selfheal.stacktrace.StackTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages of the same bug get one fingerprint, those of another bug another. */
class GroupingTest {
  private static final Path GROUPS = Path.of("src/test/resources/corpus/groups");
  private static final double TARGET = 0.98;

  private final Fingerprints fingerprints = new Fingerprints();
  private final StackTraces traces = new StackTraces();

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(GROUPS)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void groupsAsLabelled(Path file) throws IOException {
    Score score = Score.of(read(file));
    System.out.println("Grouping of " + file.getFileName() + ": " + score);

    assertThat(score.precision()).isGreaterThanOrEqualTo(TARGET);
    assertThat(score.recall()).isGreaterThanOrEqualTo(TARGET);
  }

  @Test
  void groupsAcrossFormatsAndVersions() throws IOException {
    List<Labelled> all = new ArrayList<>();
    for (Path file : files().toList()) {
      all.addAll(read(file));
    }
    Score score = Score.of(all);
    System.out.println("Grouping of all files: " + score);

    assertThat(score.precision()).isGreaterThanOrEqualTo(TARGET);
    assertThat(score.recall()).isGreaterThanOrEqualTo(TARGET);
  }

  /** Every trace of the corpus as other processes, hosts, deployments and versions print it. */
  @Test
  void groupsVariantsOfTheWholeCorpus() throws IOException {
    List<Labelled> all = new ArrayList<>();
    for (Path file : files().toList()) {
      all.addAll(read(file));
    }
    int recorded = all.size();
    for (TraceVariants.Sample sample : TraceVariants.corpus()) {
      for (String text : sample.texts()) {
        all.add(new Labelled(sample.bug(), fingerprint(text)));
      }
    }
    List<Labelled> made = all.subList(recorded, all.size());
    Score pooled = Score.of(all);
    Score variants = Score.of(made);
    System.out.println("Grouping of " + made.size() + " variants: " + variants);
    System.out.println("Grouping of all " + all.size() + ": " + pooled);

    assertThat(pooled.precision()).isGreaterThanOrEqualTo(TARGET);
    assertThat(pooled.recall()).isGreaterThanOrEqualTo(TARGET);
    assertThat(variants.precision()).isGreaterThanOrEqualTo(TARGET);
    assertThat(variants.recall()).isGreaterThanOrEqualTo(TARGET);
  }

  @Test
  void everyKindOfVariantChangesTraces() throws IOException {
    Map<String, Integer> changed = new TreeMap<>();
    for (TraceVariants.Sample sample : TraceVariants.corpus()) {
      sample.kinds().forEach(kind -> changed.merge(kind, 1, Integer::sum));
    }

    assertThat(changed).hasSize(TraceVariants.KINDS.size()).doesNotContainValue(0);
  }

  private List<Labelled> read(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Labelled> messages = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode node = json.readTree(line);
      messages.add(
          new Labelled(node.get("group").asText(), fingerprint(node.get("message").asText())));
    }
    return messages;
  }

  private String fingerprint(String message) {
    List<String> values = new ArrayList<>();
    TraceAssembler assembler =
        new TraceAssembler(
            traces, error -> values.add(fingerprints.of(error.found().trace()).value()));
    assembler.add(new LogEvent(null, Instant.EPOCH, message));
    assembler.finish();
    assertThat(values).as(message).isNotEmpty();
    return values.get(0);
  }

  record Labelled(String group, String fingerprint) {}

  /** Over all pairs of messages: of those put together, and of those that belong together. */
  record Score(double precision, double recall) {
    static Score of(List<Labelled> messages) {
      long right = 0;
      long together = 0;
      long belong = 0;
      for (int i = 0; i < messages.size(); i++) {
        for (int j = i + 1; j < messages.size(); j++) {
          boolean sameBug = messages.get(i).group().equals(messages.get(j).group());
          boolean same = messages.get(i).fingerprint().equals(messages.get(j).fingerprint());
          right += same && sameBug ? 1 : 0;
          together += same ? 1 : 0;
          belong += sameBug ? 1 : 0;
        }
      }
      return new Score((double) right / together, (double) right / belong);
    }
  }
}

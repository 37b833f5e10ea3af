package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecentFramesTest {
  private static final Frame FRAME = new Frame("a.py", 1, "f", null, true, null);
  private static final Frame OTHER = new Frame("b.py", 2, "g", null, true, null);

  @Test
  void changesNothingThatIsRead() throws IOException {
    StackTraces experienced = new StackTraces();
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/corpus"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        texts.add(Files.readString(file));
      }
    }
    assertThat(texts).hasSizeGreaterThan(120);
    Random random = new Random(1);
    for (int round = 0; round < 3; round++) {
      Collections.shuffle(texts, random);
      for (String text : texts) {
        List<String> lines = StructuredLog.lines(text);
        if (round == 2) {
          // The same frames before other source lines, and in other places.
          lines = new ArrayList<>(lines);
          Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
        }
        assertThat(experienced.find(lines)).isEqualTo(new StackTraces().find(lines));
      }
    }
  }

  @Test
  void keepsLinesOfTheSameHashApart() {
    RecentFrames recent = new RecentFrames();
    assertThat("Aa").hasSameHashCodeAs("BB");

    recent.put("Aa", FRAME);
    assertThat(recent.frame("BB")).isNull();

    recent.put("BB", OTHER);
    assertThat(recent.frame("BB")).isSameAs(OTHER);
    assertThat(recent.frame("Aa")).isNull();
  }

  @Test
  void doesNotKeepLongLines() {
    RecentFrames recent = new RecentFrames();
    String longest = "x".repeat(RecentFrames.MAX_LINE);

    recent.put(longest, FRAME);
    recent.put(longest + "x", FRAME);
    recent.put(new RecentFrames.Known("line", FRAME, longest + "x", OTHER));

    assertThat(recent.frame(longest)).isSameAs(FRAME);
    assertThat(recent.frame(longest + "x")).isNull();
    assertThat(recent.frame("line")).isNull();
  }
}

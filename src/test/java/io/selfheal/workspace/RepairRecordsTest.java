package io.selfheal.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairRecordsTest {
  private static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";

  @TempDir Path temp;

  @Test
  void writesUnderTheFirstTwelveDigitsAndTheAttempt() {
    RepairRecords records = new RepairRecords(Optional.of(temp));

    records.write(FINGERPRINT, 2, "prompt.txt", "one");
    records.write(FINGERPRINT, 2, "prompt.txt", "two");

    Path folder = temp.resolve("repairs/0123456789ab/2");
    assertThat(folder.resolve("prompt.txt")).hasContent("two");
    assertThat(folder).isDirectoryNotContaining("glob:.*");
  }

  @Test
  void writesNothingWithoutTheEmbeddedDefault() throws Exception {
    new RepairRecords(Optional.empty()).write(FINGERPRINT, 1, "prompt.txt", "one");

    try (var files = Files.list(temp)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void refusesNamesThatLeadElsewhere() {
    RepairRecords records = new RepairRecords(Optional.of(temp));

    assertThatThrownBy(() -> records.write(FINGERPRINT, 1, "../x.txt", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> records.write("../../../../etc", 1, "x.txt", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package io.selfheal.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.selfheal.cli.SelfhealCommand;
import io.selfheal.settings.Settings;
import io.selfheal.settings.StoredParameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What docs/migration.md says of parameters and commands is so. */
class MigrationPageTest {
  private final String page;

  MigrationPageTest() throws IOException {
    page = Files.readString(Path.of("docs/migration.md"));
  }

  @Test
  void everyParameterIsNamedAndSetsAKey() {
    for (StoredParameter parameter : StoredParameter.ALL) {
      assertThat(page).contains("`" + parameter.name() + "`");
      if (!parameter.key().isEmpty()) {
        assertThat(Settings.declaredKeys()).contains(parameter.keyOf("<app>"));
      }
    }
  }

  @Test
  void everyCommandExists() {
    Matcher commands = Pattern.compile("`selfheal ([^`]+)`").matcher(page);
    int found = 0;
    for (; commands.find(); found++) {
      String[] words = commands.group(1).split(" ");
      assertThatCode(() -> new CommandLine(new SelfhealCommand()).parseArgs(words))
          .as(commands.group())
          .doesNotThrowAnyException();
    }
    assertThat(found).isGreaterThan(4);
  }
}

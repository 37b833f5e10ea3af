package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "KeyError, KeyError, true",
    "keyerror, KeyError, true",
    "Key, KeyError, false",
    "Key*, KeyError, true",
    "*Error, KeyError, true",
    "*time?out*, connect time-out after 3s, true",
    "a*b*c, abbc, true",
    "a*a, a, false",
    "ab*ba, aba, false",
    "'*', '', true",
    "?, '', false",
    "src/*/db.py, src/a/b/db.py, true"
  })
  void matchesTheWholeText(String pattern, String text, boolean matches) {
    assertThat(Glob.of(pattern).matches(text)).isEqualTo(matches);
  }

  @Property
  void agreesWithTheSameRegularExpression(
      @ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(max = 8) String pattern,
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 12) String text) {
    String regex = pattern.toLowerCase(Locale.ROOT).replace("?", ".").replace("*", ".*");
    assertThat(Glob.of(pattern).matches(text)).isEqualTo(Pattern.matches(regex, text));
  }

  @Test
  void endsOnHostilePattern() {
    Glob glob = Glob.of("*a".repeat(200) + "*b");
    String text = "a".repeat(1_000_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(glob.matches(text)).isFalse());
  }
}

package io.selfheal.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownTest {
  /** What an SCM acts on, in text that is no code. */
  private static final Pattern ACTIVE =
      Pattern.compile(
          "(?i)(?<![a-z0-9@])@[a-z0-9]|(?<![a-z0-9])[#!]\\d|(?<![a-z0-9])gh-\\d|https?://|www\\.|!\\[|]\\(|<[a-z!/]|&[a-z#][^;]{0,6};(?<!&amp;|&lt;)");

  private static String text(String markdown) {
    return Markdown.text(markdown, 10_000);
  }

  /** The text outside fences and code spans, as CommonMark pairs ticks. */
  private static String outsideCode(String markdown) {
    String unfenced = markdown.replaceAll("(?ms)^(`{3,})[a-z]*\\n.*?^\\1$", "¤");
    return unfenced.replaceAll("(?s)(?<!`)(`+)(?!`)(.*?)(?<!`)\\1(?!`)", "¤");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ping @admin now|ping `@admin` now",
        "@acme/team, look|`@acme/team`, look",
        "fixes #12|fixes `#12`",
        "closes acme/shop#7 and GH-3|closes `acme/shop#7` and `GH-3`",
        "see https://evil.example/x?a=1.|see `https://evil.example/x?a=1`.",
        "[click](https://evil.example)|click (`https://evil.example`)",
        "![logo](http://evil.example/p.png)|logo (`http://evil.example/p.png`)",
        "[a][b]|[a][b]",
        "<img src=x onerror=y>|&lt;img src=x onerror=y>",
        "&#64;admin|&amp;`#64`;admin",
        "\\@admin|\\\\`@admin`",
        "` @admin|' `@admin`",
        "the `@property` stays|the `@property` stays",
        "# Heading|#### Heading",
        "**bold** and a_b stay|**bold** and a_b stay",
        "costs $5$|costs \\$5\\$",
        "me@example.com|me@example.com"
      })
  void textIsDefusedAndReadable(String markdown, String expected) {
    assertThat(text(markdown)).isEqualTo(expected);
  }

  @Test
  void referenceDefinitionsAreBroken() {
    assertThat(text("[a]\n\n[a]: https://evil.example")).contains("[a] : `https://evil.example`");
  }

  @Test
  void linesThatAForgeWouldCarryOutAreText() {
    assertThat(Markdown.text("Fix it.\n/merge\n  /approve", 1000))
        .isEqualTo("Fix it.\n\\/merge\n  \\/approve");
    assertThat(Markdown.text("in a/b and /var/log", 1000)).isEqualTo("in a/b and /var/log");
    assertThat(Markdown.block("```\n/merge\n/var/task/app.py line 3"))
        .contains("\n /merge\n/var/task/app.py line 3");
  }

  @Test
  void codeBlocksStayCodeAndAreClosed() {
    assertThat(text("Before\n```python\n@app.route('/')\n```\nafter"))
        .isEqualTo("Before\n```python\n@app.route('/')\n```\nafter");
    assertThat(text("```\nfixes #1")).isEqualTo("```\nfixes #1\n```");
    assertThat(text("~~~\n```\n@admin\n~~~\nx")).isEqualTo("````\n```\n@admin\n````\nx");
    assertThat(text("```mermaid\ngraph\n```")).startsWith("```\n");
  }

  @Test
  void hiddenCharactersAreGone() {
    assertThat(text("@\u200Badmin \u202Ex")).isEqualTo("`@admin` x");
  }

  @Test
  void blockCannotBeLeft() {
    assertThat(Markdown.block("a\n```\n@admin\n````\n"))
        .isEqualTo("`````text\na\n```\n@admin\n````\n`````");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {"a|`a`", "a`b|``a`b``", "`a`|`` `a` ``", "``|``` `` ```"})
  void codeCannotBeLeft(String text, String code) {
    assertThat(Markdown.code(text)).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Fix @property, fixes #12|Fix property, fixes 12",
        "Resolve https://github.com/a/b/issues/1|Resolve github.com/a/b/issues/1",
        "Closes GH-4|Closes gh 4",
        "Guard items [skip ci]|Guard items skip ci"
      })
  void titleClosesNothing(String title, String expected) {
    assertThat(Markdown.title(title)).isEqualTo(expected);
  }

  @Test
  void longTextIsCutWithItsCodeClosed() {
    String cut = Markdown.text("```\n" + "x\n".repeat(5000), 1000);
    assertThat(cut).hasSizeLessThanOrEqualTo(1000).endsWith("\nx\n```\n\n…");
    assertThat(Markdown.text("\\".repeat(5000), 1000)).hasSizeLessThanOrEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\n\n"})
  void blankStaysBlank(String blank) {
    assertThat(text(blank)).isEmpty();
  }

  @Property(tries = 5000)
  void nothingActiveIsLeftOutsideCode(@ForAll("hostile") String markdown) {
    assertThat(ACTIVE.matcher(outsideCode(text(markdown))).results().map(m -> m.group()))
        .as(text(markdown))
        .isEmpty();
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.of(
            "@admin",
            "#1",
            "fixes ",
            "https://evil.example/a",
            "`",
            "``",
            "```",
            "\n",
            "\n\n",
            " ",
            "[",
            "](",
            "]",
            ")",
            "(",
            "!",
            "<img>",
            "&#64;",
            "\\",
            "a",
            "~~~",
            "*",
            "_",
            "gh-1",
            "o/r#2",
            "$",
            ":")
        .list()
        .ofMinSize(1)
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }
}

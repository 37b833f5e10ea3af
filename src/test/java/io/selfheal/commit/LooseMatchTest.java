package io.selfheal.commit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LooseMatchTest {
  private static final String FILE =
      "class Shop:\n    def total(self, order):\n        return order['items']\n\n    def x(self):\n        pass\n";

  @Test
  void indentsTheNewLinesLikeThePlace() throws Exception {
    assertThat(
            replace(
                FILE,
                "def total(self, order):\n    return order['items']\n",
                "def total(self, order):\n    if not order:\n        raise InvalidOrder()\n    return order['items']\n"))
        .isEqualTo(
            FILE.replace(
                "        return order",
                "        if not order:\n            raise InvalidOrder()\n        return order"));
  }

  @Test
  void takesLessIndentationThanTheAnswerGives() throws Exception {
    assertThat(replace("a:\n  b\n  c\n", "      b\n      c\n", "      b\n      d\n"))
        .isEqualTo("a:\n  b\n  d\n");
  }

  @Test
  void turnsSpacesIntoTheFilesTabs() throws Exception {
    assertThat(
            replace(
                "func f() {\n\tif x {\n\t\ty()\n\t}\n}\n",
                "    if x {\n        y()\n    }\n",
                "    if x {\n        for {\n            y()\n        }\n    }\n"))
        .isEqualTo("func f() {\n\tif x {\n\t\tfor {\n\t\t\ty()\n\t\t}\n\t}\n}\n");
  }

  @Test
  void looksOverWhiteSpaceAtLineEnds() throws Exception {
    assertThat(replace("a = 1   \nb = 2\t\n", "a = 1\nb = 2\n", "a = 1\nb = 3\n"))
        .isEqualTo("a = 1   \nb = 3\n");
  }

  @Test
  void keepsLineEndsEncodingMarkAndTheEndOfTheFile() throws Exception {
    byte[] latin = "\tx = '\u00FC'\r\n\ty = 1".getBytes(ISO_8859_1);
    assertThat(
            SourceText.of(latin)
                .orElseThrow()
                .replaceOnce("    y = 1\n", "    y = '\u00E4'\n")
                .bytes())
        .isEqualTo("\tx = '\u00FC'\r\n\ty = '\u00E4'".getBytes(ISO_8859_1));
    assertThat(replace("\uFEFF\tx\r\n\ty\r\n", "  x\n  y\n", "  x\n  w\n  y\n"))
        .isEqualTo("\uFEFF\tx\r\n\tw\r\n\ty\r\n");
  }

  @Test
  void deletesLines() throws Exception {
    assertThat(replace("a:\n\tb\n\tc\n", "  b\n", "")).isEqualTo("a:\n\tc\n");
  }

  @Test
  void isNeverAmbiguous() {
    assertThatThrownBy(() -> replace("  x = 1\ny\n    x = 1\n", "\tx = 1\n", "\tx = 2\n"))
        .isInstanceOf(SourceText.Mismatch.class)
        .hasMessageContaining("2 places, at lines [1, 3]");
  }

  @Test
  void prefersTheExactPlace() throws Exception {
    assertThat(replace("    x = 1\n  x = 1\nz\n", "\n  x = 1\nz", "\n  x = 2\nz"))
        .isEqualTo("    x = 1\n  x = 2\nz\n");
  }

  @Test
  void takesNoLinesWhoseDepthsDiffer() {
    // One depth of the answer stands for two of the file
    assertThatThrownBy(() -> replace("if a:\n    b\nc\n", "if a:\nb\nc\n", "if a:\nb\nd\n"))
        .isInstanceOf(SourceText.Mismatch.class)
        .hasMessageContaining("nowhere in the file")
        .hasMessageContaining("1: if a:\n2:     b");
  }

  @Test
  void countsWhiteSpaceWithinALine() {
    assertThatThrownBy(() -> replace("  say('a  b')\n", "say('a b')\n", "say('c')\n"))
        .isInstanceOf(SourceText.Mismatch.class);
  }

  @Test
  void refusesWhatChangesWhiteSpaceOnly() {
    assertThatThrownBy(() -> replace("\tx = 1\n", "x = 1  \n", "x = 1\n"))
        .isInstanceOf(SourceText.Mismatch.class);
  }

  private static String replace(String text, String search, String replace) throws Exception {
    return new String(
        SourceText.of(text.getBytes(UTF_8)).orElseThrow().replaceOnce(search, replace).bytes(),
        UTF_8);
  }
}

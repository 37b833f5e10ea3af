package io.selfheal.commit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class SourceTextTest {
  @Test
  void replacesTheOnePlace() throws Exception {
    assertThat(replace("a\nb\nc\n", "b\n", "B\nB2\n")).isEqualTo("a\nB\nB2\nc\n");
    assertThat(replace("a\nb\nc\n", "b\n", "")).isEqualTo("a\nc\n");
  }

  @Test
  void writesTheFilesOwnLineEnds() throws Exception {
    assertThat(replace("a\r\nb\r\nc\r\n", "a\nb\n", "a\nx\ny\n")).isEqualTo("a\r\nx\r\ny\r\nc\r\n");
    assertThat(replace("a\r\nb\r\nc\r\n", "b", "x\ny")).isEqualTo("a\r\nx\r\ny\r\nc\r\n");
    assertThat(replace("a\nb\nc\n", "a\r\nb\r\n", "a\r\nx\r\ny\r\n")).isEqualTo("a\nx\ny\nc\n");
    assertThat(replace("a\r\nb\r\nc", "b\nc", "b\nd")).isEqualTo("a\r\nb\r\nd");
    assertThat(replace("a\r\nb\r\nc", "\nb\n", "\n")).isEqualTo("a\r\nc");
  }

  @Test
  void leavesMixedLineEndsOfUnchangedLinesAlone() throws Exception {
    assertThat(
            replace(
                "one\r\ntwo\nthree\r\nfour\n", "one\ntwo\nthree\nfour\n", "one\ntwo\n3\nfour\n"))
        .isEqualTo("one\r\ntwo\n3\r\nfour\n");
  }

  @Test
  void keepsAFileWithoutAFinalLineEnd() throws Exception {
    assertThat(replace("a\nb", "b", "c")).isEqualTo("a\nc");
    assertThat(replace("a\nb", "b\n", "c\n")).isEqualTo("a\nc");
    assertThat(replace("a\nb", "a\nb\n", "x\ny\n")).isEqualTo("x\ny");
  }

  @Test
  void keepsTheByteOrderMark() throws Exception {
    assertThat(replace("\uFEFFa\nb\n", "a\n", "x\n")).isEqualTo("\uFEFFx\nb\n");
    assertThat(replace("\uFEFFa\nb\n", "\uFEFFa\n", "x\n")).isEqualTo("\uFEFFx\nb\n");
  }

  @Test
  void keepsBytesThatAreNotUtf8() throws Exception {
    byte[] before =
        concat(
            "# caf".getBytes(UTF_8),
            new byte[] {(byte) 0xE9, (byte) 0x81},
            "\nx = 1\n".getBytes(UTF_8));

    byte[] after = SourceText.of(before).orElseThrow().replaceOnce("x = 1", "x = 'é'").bytes();

    assertThat(after)
        .isEqualTo(
            concat(
                "# caf".getBytes(UTF_8),
                new byte[] {(byte) 0xE9, (byte) 0x81},
                "\nx = 'é'\n".getBytes(ISO_8859_1)));
  }

  @Test
  void refusesCharactersThatTheEncodingLacks() {
    SourceText latin = SourceText.of(new byte[] {(byte) 0xE9, '\n', 'x'}).orElseThrow();
    SourceText utf8 = SourceText.of("x".getBytes(UTF_8)).orElseThrow();

    assertThatThrownBy(() -> latin.replaceOnce("x", "€"))
        .hasMessageContaining("encoding (ISO-8859-1)");
    assertThatThrownBy(() -> utf8.replaceOnce("x", "\uD800"))
        .hasMessageContaining("encoding (UTF-8)");
  }

  @Test
  void takesAFileWithANulAsBinary() {
    assertThat(SourceText.of(new byte[] {'a', 0, 'b'})).isEmpty();
  }

  @Test
  void tellsTheLinesWhenThereAreSeveralPlaces() {
    assertThatThrownBy(() -> replace("a\nx\na\r\na\n", "a", "b"))
        .isInstanceOf(SourceText.Mismatch.class)
        .hasMessageContaining("3 places, at lines [1, 3, 4]");
    assertThatThrownBy(() -> replace("aaa", "aa", "b")).hasMessageContaining("2 places");
  }

  @Test
  void showsTheClosestLinesWhenThereIsNoPlace() {
    assertThatThrownBy(
            () ->
                replace(
                    "import os\n\ndef total(order):\n    return order['items']\n",
                    "def total(order) :\n  return order['items']\n",
                    "x"))
        .isInstanceOf(SourceText.Mismatch.class)
        .hasMessageContaining("3: def total(order):\n4:     return order['items']");
    assertThatThrownBy(() -> replace("import os\n", "zzz(qqq)", "x"))
        .hasMessageContaining("nothing like it");
  }

  @Test
  void refusesAnEditThatChangesNothing() {
    assertThatThrownBy(() -> replace("a\r\n", "a\n", "a\r\n"))
        .hasMessageContaining("changes nothing");
  }

  private static String replace(String text, String search, String replace) throws Exception {
    SourceText source = SourceText.of(text.getBytes(UTF_8)).orElseThrow();
    return new String(source.replaceOnce(search, replace).bytes(), UTF_8);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}

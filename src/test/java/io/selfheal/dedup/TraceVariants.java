package io.selfheal.dedup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The corpus's traces as the same bugs print them elsewhere: only what another process, host,
 * request, deployment, version or locale changes is changed, never a name or a source line.
 */
final class TraceVariants {
  private static final Path CORPUS = Path.of("src/test/resources/corpus");
  private static final Pattern LINE =
      Pattern.compile(
          "(\", line |\" Line |on line |:line |\\.(?:java|kt|scala|[cm]?js|go|rs|rb|php|cs):"
              + "|\\.php\\()(\\d+)");

  /** What is done to a trace, by name. */
  static final Map<String, UnaryOperator<String>> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("line shift", TraceVariants::shifted);
    KINDS.put(
        "deployment",
        text ->
            text.replaceAll(
                "(?<!\", \")(/var/task|/app|/src/shop|/src)/(?=[a-zA-Z_]+[./])",
                "/srv/releases/20260102030405/"));
    KINDS.put(
        "request and process",
        text ->
            text.replaceAll("0x[0-9a-f]{6,}", "0x00007fa4c1d2e3f0")
                .replaceAll("goroutine \\d+", "goroutine 93")
                .replaceAll("(thread '[^']*' )\\(\\d+\\)", "$1(90210)")
                .replaceAll("\\(node:\\d+\\)", "(node:31)")
                .replaceAll(
                    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}",
                    "0b3f2a77-1c2d-4e5f-8a9b-0c1d2e3f4a5b"));
    KINDS.put(
        "date",
        text ->
            text.replaceAll("20\\d\\d([-/])\\d\\d([-/])\\d\\d", "2031$112$228")
                .replaceAll("(?<![\\d:])\\d\\d:\\d\\d:\\d\\d(?![\\d:])", "23:59:58"));
    KINDS.put(
        "generated name",
        text ->
            text.replaceAll("(lambda\\$\\w+\\$)\\d+", "$197")
                .replaceAll("(\\$\\$Lambda)\\$\\d+/0x[0-9a-f]+", "$1/0x00007f11aa")
                .replaceAll("\\.func\\d+", ".func8")
                .replaceAll("b__\\d+_(\\d+)", "b__9_$1")
                .replaceAll("DisplayClass\\d+_", "DisplayClass11_")
                .replaceAll("::h[0-9a-f]{16}(?=\\s)", "::h0123456789abcdef")
                .replaceAll("@\\d+(?=\\.Invoke)", "@41-2"));
    KINDS.put(
        "version",
        text ->
            (text.contains("File \"") ? text.replaceAll("(?m)^ *[~^]+ *\\R", "") : text)
                .replaceAll("python\\d\\.\\d+", "python3.14")
                .replaceAll("/\\d\\.\\d+\\.\\d+/lib", "/3.14.2/lib")
                .replaceAll("go-1\\.\\d+", "go-1.25"));
    KINDS.put(
        "locale",
        text ->
            text.replace("No such file or directory", "Datei oder Verzeichnis nicht gefunden")
                .replaceAll("(?m)^ {3}(?: {6})?at (?=\\S+\\()", "   bei ")
                .replace(":line ", ":Zeile ")
                .replace(
                    "   --- End of inner exception stack trace ---",
                    "   --- Ende der internen Ausnahmestapelüberwachung ---"));
    KINDS.put("host", TraceVariants::behindPrefix);
  }

  private TraceVariants() {}

  /**
   * A trace and its variants.
   *
   * @param kinds what changed the text at all
   */
  record Sample(String bug, List<String> texts, List<String> kinds) {
    static Sample of(String bug, String text, boolean bare) {
      List<String> texts = new ArrayList<>(List.of(text));
      List<String> kinds = new ArrayList<>();
      String together = text;
      for (Map.Entry<String, UnaryOperator<String>> kind : KINDS.entrySet()) {
        if (kind.getKey().equals("host") && !bare) {
          continue;
        }
        String variant = kind.getValue().apply(text);
        if (!variant.equals(text)) {
          texts.add(variant);
          kinds.add(kind.getKey());
          together = kind.getValue().apply(together);
        }
      }
      texts.add(together);
      return new Sample(bug, texts, kinds);
    }
  }

  static List<Sample> corpus() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Sample> samples = new ArrayList<>();
    for (JsonNode entry : json.readTree(CORPUS.resolve("index.json").toFile())) {
      String text = Files.readString(CORPUS.resolve(entry.get("file").asText()));
      // Python 3.8 lacks what this program uses and so fails with another error.
      boolean other = entry.get("id").asText().equals("cpython-gen-exc_note-py3.8");
      String bug = entry.get("group").asText() + (other ? " in 3.8" : "");
      boolean bare = entry.get("id").asText().endsWith("-bt0");
      samples.add(Sample.of(bug + (bare ? " without backtrace" : ""), text, true));
    }
    for (JsonNode entry : json.readTree(CORPUS.resolve("captured.json").toFile())) {
      String file = entry.get("file").asText();
      String text = Files.readString(CORPUS.resolve("captured").resolve(file));
      String name = file.replaceFirst("\\.txt$", "");
      String program = name.replaceFirst("-((py|node|jdk|ruby|jruby|bt)[\\d.]+|log|full)$", "");
      String type = entry.get("errors").get(0).get("type").asText();
      samples.add(Sample.of(bug(program, name, type), text, false));
    }
    return samples;
  }

  /**
   * A version that lacks what the program uses fails with another error. Rust prints no function
   * unless it is told to print a backtrace, so that nothing is left to recognise a panic by.
   */
  private static String bug(String program, String name, String type) {
    return program + " " + type + (name.endsWith("-bt0") ? " without backtrace" : "");
  }

  private static String shifted(String text) {
    Matcher matcher = LINE.matcher(text);
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      int line = Integer.parseInt(matcher.group(2)) + 117;
      matcher.appendReplacement(result, Matcher.quoteReplacement(matcher.group(1) + line));
    }
    return matcher.appendTail(result).toString();
  }

  private static String behindPrefix(String text) {
    String prefix = "2026-11-22T07:10:11.123Z ip-10-0-3-7 shop[812]: ERROR ";
    return prefix + text.replace("\r\n", "\n").replaceAll("[\n\r](?!$)", "\n" + prefix);
  }
}

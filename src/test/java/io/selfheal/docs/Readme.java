package io.selfheal.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README's text, taken apart. */
final class Readme {
  private static final Path FILE = Path.of("README.md");
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?ms)(?:^`(?<caption>[^`\\n]+)`[^\\n]*:\\n\\n)?^```(?<language>\\w*)\\n(?<text>.*?)^```$");

  private final String text;

  Readme() {
    try {
      text = Files.readString(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A fenced block.
   *
   * @param caption the file name in the line above it, or an empty string
   */
  record Block(String caption, String language, String text) {}

  String text() {
    return text;
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      String caption = matcher.group("caption");
      blocks.add(
          new Block(
              caption == null ? "" : caption, matcher.group("language"), matcher.group("text")));
    }
    return blocks;
  }

  List<Block> blocks(String language) {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  /** The text of the block that is shown as the file of this name. */
  String file(String name) {
    return blocks().stream()
        .filter(block -> block.caption().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the README shows no file " + name))
        .text();
  }

  /** What stands between a heading and the next one of the same rank. */
  String section(String heading) {
    int begin = text.indexOf("\n## " + heading + "\n");
    if (begin < 0) {
      throw new AssertionError("the README has no section " + heading);
    }
    int end = text.indexOf("\n## ", begin + 1);
    return text.substring(begin, end < 0 ? text.length() : end);
  }

  /** The cells of the tables in a section, without their headings; an escaped pipe is a pipe. */
  List<List<String>> rows(String heading) {
    return section(heading)
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(
            line ->
                Pattern.compile("(?<!\\\\)\\|")
                    .splitAsStream(line.substring(1))
                    .map(cell -> cell.strip().replace("\\|", "|"))
                    .toList())
        .toList();
  }

  /** The lines that a reader may type, continued lines joined, comments left out. */
  List<String> commands() {
    List<String> commands = new ArrayList<>();
    for (Block block : blocks()) {
      if (block.language().equals("sh") || block.language().equals("console")) {
        block
            .text()
            .replaceAll("\\\\\\n\\s*", " ")
            .lines()
            .filter(line -> block.language().equals("sh") || line.startsWith("$ "))
            .map(line -> line.replaceFirst("^\\$ ", "").replaceFirst("\\s#.*", "").strip())
            .forEach(commands::add);
      }
    }
    Matcher inline = Pattern.compile("`(\\./selfheal [^`]+)`").matcher(text);
    while (inline.find()) {
      commands.add(inline.group(1));
    }
    return commands;
  }
}

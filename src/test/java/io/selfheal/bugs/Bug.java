package io.selfheal.bugs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A bug of the set in {@code bugs/}, whose README says what each file is.
 *
 * @param before the repository, path to content
 * @param after the files that the fix changes, as they should be
 * @param prefix where the program was deployed
 * @param test command that is green when all is well
 * @param goldLines first and last line of the function that has to change, 1-based
 */
public record Bug(
    String name,
    String language,
    SortedMap<String, byte[]> before,
    SortedMap<String, byte[]> after,
    String trace,
    String prefix,
    String test,
    String goldFile,
    String goldFunction,
    int[] goldLines) {

  /** All bugs, in the order of their names. */
  public static List<Bug> all() {
    try {
      Path folder = Path.of(Objects.requireNonNull(Bug.class.getResource("/bugs")).toURI());
      var bugs = new ArrayList<Bug>();
      try (Stream<Path> folders = Files.list(folder)) {
        for (Path bug : folders.filter(Files::isDirectory).sorted().toList()) {
          if (Files.exists(bug.resolve("bug.properties"))) {
            bugs.add(read(bug));
          }
        }
      }
      return bugs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Bug read(Path folder) throws IOException {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(folder.resolve("bug.properties"))) {
      properties.load(reader);
    }
    String[] lines = properties.getProperty("gold.lines").split("-");
    return new Bug(
        folder.getFileName().toString(),
        properties.getProperty("language"),
        files(folder.resolve("before")),
        files(folder.resolve("after")),
        Files.readString(folder.resolve("trace.txt")),
        properties.getProperty("prefix", ""),
        properties.getProperty("test"),
        properties.getProperty("gold.file"),
        properties.getProperty("gold.function"),
        new int[] {Integer.parseInt(lines[0]), Integer.parseInt(lines[1])});
  }

  private static SortedMap<String, byte[]> files(Path folder) throws IOException {
    var files = new TreeMap<String, byte[]>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
      }
    }
    return files;
  }

  /** A file of the repository as text; null where there is none. */
  public String text(String path) {
    byte[] content = before.get(path);
    return content == null ? null : new String(content, StandardCharsets.UTF_8);
  }

  /** Only those files of the fix that are tests. */
  public Map<String, byte[]> newTests() {
    var tests = new TreeMap<>(after);
    tests.keySet().removeIf(path -> !path.matches("(?:.*/)?tests?/.*"));
    return tests;
  }

  @Override
  public String toString() {
    return name;
  }
}

package io.selfheal.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Files under deploy/, read. */
final class Yaml {
  static final Path DEPLOY = Path.of("deploy");

  private Yaml() {}

  static Map<String, Object> read(Path file) {
    List<Object> documents = documents(file);
    if (documents.size() != 1) {
      throw new AssertionError(file + " has " + documents.size() + " documents");
    }
    return map(documents.get(0));
  }

  static List<Object> documents(Path file) {
    try {
      List<Object> documents = new ArrayList<>();
      new Load(LoadSettings.builder().setLabel(file.toString()).build())
          .loadAllFromString(Files.readString(file))
          .forEach(documents::add);
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands at a path of names and positions; null where there is nothing. */
  static Object at(Object node, Object... path) {
    Object found = node;
    for (Object step : path) {
      if (found instanceof Map<?, ?> map) {
        found = map.get(step);
      } else if (found instanceof List<?> list && step instanceof Integer index) {
        found = index < list.size() ? list.get(index) : null;
      } else {
        return null;
      }
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }

  static List<Path> files(String folder) {
    try (Stream<Path> files = Files.walk(DEPLOY.resolve(folder))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

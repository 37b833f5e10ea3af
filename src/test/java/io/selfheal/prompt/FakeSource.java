package io.selfheal.prompt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A repository in memory. */
final class FakeSource implements SourceTree {
  private final Map<String, String> files = new TreeMap<>();

  FakeSource with(String path, String text) {
    files.put(path, text);
    return this;
  }

  FakeSource with(String path) {
    return with(path, "# " + path + "\n");
  }

  @Override
  public List<String> paths() {
    return List.copyOf(files.keySet());
  }

  @Override
  public Optional<String> read(String path) {
    return Optional.ofNullable(files.get(path));
  }
}

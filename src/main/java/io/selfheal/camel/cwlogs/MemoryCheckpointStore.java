package io.selfheal.camel.cwlogs;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Checkpoints that live as long as the JVM: for tests, and where a restart may begin anew. */
public final class MemoryCheckpointStore implements CheckpointStore {
  private final Map<String, String> values = new ConcurrentHashMap<>();

  @Override
  public Optional<String> load(String key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public void save(String key, String value) {
    values.put(key, value);
  }
}

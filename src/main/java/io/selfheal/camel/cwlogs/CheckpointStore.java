package io.selfheal.camel.cwlogs;

import java.util.Optional;

/** Remembers over restarts how far something was read. */
public interface CheckpointStore {
  /** What was saved last under the key. */
  Optional<String> load(String key);

  /** Replaces what is saved under the key. */
  void save(String key, String value);
}

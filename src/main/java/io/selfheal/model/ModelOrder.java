package io.selfheal.model;

import io.selfheal.prompt.RepairPrompt;
import io.selfheal.queue.TryLaterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which model of a list is asked in one try: the preferred one in the first, the one after it in
 * the second, and so on. A model that cannot be used is followed by the next; a bad answer keeps
 * the model, as the second question of a try goes on from it. Lives in the exchange's variable
 * {@code models} as long as the try.
 */
public final class ModelOrder {
  /** The exchange variable. */
  static final String VARIABLE = "models";

  private static final Logger LOG = LoggerFactory.getLogger(ModelOrder.class);

  private final String key;
  private final List<String> models;
  private final List<RuntimeException> failures = new ArrayList<>();
  private RepairPrompt whole;
  private boolean shrunk;
  private int index;

  /**
   * @param key the setting with the list
   * @param models in order of preference, at least one
   * @param attempt which try of the issue this is, from 1
   */
  ModelOrder(String key, List<String> models, int attempt) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("there is no model in " + key);
    }
    this.key = key;
    int first = Math.floorMod(Math.max(1, attempt) - 1, models.size());
    List<String> rotated = new ArrayList<>(models.subList(first, models.size()));
    rotated.addAll(models.subList(0, first));
    this.models = List.copyOf(rotated);
  }

  /** Whose turn it is. */
  public String model() {
    return models.get(index);
  }

  /** The prompt cut down, once for each model; empty where it was or cannot be. */
  Optional<RepairPrompt> shrink(RepairPrompt prompt) {
    if (shrunk) {
      return Optional.empty();
    }
    Optional<RepairPrompt> smaller = ShrunkPrompt.of(prompt);
    if (smaller.isPresent()) {
      shrunk = true;
      whole = prompt;
      LOG.info("The prompt does not fit into the context of {} and is cut down", model());
    }
    return smaller;
  }

  /**
   * Goes on to the next model.
   *
   * @param prompt the question so far
   * @param failure why the present one cannot be used
   * @return the question for it, whole again
   * @throws RuntimeException when there is no further one: the only failure, or one that names all
   */
  RepairPrompt next(RepairPrompt prompt, RuntimeException failure) {
    failures.add(failure);
    if (index + 1 >= models.size()) {
      throw failures.size() == 1 ? failure : together();
    }
    LOG.warn(
        "{} cannot be used and {} of {} is asked instead: {}",
        model(),
        models.get(index + 1),
        key,
        failure.getMessage());
    index++;
    RepairPrompt next = shrunk ? whole : prompt;
    shrunk = false;
    return next;
  }

  private RuntimeException together() {
    String all =
        "no model of %s can be used: %s"
            .formatted(
                key,
                failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")));
    List<TryLaterException> later =
        failures.stream()
            .filter(TryLaterException.class::isInstance)
            .map(TryLaterException.class::cast)
            .toList();
    if (later.isEmpty()) {
      return new ModelException(all, failures.get(0));
    }
    Duration shortest =
        later.stream()
            .flatMap(failure -> failure.retryAfter().stream())
            .min(Comparator.naturalOrder())
            .orElse(null);
    return new ModelUnavailableException(all, shortest, later.get(0));
  }
}

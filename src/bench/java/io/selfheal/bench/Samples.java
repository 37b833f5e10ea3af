package io.selfheal.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Durations of one thing that was done several times. */
final class Samples {
  private final List<Double> millis = new ArrayList<>();

  /** Something to be timed. */
  interface Work<T> {
    T run() throws Exception;
  }

  /** Does it and adds the time it took. */
  <T> T time(Work<T> work) throws Exception {
    long start = System.nanoTime();
    T result = work.run();
    add((System.nanoTime() - start) / 1e6);
    return result;
  }

  void add(double milliseconds) {
    millis.add(milliseconds);
  }

  int count() {
    return millis.size();
  }

  double median() {
    List<Double> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  double min() {
    return Collections.min(millis);
  }

  double max() {
    return Collections.max(millis);
  }
}

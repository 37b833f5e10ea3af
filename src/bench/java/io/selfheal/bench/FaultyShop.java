package io.selfheal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A repository with one bug per module, a recorded answer for each, and what each bug leaves in the
 * log. No two of them are one error.
 */
final class FaultyShop {
  static final String NAME = "shop";

  private final Path repository;
  private final Path answers;

  private FaultyShop(Path repository, Path answers) {
    this.repository = repository;
    this.answers = answers;
  }

  /** Writes repository and answers under {@code directory}. */
  static FaultyShop in(Path directory, int bugs) throws IOException, InterruptedException {
    Path repository = Files.createDirectories(directory.resolve("repository"));
    Path answers = Files.createDirectories(directory.resolve("answers"));
    Files.createDirectories(repository.resolve("shop/fields"));
    Files.writeString(
        repository.resolve("shop/handler.py"),
        """
        import importlib


        def handle(event, name):
            module = importlib.import_module("shop.fields." + name)
            return module.read(event)
        """);
    for (int n = 0; n < bugs; n++) {
      Files.writeString(
          repository.resolve(path(n)),
          """
          \"""Reads one field of an order.\"""


          def read(order):
              return checked_%1$d(order)


          def checked_%1$d(order):
              return order["field_%1$d"].strip()
          """
              .formatted(n));
      Files.writeString(
          answers.resolve("answer-%03d.json".formatted(n)),
          """
          {"when": "KeyError: 'field_%1$d'",
           "proposal": {
             "verdict": "fix",
             "root_cause": "checked_%1$d reads a field that an order need not have.",
             "title": "Accept orders without field_%1$d",
             "description": "A missing field is read as an empty one.",
             "edits": [{
               "path": "%2$s",
               "search": "    return order[\\"field_%1$d\\"].strip()",
               "replace": "    return order.get(\\"field_%1$d\\", \\"\\").strip()"}]}}
          """
              .formatted(n, path(n)));
    }
    Shell.run(repository, "git", "init", "-q", "-b", "main");
    Shell.run(repository, "git", "add", ".");
    Shell.run(
        repository,
        "git",
        "-c",
        "user.name=Dev",
        "-c",
        "user.email=dev@example.com",
        "commit",
        "-qm",
        "Shop");
    return new FaultyShop(repository, answers);
  }

  Path repository() {
    return repository;
  }

  Path answers() {
    return answers;
  }

  /** What Python prints when the n-th bug raises. */
  static String traceback(int n) {
    return """
        Traceback (most recent call last):
          File "/srv/shop/handler.py", line 6, in handle
            return module.read(event)
          File "/srv/%2$s", line 5, in read
            return checked_%1$d(order)
          File "/srv/%2$s", line 9, in checked_%1$d
            return order["field_%1$d"].strip()
        KeyError: 'field_%1$d'
        """
        .formatted(n, path(n));
  }

  private static String path(int n) {
    return "shop/fields/field_%d.py".formatted(n);
  }
}

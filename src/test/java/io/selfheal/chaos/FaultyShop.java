package io.selfheal.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;

/**
 * A repository with one bug per module, a recorded answer for each, and what each bug leaves in the
 * log. No two of them are one error.
 */
public final class FaultyShop {
  public static final String NAME = "shop";

  private final Path repository;
  private final Path answers;

  private FaultyShop(Path repository, Path answers) {
    this.repository = repository;
    this.answers = answers;
  }

  /** Writes repository and answers under {@code directory}. */
  public static FaultyShop in(Path directory, int bugs) throws IOException {
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
          answers.resolve("answer-%04d.json".formatted(n)),
          "{\"when\": \"%s\", \"proposal\": %s}\n".formatted(message(n), proposal(n)));
    }
    PersonIdent dev = new PersonIdent("Dev", "dev@example.com");
    try (Git git = Git.init().setDirectory(repository.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit().setMessage("Shop").setAuthor(dev).setCommitter(dev).setSign(false).call();
    } catch (GitAPIException e) {
      throw new IOException(e);
    }
    return new FaultyShop(repository, answers);
  }

  public Path repository() {
    return repository;
  }

  public Path answers() {
    return answers;
  }

  /** What Python prints when the n-th bug raises. */
  public static String traceback(int n) {
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

  /** What only the n-th bug's traceback has. */
  public static String message(int n) {
    return "KeyError: 'field_%d'".formatted(n);
  }

  /** The model's answer to the n-th bug. */
  public static String proposal(int n) {
    return """
        {"verdict": "fix",
         "root_cause": "checked_%1$d reads a field that an order need not have.",
         "title": "Refuse orders without field_%1$d by name",
         "description": "An order without it is refused by name.",
         "edits": [{
           "path": "%2$s",
           "search": "    return order[\\"field_%1$d\\"].strip()",
           "replace": "    if \\"field_%1$d\\" not in order:\\n        raise ValueError(\\"the order lacks field_%1$d\\")\\n    return order[\\"field_%1$d\\"].strip()"}]}"""
        .formatted(n, path(n));
  }

  private static String path(int n) {
    return "shop/fields/field_%d.py".formatted(n);
  }
}

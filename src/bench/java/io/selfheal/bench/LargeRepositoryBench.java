package io.selfheal.bench;

import io.selfheal.settings.Application;
import io.selfheal.workspace.BaseTree;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.TestApplications;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RemoteRefUpdate;

/**
 * What git costs in a repair of a repository of 10,000 files and 200 MB of history, without a
 * verify command, against a fresh {@code git clone} of the same. Before each repair a commit
 * arrives upstream, as in a living repository.
 */
final class LargeRepositoryBench {
  private static final int ROUNDS = 5;
  private static final int REPAIRS_PER_ROUND = 4;
  private static final double TARGET = 0.1;

  private LargeRepositoryBench() {}

  static void main(String[] args) throws Exception {
    Path directory = Path.of("target/bench").toAbsolutePath();
    Path kept = LargeRepository.in(directory);
    Path scratch = directory.resolve("repair");
    Shell.delete(scratch);
    Files.createDirectories(scratch);
    // The kept one stays as it was made: repairs push to this copy.
    Path origin = scratch.resolve("origin.git");
    Shell.run(
        scratch,
        "git",
        "clone",
        "-q",
        "--bare",
        "--no-hardlinks",
        kept.toString(),
        origin.toString());
    Report.heading("Repair of a large repository");
    Report.line(
        "   %d files, %.0f MB history, %s commits",
        LargeRepository.FILES,
        LargeRepository.bytes(origin) / 1e6,
        Shell.run(origin, "git", "rev-list", "--count", "main"));

    Samples clones = new Samples();
    Samples first = new Samples();
    Samples next = new Samples();
    Map<String, Samples> steps = new LinkedHashMap<>();
    Application app = TestApplications.of("shop", origin.toUri().toString());
    int repair = 0;
    try (Workspace workspace =
        new Workspace(scratch.resolve("work"), new GitAccess(), unused -> Optional.empty())) {
      for (int round = 0; round < ROUNDS; round++) {
        Path clone = scratch.resolve("clone");
        clones.time(() -> Shell.run(scratch, LargeRepository.cloneCommand(origin, clone)));
        for (int i = 0; i < REPAIRS_PER_ROUND; i++) {
          int number = repair++;
          if (number > 0) {
            commitUpstream(clone, number);
          }
          Samples total = number == 0 ? first : next;
          Map<String, Samples> parts = number == 0 ? new HashMap<>() : steps;
          total.time(() -> repair(workspace, app, number, parts));
        }
        Shell.delete(clone);
      }
    }
    Shell.delete(scratch);

    Report.timesHeading();
    Report.times("git clone with checkout (baseline)", clones);
    Report.times("first repair (makes the mirror)", first);
    Report.times("repair from the second on", next);
    steps.forEach((step, samples) -> Report.times("  " + step, samples));
    double share = next.median() / clones.median();
    Report.line(
        "A repair from the second on costs %.3f of a clone (fastest of each: %.3f; target: under %.1f): %s",
        share, next.min() / clones.min(), TARGET, share < TARGET ? "met" : "MISSED");
  }

  private static Void repair(
      Workspace workspace, Application app, int number, Map<String, Samples> steps)
      throws Exception {
    String branch = "selfheal/%012x".formatted(number);
    String path = LargeRepository.path(number * 37);
    WorkTree tree =
        samples(steps, "fetch, make the work tree")
            .time(() -> workspace.open(app, branch, "r" + number));
    byte[] edited = samples(steps, "list all files, read one").time(() -> edited(tree, path));
    samples(steps, "write, add, commit").time(() -> commit(tree, path, edited));
    samples(steps, "push").time(() -> push(tree));
    samples(steps, "delete the work tree").time(() -> close(workspace, tree));
    return null;
  }

  private static Samples samples(Map<String, Samples> steps, String step) {
    return steps.computeIfAbsent(step, key -> new Samples());
  }

  private static byte[] edited(WorkTree tree, String path) {
    try (BaseTree base = tree.open()) {
      if (base.paths().size() != LargeRepository.FILES) {
        throw new IllegalStateException("unexpected number of files");
      }
      String text = new String(base.read(path).orElseThrow(), StandardCharsets.UTF_8);
      return ("# repaired\n" + text).getBytes(StandardCharsets.UTF_8);
    }
  }

  /** As the steps of the route do it, which pass this to JGit. */
  private static Void commit(WorkTree tree, String path, byte[] content) throws Exception {
    tree.write(Map.of(path, content));
    try (Git git = Git.open(tree.directory().toFile())) {
      git.add().addFilepattern(path).call();
      git.commit().setMessage("Repair").setAuthor("selfheal", "selfheal@localhost").call();
    }
    return null;
  }

  private static Void push(WorkTree tree) throws Exception {
    try (Git git = Git.open(tree.directory().toFile())) {
      for (PushResult result : git.push().call()) {
        for (RemoteRefUpdate update : result.getRemoteUpdates()) {
          if (update.getStatus() != RemoteRefUpdate.Status.OK) {
            throw new IllegalStateException("push: " + update);
          }
        }
      }
    }
    return null;
  }

  private static Void close(Workspace workspace, WorkTree tree) {
    workspace.close(tree);
    return null;
  }

  private static void commitUpstream(Path clone, int number) throws Exception {
    Files.writeString(
        clone.resolve(LargeRepository.path(number * 53)), "# change " + number + "\n");
    Shell.run(
        clone,
        "git",
        "-c",
        "user.name=Dev",
        "-c",
        "user.email=dev@example.com",
        "commit",
        "-qam",
        "Change " + number);
    Shell.run(clone, "git", "push", "-q", "origin", "main");
  }
}

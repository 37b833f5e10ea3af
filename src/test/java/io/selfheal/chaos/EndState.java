package io.selfheal.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * What must be there at the end, whatever happened meanwhile: for each error one issue, one branch
 * of one commit, one pull request; nothing in the queues.
 */
public final class EndState {
  private final OutsideWorld world;
  private final int bugs;

  /**
   * @param bugs how many of {@link FaultyShop} were sent
   */
  public EndState(OutsideWorld world, int bugs) {
    this.world = world;
    this.bugs = bugs;
  }

  /** Whether nothing is left to be done. */
  public boolean reached() {
    return healed() && world.queued() == 0;
  }

  /** Whether every error has its pull request. */
  public boolean healed() {
    return statuses().equals(Map.of(IssueStatus.PULL_REQUEST_OPEN, (long) bugs));
  }

  public Map<IssueStatus, Long> statuses() {
    return new TreeMap<>(
        world.issues().all().stream()
            .collect(Collectors.groupingBy(Issue::status, Collectors.counting())));
  }

  /** What is not as it must be, counts left out; empty if all is well. */
  public List<String> wrong() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<Issue> issues = world.issues().all();
    for (Issue issue : issues) {
      if (issue.status() != IssueStatus.PULL_REQUEST_OPEN) {
        wrong.add(
            "%s is %s after %d tries: %s"
                .formatted(issue.title(), issue.status(), issue.attempts(), issue.reason()));
      }
    }
    expect(wrong, "issues", issues.size());
    Set<String> branches = branches(wrong);
    expect(wrong, "branches", branches.size());
    List<String> heads = new ArrayList<>();
    for (ObjectNode pull : world.github().pulls()) {
      heads.add(pull.get("head").get("ref").asText());
    }
    expect(wrong, "pull requests", heads.size());
    if (!new TreeSet<>(heads).equals(branches)) {
      wrong.add("the pull requests are not those of the branches");
    }
    for (Issue issue : issues) {
      if (!branches.contains("selfheal/" + issue.fingerprint().substring(0, 12))) {
        wrong.add(issue.title() + " has no branch");
      }
    }
    if (world.queued() != 0) {
      wrong.add(world.queued() + " messages in the queue");
    }
    if (world.deadLetters() != 0) {
      wrong.add(world.deadLetters() + " messages in the dead-letter queue");
    }
    return wrong;
  }

  /** Counts that are lower than what was acknowledged, or higher than what was sent. */
  public List<String> wrongCounts(LogSender sender) {
    List<String> wrong = new ArrayList<>();
    List<Issue> issues = world.issues().all();
    for (int bug = 0; bug < bugs; bug++) {
      String message = FaultyShop.message(bug);
      long count =
          issues.stream()
              .filter(issue -> issue.message().contains(message))
              .mapToLong(Issue::occurrences)
              .sum();
      if (count < sender.acknowledged(bug) || count > sender.sent(bug)) {
        wrong.add(
            "%s: counted %d times, acknowledged %d, sent %d"
                .formatted(message, count, sender.acknowledged(bug), sender.sent(bug)));
      }
    }
    return wrong;
  }

  /**
   * Work trees of processes that are gone, processes that work in them, and private keys on disk.
   */
  static List<String> leftBehind(OutsideWorld world) throws IOException {
    List<String> left = new ArrayList<>();
    Path work = world.folder().resolve("work");
    Path trees = work.resolve("trees");
    if (Files.isDirectory(trees)) {
      try (Stream<Path> folders = Files.list(trees)) {
        for (Path folder : folders.filter(Files::isDirectory).toList()) {
          long pid = Long.parseLong(folder.getFileName().toString().replaceFirst("-.*", ""));
          if (ProcessHandle.of(pid).isEmpty()) {
            left.add("work trees of a dead process: " + folder);
          }
        }
      }
    }
    ProcessHandle.allProcesses()
        .filter(process -> !process.info().command().orElse("").endsWith("java"))
        .filter(process -> process.info().commandLine().orElse("").contains(work.toString()))
        .filter(process -> process.parent().isEmpty() || process.parent().get().pid() == 1)
        .forEach(process -> left.add("process " + process.info().commandLine().orElse("")));
    left.addAll(keys(world.folder()));
    return left;
  }

  private static List<String> keys(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()
                && attributes.size() < 100_000
                && Files.readString(file, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY")) {
              found.add("a private key in " + file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private Set<String> branches(List<String> wrong) throws Exception {
    Set<String> names = new TreeSet<>();
    try (Git git = Git.open(world.remote().toFile());
        RevWalk walk = new RevWalk(git.getRepository())) {
      ObjectId main = git.getRepository().resolve("refs/heads/main");
      for (Ref ref : git.getRepository().getRefDatabase().getRefsByPrefix("refs/heads/")) {
        if (ref.getName().equals("refs/heads/main")) {
          continue;
        }
        names.add(ref.getName().substring("refs/heads/".length()));
        RevCommit tip = walk.parseCommit(ref.getObjectId());
        if (tip.getParentCount() != 1 || !tip.getParent(0).equals(main)) {
          wrong.add(ref.getName() + " is not one commit after main");
        }
      }
    }
    return names;
  }

  private void expect(List<String> wrong, String what, int found) {
    if (found != bugs) {
      wrong.add("%d %s instead of %d".formatted(found, what, bugs));
    }
  }
}

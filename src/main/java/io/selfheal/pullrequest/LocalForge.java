package io.selfheal.pullrequest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.selfheal.commit.FixBranch;
import io.selfheal.issue.Issue;
import io.selfheal.pullrequest.ExistingPullRequests.Existing;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.pullrequest.PullRequestNews.Comment;
import io.selfheal.settings.Application;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Handler;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * A forge that is a folder: {@code <app>/pull-requests/<n>.md}, {@code .diff} and {@code .json}. A
 * pull request is there once its {@code .json} is; people may set its {@code state} to {@code
 * merged} or {@code closed}, or merge its branch.
 */
public final class LocalForge {
  private final Path directory;
  private final DescribePullRequest describe;
  private final Clock clock;
  private final Function<Application, Optional<Path>> repositories;
  private final JsonMapper json = JsonMapper.builder().build();

  /**
   * @param directory {@code forge} under {@code selfheal.local.dir}
   */
  public LocalForge(Path directory, DescribePullRequest describe, Clock clock) {
    this(directory, describe, clock, app -> Optional.empty());
  }

  /**
   * @param repositories an application's bare repository, brought up to date with the application's
   *     own; empty where there is none
   */
  public LocalForge(
      Path directory,
      DescribePullRequest describe,
      Clock clock,
      Function<Application, Optional<Path>> repositories) {
    this.repositories = repositories;
    this.directory = directory.toAbsolutePath().normalize();
    this.describe = describe;
    this.clock = clock;
  }

  /**
   * The branch's pull request, found or made.
   *
   * @throws IOException when the folder cannot be written
   */
  @Handler
  public synchronized PullRequest open(FixBranch branch) throws IOException {
    Path folder = folder(branch.proposal().prompt().app());
    Files.createDirectories(folder);
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Another process may work for the same forge. Closing the channel gives the lock back.
      channel.lock();
      Optional<PullRequest> existing =
          ExistingPullRequests.decide(branch, existing(folder, branch));
      if (existing.isPresent() && existing.get().state() != State.OPEN) {
        return existing.get();
      }
      long number = existing.map(PullRequest::number).orElse(highestNumber(folder) + 1);
      write(folder, number, branch);
      return new PullRequest(branch, url(folder, number), number);
    }
  }

  /**
   * What has become of a pull request. It is merged when its {@code .json} says so, or when the
   * base branch has the branch's newest commit, in the forge or in the application's own
   * repository. Its comments are the lines of {@code <n>.comments.jsonl}, each an object with
   * {@code author} and {@code text}; whoever can write there may give commands.
   *
   * @throws IOException when its files cannot be read
   */
  public synchronized PullRequestNews read(FollowedPullRequest followed) throws IOException {
    Path folder = folder(followed.app());
    Path file = folder.resolve(followed.number() + ".json");
    if (!Files.exists(file)) {
      throw new ScmException(
          file + " is gone; send the issue again, or clear it from the issue table");
    }
    ObjectNode pullRequest = (ObjectNode) json.readTree(file.toFile());
    State state = state(file, pullRequest.path("state").asText());
    String head = pullRequest.path("commit").asText();
    Optional<Path> bare = repositories.apply(followed.app());
    if (bare.isPresent()) {
      try (Repository repository =
          new FileRepositoryBuilder().setBare().setGitDir(bare.get().toFile()).build()) {
        String base = Constants.R_HEADS + pullRequest.path("base").asText();
        ObjectId tip = repository.resolve(Constants.R_HEADS + pullRequest.path("head").asText());
        head = state == State.OPEN && tip != null ? tip.name() : head;
        if (state == State.OPEN && contains(repository, base, head)) {
          state = State.MERGED;
          pullRequest.put("state", "merged").put("merged", changed(bare.get().resolve(base)));
          replace(
              file, json.writerWithDefaultPrettyPrinter().writeValueAsString(pullRequest) + "\n");
        }
      }
    }
    String merged = pullRequest.path("merged").asText("");
    List<Comment> comments = comments(folder, followed.number());
    return new PullRequestNews(
        state,
        state == State.MERGED ? Instant.parse(merged.isEmpty() ? changed(file) : merged) : null,
        null,
        head,
        PullRequestNews.Checks.NONE,
        "",
        comments,
        List.of(),
        comments.stream().map(Comment::who).collect(Collectors.toSet()));
  }

  private static boolean contains(Repository repository, String branch, String commit)
      throws IOException {
    ObjectId tip = repository.resolve(branch);
    if (tip == null || !commit.matches("[0-9a-f]{40}")) {
      return false;
    }
    try (RevWalk walk = new RevWalk(repository)) {
      return walk.isMergedInto(
          walk.parseCommit(ObjectId.fromString(commit)), walk.parseCommit(tip));
    } catch (MissingObjectException e) {
      return false;
    }
  }

  /** When a file was changed; now, where git keeps the branch elsewhere. */
  private String changed(Path file) throws IOException {
    Instant now = clock.instant();
    Instant changed = Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : now;
    return (changed.isAfter(now) ? now : changed).toString();
  }

  private List<Comment> comments(Path folder, long number) throws IOException {
    List<Comment> comments = new ArrayList<>();
    Path file = folder.resolve(number + ".comments.jsonl");
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        try {
          JsonNode line = json.readTree(lines.get(i));
          String author = line.path("author").asText("somebody");
          comments.add(
              new Comment(
                  String.valueOf(i + 1),
                  author,
                  author,
                  line.path("text").asText("").strip(),
                  Instant.EPOCH));
        } catch (JsonProcessingException e) {
          throw new ScmException(
              "%s, line %d is not of the form {\"author\": \"me\", \"text\": \"…\"}"
                  .formatted(file, i + 1));
        }
      }
    }
    return comments;
  }

  /**
   * Writes a comment, or another one in its place.
   *
   * @throws IOException when the folder cannot be written
   */
  public synchronized void comment(PullRequestComment comment) throws IOException {
    FollowedPullRequest followed = comment.followed();
    Path file = folder(followed.app()).resolve(followed.number() + ".comments.jsonl");
    List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
    String line =
        json.writeValueAsString(
            json.createObjectNode().put("author", "selfheal").put("text", comment.text()));
    if (comment.existing() == null) {
      lines.add(line);
    } else {
      lines.set(Integer.parseInt(comment.existing()) - 1, line);
    }
    replace(file, String.join("\n", lines) + "\n");
  }

  private Path folder(Application app) {
    return directory.resolve(app.name()).resolve("pull-requests");
  }

  private List<Existing> existing(Path folder, FixBranch branch) throws IOException {
    var existing = new ArrayList<Existing>();
    for (Path file : files(folder, ".json")) {
      JsonNode pullRequest = json.readTree(file.toFile());
      if (branch.name().equals(pullRequest.path("head").asText())) {
        existing.add(
            new Existing(
                number(file),
                pullRequest.path("url").asText(),
                state(file, pullRequest.path("state").asText()),
                pullRequest.path("commit").asText()));
      }
    }
    return existing;
  }

  private static State state(Path file, String state) {
    try {
      return State.valueOf(state.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ScmException(
          "%s has the state %s; write open, merged or closed".formatted(file, state));
    }
  }

  private void write(Path folder, long number, FixBranch branch) throws IOException {
    String title = describe.title(branch);
    Issue issue = branch.proposal().prompt().issue();
    ObjectNode pullRequest =
        json.createObjectNode()
            .put("number", number)
            .put("state", "open")
            .put("title", title)
            .put("head", branch.name())
            .put("base", branch.base())
            .put("commit", branch.commit())
            .put("fingerprint", issue.fingerprint())
            .put("url", url(folder, number))
            .put("created", clock.instant().toString());
    replace(folder.resolve(number + ".md"), "# " + title + "\n\n" + describe.body(branch));
    Path diff = folder.resolve(number + ".diff");
    boolean added = issue.history().goOnFrom() != null && Files.exists(diff);
    replace(diff, (added ? Files.readString(diff) + "\n" : "") + branch.diff());
    // Last: what it names is complete.
    replace(
        folder.resolve(number + ".json"),
        json.writerWithDefaultPrettyPrinter().writeValueAsString(pullRequest) + "\n");
  }

  private static void replace(Path file, String text) throws IOException {
    Path whole = file.resolveSibling("." + file.getFileName() + ".new");
    Files.writeString(whole, text);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static long highestNumber(Path folder) throws IOException {
    return files(folder, ".json").stream().mapToLong(LocalForge::number).max().orElse(0);
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file ->
                  file.getFileName()
                      .toString()
                      .matches("\\d{1,9}" + java.util.regex.Pattern.quote(suffix)))
          .toList();
    }
  }

  private static long number(Path file) {
    return Long.parseLong(String.valueOf(file.getFileName()).replaceFirst("\\..*", ""));
  }

  private static String url(Path folder, long number) {
    return folder.resolve(number + ".md").toUri().toString();
  }
}

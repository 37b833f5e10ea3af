package io.selfheal.pullrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.selfheal.commit.FixBranch;
import io.selfheal.issue.Issue;
import io.selfheal.pullrequest.ExistingPullRequests.Existing;
import io.selfheal.pullrequest.PullRequest.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Handler;

/**
 * A forge that is a folder: {@code <app>/pull-requests/<n>.md}, {@code .diff} and {@code .json}. A
 * pull request is there once its {@code .json} is; people may set its {@code state} to {@code
 * merged} or {@code closed}.
 */
public final class LocalForge {
  private final Path directory;
  private final DescribePullRequest describe;
  private final Clock clock;
  private final JsonMapper json = JsonMapper.builder().build();

  /**
   * @param directory {@code forge} under {@code selfheal.local.dir}
   */
  public LocalForge(Path directory, DescribePullRequest describe, Clock clock) {
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
    Path folder =
        directory.resolve(branch.proposal().prompt().app().name()).resolve("pull-requests");
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
    replace(folder.resolve(number + ".diff"), branch.diff());
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

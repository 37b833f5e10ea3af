package io.selfheal.prompt;

import io.selfheal.issue.Issue;
import io.selfheal.workspace.BaseTree;
import io.selfheal.workspace.FileHistory;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Checks the application's repository out for one repair and asks the question about it. */
public final class EnrichPrompt {
  /** Larger files are data, not source. */
  private static final long LARGEST_FILE = 2_000_000;

  private static final int MAX_COMMITS = 2_000;
  private static final int MAX_VERSIONS = 30;

  private final Workspace workspace;
  private final BuildPrompt prompts;
  private final UnaryOperator<String> maskSource;

  /**
   * @param maskSource replaces secrets in source code and keeps its lines
   */
  public EnrichPrompt(Workspace workspace, BuildPrompt prompts, UnaryOperator<String> maskSource) {
    this.workspace = workspace;
    this.prompts = prompts;
    this.maskSource = maskSource;
  }

  /**
   * @param exchange deletes the work tree when it is done, whatever its end
   * @return the question, with the repair's private work tree
   */
  public RepairPrompt enrich(@Body ClaimedIssue claimed, Exchange exchange) {
    Issue issue = claimed.issue();
    String shortFingerprint = issue.fingerprint().substring(0, 12);
    String repairId =
        shortFingerprint + "-" + issue.attempts() + "-" + claimed.lease().owner().substring(0, 8);
    WorkTree tree =
        workspace.open(
            claimed.app(),
            "selfheal/" + shortFingerprint,
            repairId,
            Optional.ofNullable(issue.history().goOnFrom())
                .map(commit -> new Workspace.GoOn(commit, issue.fingerprint())));
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                workspace.close(tree);
              }
            });
    try (BaseTree files = tree.open();
        FileHistory history = tree.history()) {
      return prompts.build(issue, claimed.app(), tree, new Source(files, history, maskSource));
    }
  }

  /** The base commit's files as text, secrets masked. */
  private record Source(BaseTree files, FileHistory history, UnaryOperator<String> maskSource)
      implements SourceTree {
    @Override
    public List<String> paths() {
      return files.paths();
    }

    @Override
    public Optional<String> read(String path) {
      return files
          .size(path)
          .filter(size -> size <= LARGEST_FILE)
          .flatMap(size -> files.read(path))
          .flatMap(Source::text)
          .map(maskSource);
    }

    @Override
    public Map<String, List<Version>> versions(Collection<String> paths) {
      var versions = new HashMap<String, List<Version>>();
      history
          .versions(paths, MAX_COMMITS, MAX_VERSIONS)
          .forEach((path, found) -> versions.put(path, found.stream().map(this::version).toList()));
      return versions;
    }

    private Version version(FileHistory.Version version) {
      return new Version(
          version.commit(),
          version.time(),
          version.subject(),
          () -> text(history.read(version)).map(maskSource));
    }

    private static Optional<String> text(byte[] bytes) {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
      } catch (CharacterCodingException e) {
        // A source file in an old encoding still helps the model; edits work on the bytes.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
      }
    }
  }
}

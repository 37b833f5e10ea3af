package io.selfheal.commit;

import io.selfheal.model.FixProposal;
import io.selfheal.workspace.WorkTree;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An answer whose edits all hold, not yet written anywhere.
 *
 * @param files path to new content, of changed and of new files
 * @param verification what the verify command said; {@link Verification#NONE} before it ran
 */
public record Change(
    FixProposal proposal, SortedMap<String, byte[]> files, Verification verification) {
  public Change(FixProposal proposal, Map<String, byte[]> files) {
    this(proposal, new TreeMap<>(files), Verification.NONE);
  }

  /** The repair's work tree. */
  public WorkTree workTree() {
    return proposal.prompt().workTree();
  }

  /** The work tree's directory, as text: Camel would take a path for the file that it names. */
  public String directory() {
    return workTree().directory().toString();
  }

  /** The paths of the changed and new files. */
  public List<String> paths() {
    return List.copyOf(files.keySet());
  }

  Change withFiles(Map<String, byte[]> other) {
    return new Change(proposal, new TreeMap<>(other), verification);
  }

  Change withVerification(Verification other) {
    return new Change(proposal, files, other);
  }
}

package io.selfheal.commit;

import io.selfheal.issue.Issue;
import io.selfheal.workspace.RepairRecords;
import io.selfheal.workspace.WorkTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/** Reads back what was committed, and holds it against what was meant. */
public final class ReadBranch {
  private final RepairRecords records;
  private final Function<String, String> mask;

  /**
   * @param mask takes secrets out of the diff that is written to {@code change.diff}
   */
  public ReadBranch(RepairRecords records, Function<String, String> mask) {
    this.records = records;
    this.mask = mask;
  }

  /**
   * @return the branch as it is in the work tree, with its diff against the base commit
   * @throws IllegalStateException when the commit changes other files than the change does
   */
  public FixBranch read(Change change) {
    WorkTree tree = change.workTree();
    try (Git git = Git.open(tree.directory().toFile());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DiffFormatter formatter = new DiffFormatter(out)) {
      Repository repository = git.getRepository();
      ObjectId commit = repository.resolve(Constants.HEAD);
      formatter.setRepository(repository);
      List<DiffEntry> entries = formatter.scan(ObjectId.fromString(tree.baseCommit()), commit);
      TreeSet<String> paths = new TreeSet<>();
      for (DiffEntry entry : entries) {
        paths.add(
            entry.getChangeType() == DiffEntry.ChangeType.DELETE
                ? entry.getOldPath()
                : entry.getNewPath());
      }
      if (!paths.equals(change.files().keySet())) {
        throw new IllegalStateException(
            "the commit changes "
                + paths
                + " instead of "
                + change.files().keySet()
                + " in "
                + tree.directory());
      }
      formatter.format(entries);
      formatter.flush();
      String diff = out.toString(StandardCharsets.UTF_8);
      Issue issue = change.proposal().prompt().issue();
      records.write(issue.fingerprint(), issue.attempts(), "change.diff", mask.apply(diff));
      return new FixBranch(
          change.proposal(),
          tree.branch(),
          tree.base(),
          commit.name(),
          diff,
          change.verification());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + tree.directory(), e);
    }
  }
}

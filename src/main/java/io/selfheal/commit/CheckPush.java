package io.selfheal.commit;

import io.selfheal.issue.PullRequestHistory;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.WorkspaceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.merge.MergeStrategy;
import org.eclipse.jgit.merge.ThreeWayMerger;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefLeaseSpec;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;

/**
 * Reads what became of a push, because Camel's git component raises nothing when it is rejected,
 * and settles with a branch that is there already.
 *
 * <p>The branch's name follows from the error, so an earlier try that died after its push left it
 * behind. If every commit that the base does not have carries our trailer with the same
 * fingerprint, it is ours: the same change is adopted, another one is replaced, provided that it
 * has not moved meanwhile. A branch whose pull request is open only ever grows: what an earlier try
 * has added to it is adopted. Anything else is somebody's work and stays.
 */
public final class CheckPush {
  /** Exchange property with the branch that is being pushed. */
  public static final String BRANCH = "fixBranch";

  private static final String REMOTE_TIP = "refs/selfheal/remote";

  /**
   * @return the branch as it is at the remote now
   * @throws WorkspaceException when the push was refused, or a branch of that name is not ours
   */
  public FixBranch check(
      @Body Iterable<PushResult> results, @ExchangeProperty(BRANCH) FixBranch branch) {
    return isStale(results, branch) ? replace(branch) : branch;
  }

  private static boolean isStale(Iterable<PushResult> results, FixBranch branch) {
    boolean pushed = false;
    for (PushResult result : results) {
      for (RemoteRefUpdate update : result.getRemoteUpdates()) {
        switch (update.getStatus()) {
          case OK, UP_TO_DATE -> pushed = true;
          case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED -> {
            return true;
          }
          default -> throw refused(branch, update, result);
        }
      }
    }
    if (!pushed) {
      throw new WorkspaceException("The push of " + branch.name() + " had no result.");
    }
    return false;
  }

  private static WorkspaceException refused(
      FixBranch branch, RemoteRefUpdate update, PushResult result) {
    String app = branch.proposal().prompt().app().name();
    return new WorkspaceException(
        "The repository of application "
            + app
            + " refused the push of "
            + branch.name()
            + ": "
            + update.getStatus()
            + (update.getMessage() == null ? "" : " " + update.getMessage())
            + (result.getMessages().isBlank() ? "" : " (" + result.getMessages().strip() + ")")
            + "; check that the key or token of selfheal.apps."
            + app
            + " may push branches that begin with selfheal/");
  }

  private static FixBranch replace(FixBranch branch) {
    WorkTree tree = branch.proposal().prompt().workTree();
    String ref = Constants.R_HEADS + branch.name();
    try (Git git = Git.open(tree.directory().toFile());
        RevWalk walk = new RevWalk(git.getRepository())) {
      git.fetch()
          .setRemote(Constants.DEFAULT_REMOTE_NAME)
          .setRefSpecs("+" + ref + ":" + REMOTE_TIP)
          .setTagOpt(TagOpt.NO_TAGS)
          .call();
      RevCommit theirs = walk.parseCommit(git.getRepository().resolve(REMOTE_TIP));
      RevCommit ours = walk.parseCommit(ObjectId.fromString(branch.commit()));
      RevCommit base = walk.parseCommit(ObjectId.fromString(tree.baseCommit()));
      if (isSameChange(theirs, ours)) {
        return at(branch, theirs.name());
      }
      PullRequestHistory history = branch.proposal().prompt().issue().history();
      if (history.goOnFrom() != null) {
        // People review this branch, so nothing of it is taken back.
        return holdsOurs(walk, theirs, base, branch)
            ? at(branch, theirs.name())
            : onTop(git, walk, theirs, ours, branch);
      }
      // What was merged is in the base, whoever made it.
      if (!theirs.name().equals(history.mergedHead())) {
        requireOurs(walk, theirs, base, branch);
      }
      Iterable<PushResult> results =
          git.push()
              .setRemote(Constants.DEFAULT_REMOTE_NAME)
              .setRefSpecs(new RefSpec("+" + ref + ":" + ref))
              .setRefLeaseSpecs(new RefLeaseSpec(ref, theirs.name()))
              .call();
      if (isStale(results, branch)) {
        throw changedMeanwhile(branch);
      }
      return branch;
    } catch (GitAPIException e) {
      throw new WorkspaceException("Cannot push " + branch.name() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot push " + branch.name(), e);
    }
  }

  /** Whether an earlier try has added its change already. */
  private static boolean holdsOurs(RevWalk walk, RevCommit theirs, RevCommit base, FixBranch branch)
      throws IOException {
    walk.markStart(theirs);
    walk.markUninteresting(base);
    for (RevCommit commit : walk) {
      if (isOurs(commit, branch)) {
        return true;
      }
    }
    return false;
  }

  /** A reviewer has pushed since our work tree was made: our commit goes on top, once. */
  private static FixBranch onTop(
      Git git, RevWalk walk, RevCommit theirs, RevCommit ours, FixBranch branch)
      throws IOException, GitAPIException {
    Repository repository = git.getRepository();
    ThreeWayMerger merger = MergeStrategy.RESOLVE.newMerger(repository, true);
    merger.setBase(walk.parseCommit(ours.getParent(0)));
    if (!merger.merge(theirs, ours)) {
      throw new WorkspaceException(
          "The branch "
              + branch.name()
              + " got other commits meanwhile, which change the same lines; the next try starts from them.");
    }
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(merger.getResultTreeId());
    commit.setParentId(theirs);
    commit.setAuthor(ours.getAuthorIdent());
    commit.setCommitter(ours.getCommitterIdent());
    commit.setMessage(ours.getFullMessage());
    ObjectId added;
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      added = inserter.insert(commit);
      inserter.flush();
    }
    Iterable<PushResult> results =
        git.push()
            .setRemote(Constants.DEFAULT_REMOTE_NAME)
            .setRefSpecs(new RefSpec(added.name() + ":" + Constants.R_HEADS + branch.name()))
            .call();
    if (isStale(results, branch)) {
      throw changedMeanwhile(branch);
    }
    // What was verified stood on another commit.
    return new FixBranch(
        branch.proposal(),
        branch.name(),
        branch.base(),
        added.name(),
        branch.diff(),
        Verification.NONE);
  }

  private static WorkspaceException changedMeanwhile(FixBranch branch) {
    return new WorkspaceException(
        "The branch "
            + branch.name()
            + " was changed while it was being replaced; the next try decides anew.");
  }

  private static boolean isSameChange(RevCommit theirs, RevCommit ours) {
    return theirs.getTree().equals(ours.getTree())
        && List.of(theirs.getParents()).equals(List.of(ours.getParents()));
  }

  private static void requireOurs(RevWalk walk, RevCommit theirs, RevCommit base, FixBranch branch)
      throws IOException {
    walk.markStart(theirs);
    walk.markUninteresting(base);
    for (RevCommit commit : walk) {
      if (!isOurs(commit, branch)) {
        throw new WorkspaceException(
            "The repository of application "
                + branch.proposal().prompt().app().name()
                + " has a branch "
                + branch.name()
                + " with a commit that selfheal did not make ("
                + commit.abbreviate(12).name()
                + "), so it is left alone. Merge, rename or delete that branch, then send the issue again.");
      }
    }
  }

  private static boolean isOurs(RevCommit commit, FixBranch branch) {
    return commit
        .getFooterLines(CommitMessage.TRAILER)
        .equals(List.of(branch.proposal().prompt().issue().fingerprint()));
  }

  private static FixBranch at(FixBranch branch, String commit) {
    return new FixBranch(
        branch.proposal(),
        branch.name(),
        branch.base(),
        commit,
        branch.diff(),
        branch.verification());
  }
}

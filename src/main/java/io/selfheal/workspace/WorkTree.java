package io.selfheal.workspace;

import java.nio.file.Path;

/**
 * One repair's private checkout.
 *
 * @param directory its root; a git repository of its own
 * @param base name of the base branch
 * @param baseCommit id of the commit it was made from
 * @param branch the repair's branch, which is checked out
 */
public record WorkTree(Path directory, String base, String baseCommit, String branch) {}

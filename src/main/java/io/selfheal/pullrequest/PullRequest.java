package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;

/**
 * The pull request that people review.
 *
 * @param url where people look at it
 * @param number the SCM's own number
 */
public record PullRequest(FixBranch branch, String url, long number) {}

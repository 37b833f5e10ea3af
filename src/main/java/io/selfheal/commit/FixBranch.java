package io.selfheal.commit;

import io.selfheal.model.FixProposal;

/**
 * The pushed branch.
 *
 * @param name {@code selfheal/<first 12 hex of the fingerprint>}
 * @param base the branch the change is for
 * @param commit id of the branch's tip
 * @param diff unified diff against the base
 */
public record FixBranch(
    FixProposal proposal,
    String name,
    String base,
    String commit,
    String diff,
    Verification verification) {}

package io.selfheal.prompt;

import io.selfheal.issue.Issue;
import io.selfheal.issue.Lease;
import io.selfheal.settings.Application;

/**
 * An issue that this process may work on.
 *
 * @param issue as it was claimed; {@code attempts} counts this try
 */
public record ClaimedIssue(Issue issue, Application app, Lease lease) {}

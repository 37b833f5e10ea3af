package io.selfheal.web;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueTable;
import io.selfheal.logs.IntakeException;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which issue {@code /api/issues/<fingerprint>…[?app=<app>]} names. */
final class IssuePath {
  private static final Pattern PATH = Pattern.compile("/api/issues/([0-9a-f]{12,32})(/[a-z]+)?");

  private IssuePath() {}

  /**
   * @throws IntakeException 404 if there is none, 409 if several applications have it and none is
   *     named
   */
  static Issue find(HttpServerRequest request, IssueTable table, IssueOverview overview) {
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      throw new IntakeException(404, "a fingerprint is 32 hex digits; the first 12 are enough");
    }
    String app = request.getParam("app");
    if (app != null && path.group(1).length() == 32) {
      return table
          .find(app, path.group(1))
          .orElseThrow(() -> new IntakeException(404, "there is no such issue"));
    }
    List<Issue> found =
        overview.snapshot().issues().stream()
            .filter(issue -> issue.fingerprint().startsWith(path.group(1)))
            .filter(issue -> app == null || app.isBlank() || issue.app().equals(app))
            .toList();
    if (found.isEmpty()) {
      throw new IntakeException(404, "there is no such issue");
    }
    if (found.size() > 1) {
      throw new IntakeException(
          409, "several issues have this fingerprint; add ?app= or the rest of it");
    }
    return found.get(0);
  }
}

package io.selfheal.issue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** An issue as JSON: the table's own names. What is not known is left out. */
public final class IssueJson {
  private IssueJson() {}

  public static Map<String, Object> of(Issue issue) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("app", issue.app());
    json.put("fingerprint", issue.fingerprint());
    json.put("status", issue.status().name());
    put(json, "exception_type", issue.exceptionType());
    put(json, "title", issue.title());
    put(json, "language", issue.language());
    json.put("occurrences", issue.occurrences());
    json.put("first_seen", issue.firstSeen().toString());
    json.put("last_seen", issue.lastSeen().toString());
    put(json, "log_group", issue.logGroup());
    put(json, "log_stream", issue.logStream());
    put(json, "level", issue.context().level());
    put(json, "logger", issue.context().logger());
    put(json, "request_id", issue.context().requestId());
    put(json, "trace_id", issue.context().traceId());
    json.put("attempts", issue.attempts());
    put(json, "branch", issue.branch());
    put(json, "pull_request_url", issue.pullRequestUrl());
    put(json, "issue_url", issue.issueUrl());
    put(json, "brake", issue.brake());
    put(json, "reason", issue.reason());
    put(json, "merged_at", Objects.toString(issue.history().mergedAt(), null));
    put(json, "merge_commit", issue.history().mergeCommit());
    put(json, "confirmed_at", Objects.toString(issue.history().confirmedAt(), null));
    put(json, "review", issue.history().review());
    json.put("input_tokens", issue.inputTokens());
    json.put("output_tokens", issue.outputTokens());
    if (issue.costUsd() != null) {
      json.put("cost_usd", issue.costUsd());
    }
    json.put("fingerprint_version", issue.fingerprintVersion());
    put(json, "message", issue.message());
    return json;
  }

  private static void put(Map<String, Object> json, String name, String value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}

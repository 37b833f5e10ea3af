package io.selfheal.pullrequest;

import io.selfheal.dedup.ErrorRules;
import io.selfheal.dedup.Fingerprint;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.issue.Issue;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes our comments on pull requests, in Markdown; each begins with a mark of ours. */
public final class DescribeFollowUp {
  private static final int MAX_LINES = 60;
  private static final int MAX_LINE = 300;

  private final Function<String, ErrorRules> rules;
  private final Fingerprints fingerprints = new Fingerprints();

  /**
   * @param rules those of an application, by its name
   */
  public DescribeFollowUp(Function<String, ErrorRules> rules) {
    this.rules = rules;
  }

  /** How often the error was seen until now. */
  String numbers(Issue issue) {
    long before = issue.history().toldOccurrences();
    return DecideFollowUp.mark(issue)
        + "\n\n"
        + String.format(
            Locale.ROOT,
            "Seen %,d times until now, last at %s. It was %,d when this was last written.",
            issue.occurrences(),
            issue.lastSeen(),
            before);
  }

  /** What makes the error this one error. */
  String explanation(Issue issue, String mark) {
    var text = new StringBuilder(mark).append("\n\n");
    text.append("Fingerprint ").append(Markdown.code(issue.fingerprint())).append(", seen ");
    text.append(issue.occurrences() == 1 ? "once" : issue.occurrences() + " times");
    text.append(" between ").append(issue.firstSeen()).append(" and ").append(issue.lastSeen());
    text.append(". ");
    String log = issue.message() == null ? "" : issue.message();
    List<FoundTrace> found = new StackTraces().find(log.lines().toList());
    if (found.isEmpty()) {
      return text.append("Its text has no stack trace that could be explained.").toString();
    }
    ErrorRules own = rules.apply(issue.app());
    StackTrace trace = own.marked(found.get(0).trace());
    Fingerprint fingerprint = own.fingerprint(fingerprints, trace, found.get(0)::context);
    text.append("What has all of this in common is the same error:\n\n");
    text.append(Markdown.block(lines(fingerprint.components())));
    text.append(
        "\n\nMessage, line numbers, ids and library frames do not count, unless there is nothing else.");
    text.append(" The frames, outermost call first:\n\n");
    text.append(
        Markdown.block(lines(trace.frames().stream().map(DescribeFollowUp::frame).toList())));
    return text.toString();
  }

  private static String frame(Frame frame) {
    return (frame.inApp() ? "yours    " : "library  ")
        + frame.file()
        + (frame.line() == null ? "" : ":" + frame.line())
        + (frame.function() == null ? "" : " in " + frame.function());
  }

  private static String lines(List<String> lines) {
    return lines.stream()
        .limit(MAX_LINES)
        .map(line -> line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "…" : line)
        .collect(Collectors.joining("\n"));
  }

  /** That the error has stayed away since the merge. */
  String confirmation(Issue issue) {
    Instant merged = issue.history().mergedAt();
    Instant since = issue.lastSeen().isAfter(merged) ? issue.lastSeen() : merged;
    double days = Math.max(1, Duration.between(issue.firstSeen(), merged).toMinutes() / 1440.0);
    double daily = issue.occurrences() / days;
    String rate =
        daily >= 1
            ? String.format(Locale.ROOT, "%,d a day", Math.round(daily))
            : "less than one a day";
    return DecideFollowUp.quietMark(issue)
        + "\n\n"
        + "The error has stayed away: 0 since %s, was %s.".formatted(since, rate);
  }
}

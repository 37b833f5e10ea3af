package io.selfheal.prompt;

import io.selfheal.issue.Issue;
import io.selfheal.issue.PullRequestHistory;
import io.selfheal.prompt.FrameFiles.Site;
import io.selfheal.prompt.RepairPrompt.Deployed;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.workspace.WorkTree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the question about an issue: the log, the frames, the source files they run through, their
 * tests, and the repository's own notes, each as marked data, ranked and cut to a budget. The marks
 * carry a number that occurs nowhere in the data, so that no data can end its own section.
 */
public final class BuildPrompt {
  private static final List<String> NOTES = List.of(".selfheal.md", "AGENTS.md", "CONTRIBUTING.md");
  private static final Pattern NOT_LISTED =
      Pattern.compile(
          "(?:.*/)?(?:node_modules|vendor|dist|build|target|\\.git|\\.idea)/.*|.*\\.(?:lock|min\\.js|map|png|jpg|svg|ico|gif|woff2?)");
  private static final Pattern NAME = Pattern.compile("[\\w.$:/-]{1,100}");
  private static final int MAX_NOTES = 6_000;
  private static final int MAX_FRAMES_SHOWN = 40;

  private final Function<String, Optional<StackTrace>> parser;
  private final Function<String, String> mask;
  private final int budget;
  private final boolean reportFixed;
  private final String system = PromptTemplate.load("system").fill(Map.of());
  private final PromptTemplate user = PromptTemplate.load("user");

  /**
   * @param parser reads the first stack trace of a log text
   * @param mask replaces secrets in log text and notes
   * @param maxTokens estimated tokens that system and user text may have together
   */
  public BuildPrompt(
      Function<String, Optional<StackTrace>> parser,
      Function<String, String> mask,
      long maxTokens) {
    this(parser, mask, maxTokens, true);
  }

  /**
   * @param parser reads the first stack trace of a log text
   * @param mask replaces secrets in log text and notes
   * @param maxTokens estimated tokens that system and user text may have together
   * @param reportFixed whether to say that an error is probably fixed already
   */
  public BuildPrompt(
      Function<String, Optional<StackTrace>> parser,
      Function<String, String> mask,
      long maxTokens,
      boolean reportFixed) {
    this.reportFixed = reportFixed;
    this.parser = parser;
    this.mask = mask;
    this.budget = TokenEstimate.characters(maxTokens);
    if (budget < 2 * system.length()) {
      throw new ConfigurationException(
          "selfheal.heal.prompt-tokens",
          String.valueOf(maxTokens),
          "the house rules alone need %d; allow at least twice that, so that source code has room"
              .formatted(TokenEstimate.of(system)));
    }
  }

  /** The question about the issue, on the source as it is at the work tree's base. */
  public RepairPrompt build(Issue issue, Application app, WorkTree workTree, SourceTree source) {
    var writing = new Writing(issue, app, source);
    String text = writing.text();
    return new RepairPrompt(
        issue, app, workTree, system, text, Optional.empty(), writing.deployed());
  }

  /** One prompt in the making; {@code room} is how many characters are left. */
  private final class Writing {
    private final Issue issue;
    private final Application app;
    private final SourceTree source;
    private final FrameFiles files;
    private int room = budget - system.length() - 1_500;
    private Deployed deployed = Deployed.PRESENT;

    private Writing(Issue issue, Application app, SourceTree source) {
      this.issue = issue;
      this.app = app;
      this.source = source;
      this.files = new FrameFiles(source, RepositoryUrl.nameOf(app.repository()));
    }

    private Deployed deployed() {
      return deployed;
    }

    private String text() {
      String message = issue.message() == null ? "" : issue.message();
      Part log = taken(new Part("log", cut(safe(message), room / 4)));
      Optional<Part> earlier =
          issue.reason() != null
              ? Optional.of(taken(new Part("earlier try", cut(safe(issue.reason()), room / 10))))
              : Optional.empty();
      List<Part> before = before(issue.history());
      Optional<StackTrace> trace = parser.apply(message);
      List<Site> printed = trace.map(files::sites).orElse(List.of());
      var running = new DeployedSource(files, source, printed);
      List<Site> sites = running.sites();
      // Whoever sends it again, or a try that went further, knows better.
      deployed =
          new Deployed(
              running.told(),
              reportFixed && issue.reason() == null ? running.alreadyFixed() : Optional.empty());
      Optional<Part> commits =
          running
              .recentCommits()
              .map(text -> taken(new Part("recent commits", cut(safe(text), room / 10))));
      Optional<Part> frames =
          trace.map(found -> taken(new Part("frames", cut(frames(found, sites), room / 6))));
      List<Part> sources = sites.isEmpty() ? listing() : sources(sites, trace.get());

      var all = new ArrayList<Part>(sources);
      all.add(log);
      earlier.ifPresent(all::add);
      all.addAll(before);
      frames.ifPresent(all::add);
      commits.ifPresent(all::add);
      String mark = mark(all);
      return user.fill(
          Map.of(
              "app",
              app.name(),
              "occurrences",
              String.valueOf(issue.occurrences()),
              "first_seen",
              String.valueOf(issue.firstSeen()),
              "last_seen",
              String.valueOf(issue.lastSeen()),
              "log_group",
              issue.logGroup() == null ? "its log" : Part.label(issue.logGroup()),
              "log",
              "What the program logged"
                  + loggedWith(issue.context())
                  + ", secrets masked:\n\n"
                  + marked(log, mark),
              "earlier",
              earlier.map(part -> whyAgain(issue) + "\n\n" + marked(part, mark)).orElse("")
                  + (before.isEmpty()
                      ? ""
                      : "What became of earlier changes for this error; do not repeat what was turned down:\n\n"
                          + marked(before, mark)),
              "frames",
              frames
                      .map(
                          part ->
                              "Where it happened, innermost call first:\n\n" + marked(part, mark))
                      .orElse("")
                  + commits
                      .map(
                          part ->
                              "Commits that changed these functions, the newest first:\n\n"
                                  + marked(part, mark))
                      .orElse(""),
              "sources",
              introduction(sites) + marked(sources, mark)));
    }

    private static String whyAgain(Issue issue) {
      return issue.history().goOnFrom() == null
          ? "Why an earlier try was not accepted:"
          : "Your change is in an open pull request, and the source code below has it already. What is to be changed further:";
    }

    private List<Part> before(PullRequestHistory history) {
      var parts = new ArrayList<Part>();
      if (history.mergedDiff() != null) {
        parts.add(new Part("merged change, and the error came back", safe(history.mergedDiff())));
      }
      if (history.rejectedDiff() != null) {
        parts.add(new Part("change that was turned down", safe(history.rejectedDiff())));
      }
      if (history.review() != null) {
        parts.add(new Part("what people said when they turned it down", safe(history.review())));
      }
      return parts.stream()
          .map(part -> taken(new Part(part.label(), cut(part.text(), room / 10))))
          .toList();
    }

    private String introduction(List<Site> sites) {
      if (sites.isEmpty()) {
        return "No frame of the log names a file of the repository, so no source code is shown. These are its files:\n\n";
      }
      String moved =
          sites.stream().anyMatch(Site::moved)
              ? " Where a frame says that the file differs, another version was running than the one shown."
              : "";
      return "The source code as it is now. Lines are counted in the label; the text itself is exact."
          + moved
          + "\n\n";
    }

    private String frames(StackTrace trace, List<Site> sites) {
      var text = new StringBuilder();
      deployed.difference().ifPresent(words -> text.append(words).append('\n'));
      Set<Frame> shown = new LinkedHashSet<>();
      for (Site site : sites.stream().limit(MAX_FRAMES_SHOWN).toList()) {
        shown.add(site.frame());
        text.append(Part.label(site.path()));
        text.append(site.line() > 0 ? " line " + site.line() : "");
        text.append(site.frame().function() == null ? "" : " in " + site.frame().function());
        text.append(site.frame().source() == null ? "" : ": " + site.frame().source().strip());
        if (site.moved()) {
          text.append(" (the log says line ")
              .append(site.frame().line())
              .append(", the file differs)");
        }
        text.append('\n');
      }
      int rest = 0;
      for (StackTrace error : errors(trace)) {
        for (int i = error.frames().size() - 1; i >= 0; i--) {
          Frame frame = error.frames().get(i);
          if (shown.add(frame) && rest++ < MAX_FRAMES_SHOWN / 2) {
            text.append("not in the repository: ").append(frame.file());
            text.append(frame.line() == null ? "" : " line " + frame.line());
            text.append(frame.function() == null ? "" : " in " + frame.function()).append('\n');
          }
        }
      }
      return safe(text.toString());
    }

    private List<Part> sources(List<Site> sites, StackTrace trace) {
      // Notes are short and few; code takes what they leave.
      List<Part> notes = notes();
      var parts = new ArrayList<>(new SourceParts(files, source, room).of(sites, messages(trace)));
      parts.forEach(this::taken);
      parts.addAll(notes);
      return parts;
    }

    private List<Part> notes() {
      var parts = new ArrayList<Part>();
      for (String path : NOTES) {
        source
            .read(path)
            .map(this::safe)
            .filter(text -> !text.isBlank() && text.length() <= MAX_NOTES)
            .map(text -> new Part("notes " + path, text))
            .filter(part -> part.length() <= room)
            .ifPresent(part -> parts.add(taken(part)));
      }
      return parts;
    }

    private List<Part> listing() {
      List<String> paths =
          source.paths().stream()
              .filter(path -> !NOT_LISTED.matcher(path).matches())
              .sorted()
              .toList();
      var text = new StringBuilder();
      int listed = 0;
      while (listed < paths.size() && text.length() + paths.get(listed).length() + 100 < room / 2) {
        text.append(Part.label(paths.get(listed++))).append('\n');
      }
      if (listed < paths.size()) {
        text.append("and ").append(paths.size() - listed).append(" more\n");
      }
      var parts = new ArrayList<Part>();
      parts.add(taken(new Part("files", text.toString())));
      parts.addAll(notes());
      return parts;
    }

    private Part taken(Part part) {
      room -= part.length();
      return part;
    }

    private String safe(String text) {
      // In this order: an invisible character inside a secret would hide it from the mask.
      return SafeText.ofLog(mask.apply(SafeText.visible(text)));
    }
  }

  private static List<StackTrace> errors(StackTrace trace) {
    var errors = new ArrayList<StackTrace>();
    errors.add(trace);
    errors.addAll(trace.causedBy());
    return errors;
  }

  private static String messages(StackTrace trace) {
    return errors(trace).stream().map(StackTrace::message).collect(Collectors.joining("\n"));
  }

  private static String marked(List<Part> parts, String mark) {
    var text = new StringBuilder();
    parts.forEach(part -> text.append(marked(part, mark)));
    return text.toString();
  }

  private static String marked(Part part, String mark) {
    String newline = part.text().isEmpty() || part.text().endsWith("\n") ? "" : "\n";
    String begin = "<<<" + part.label() + " " + mark + ">>>\n";
    return begin + part.text() + newline + "<<<end " + mark + ">>>\n\n";
  }

  /** A short number that no part contains; the same for the same parts. */
  private static String mark(List<Part> parts) {
    for (int salt = 0; ; salt++) {
      String mark = digest(parts, salt);
      if (parts.stream()
          .noneMatch(part -> part.text().contains(mark) || part.label().contains(mark))) {
        return mark;
      }
    }
  }

  private static String digest(List<Part> parts, int salt) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((byte) salt);
      parts.forEach(part -> sha.update(part.text().getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(sha.digest(), 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The end matters most in a log: both the last exception and its message stand there. */
  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int head = length * 2 / 5;
    int tail = length - head - 60;
    if (tail < 0) {
      return text.substring(0, length);
    }
    return text.substring(0, head)
        + "\n["
        + (text.length() - head - tail)
        + " characters left out]\n"
        + text.substring(text.length() - tail);
  }

  /** Level and logger, where they are plain names; ids tell nothing about the code. */
  private static String loggedWith(LogContext context) {
    String level = context.level();
    String logger = context.logger();
    return (isName(level) ? " at level " + level : "")
        + (isName(logger) ? " by the logger " + logger : "");
  }

  /** A sentence would stand outside the data's marks. */
  private static boolean isName(String text) {
    return text != null && NAME.matcher(text).matches();
  }
}

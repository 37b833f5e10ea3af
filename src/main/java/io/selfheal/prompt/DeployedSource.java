package io.selfheal.prompt;

import io.selfheal.prompt.FocusLines.Range;
import io.selfheal.prompt.FrameFiles.Site;
import io.selfheal.prompt.SourceOutline.Definition;
import io.selfheal.prompt.SourceTree.Version;
import io.selfheal.stacktrace.Frame;
import io.selfheal.workspace.LineChanges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares a trace with the source as it is now. Where a frame's line does not fit any more,
 * another version was running; it looks for the newest commit whose files fit, finds where the
 * lines stand now, and whether the failing line was changed since.
 */
final class DeployedSource {
  private static final Pattern NO_NAME =
      Pattern.compile(
          "|<.*|.*\\banonymous\\b.*|.*\\{closure.*|.*\\$\\d+.*|main|run|call|apply|accept|invoke|MoveNext");
  private static final int MAX_TOLD = 3;
  private static final int MAX_HISTORY_SITES = 3;
  private static final int MAX_HISTORY_COMMITS = 3;
  private static final int MAX_DIFF_LINES = 16;

  private final FrameFiles files;
  private final List<Site> sites;
  private final Map<String, List<Version>> versions;
  private final Map<String, Optional<Version>> running = new LinkedHashMap<>();

  DeployedSource(FrameFiles files, SourceTree source, List<Site> sites) {
    this.files = files;
    this.sites = sites;
    Set<String> stale = new LinkedHashSet<>();
    sites.stream().filter(site -> !fitsNow(site)).map(Site::path).forEach(stale::add);
    Set<String> asked = new LinkedHashSet<>(stale);
    sites.stream().limit(MAX_HISTORY_SITES).map(Site::path).forEach(asked::add);
    this.versions = asked.isEmpty() ? Map.of() : source.versions(asked);
    for (String path : stale) {
      Optional<Version> found = running(path);
      // A name that the outline does not know says nothing, unless an earlier version has it.
      if (found.isPresent()
          || sites.stream().anyMatch(site -> site.path().equals(path) && site.moved())) {
        running.put(path, found);
      }
    }
  }

  /** Whether another version than the present one was running. */
  boolean isStale() {
    return !running.isEmpty();
  }

  /** The sites with their lines as they stand now. */
  List<Site> sites() {
    return sites.stream().map(this::now).toList();
  }

  /** What people are told about the version that ran; empty where it is the present one. */
  Optional<String> told() {
    if (!isStale()) {
      return Optional.empty();
    }
    var text = new StringBuilder("Another version was running when the error was logged.");
    int told = 0;
    for (Map.Entry<String, Optional<Version>> file : running.entrySet()) {
      if (told++ == MAX_TOLD) {
        break;
      }
      text.append(' ').append(Part.label(file.getKey()));
      text.append(
          file.getValue()
              .map(version -> " fits the log as it was in commit " + version.name() + ".")
              .orElse(" fits the log in none of the commits looked at."));
    }
    return Optional.of(text.toString());
  }

  /**
   * Why the error is probably fixed already: the base branch has changed the very line that failed
   * since the version that ran. Empty where it has not, or the version is not known.
   */
  Optional<String> alreadyFixed() {
    Optional<Site> innermost = sites.stream().filter(site -> site.frame().inApp()).findFirst();
    if (innermost.isEmpty()
        || innermost.get().compiled()
        || innermost.get().frame().line() == null) {
      return Optional.empty();
    }
    Site site = innermost.get();
    int line = site.frame().line();
    Optional<Version> ran = running.getOrDefault(site.path(), Optional.empty());
    if (ran.isEmpty() || !changes(site.path(), ran.get()).touches(line)) {
      return Optional.empty();
    }
    String since =
        since(site.path(), ran.get(), line)
            .map(version -> " Commit " + version.name() + " changed it.")
            .orElse("");
    return Optional.of(
        "Probably already fixed: the log fits %s as it was in commit %s, where line %d failed, and that line was changed since.%s Deploy the present version; if the error is seen there too, send the issue again."
            .formatted(Part.label(site.path()), ran.get().name(), line, since));
  }

  /** The newest commits that changed the functions of the innermost sites, for the prompt. */
  Optional<String> recentCommits() {
    var text = new StringBuilder();
    Set<String> seen = new LinkedHashSet<>();
    for (Site site : sites().stream().limit(MAX_HISTORY_SITES).toList()) {
      if (site.line() > 0) {
        Range range =
            new SourceOutline(site.path(), text(site.path()))
                .function(site.line())
                .map(Definition::range)
                .orElse(new Range(site.line(), site.line()));
        touching(site.path(), range, seen, text);
      }
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
  }

  private void touching(String path, Range range, Set<String> seen, StringBuilder out) {
    List<Version> known = versions.getOrDefault(path, List.of());
    int first = range.first();
    int last = range.last();
    String newer = text(path);
    int told = 0;
    for (int i = 0; i + 1 < known.size() && told < MAX_HISTORY_COMMITS; i++) {
      String older = text(known.get(i + 1));
      List<LineChanges.Hunk> touched = new ArrayList<>();
      for (LineChanges.Hunk hunk : new LineChanges(older, newer).hunks()) {
        int end = hunk.afterFirst() + Math.max(hunk.afterCount(), 1) - 1;
        if (hunk.afterFirst() <= last && end >= first) {
          touched.add(hunk);
        }
      }
      if (!touched.isEmpty() && seen.add(path + first + known.get(i).commit())) {
        out.append(known.get(i).name())
            .append(": ")
            .append(known.get(i).subject())
            .append(" (")
            .append(path)
            .append(")\n");
        if (told++ == 0) {
          out.append(diff(older, newer, touched));
        }
      }
      LineChanges back = new LineChanges(newer, older);
      first = back.after(first);
      last = Math.max(first, back.after(last));
      newer = older;
    }
  }

  private static String diff(String older, String newer, List<LineChanges.Hunk> hunks) {
    var lines = new ArrayList<String>();
    List<String> before = older.lines().toList();
    List<String> after = newer.lines().toList();
    for (LineChanges.Hunk hunk : hunks) {
      for (int i = 0; i < hunk.beforeCount(); i++) {
        lines.add("- " + before.get(hunk.beforeFirst() - 1 + i));
      }
      for (int i = 0; i < hunk.afterCount(); i++) {
        lines.add("+ " + after.get(hunk.afterFirst() - 1 + i));
      }
    }
    if (lines.size() > MAX_DIFF_LINES) {
      int rest = lines.size() - MAX_DIFF_LINES;
      return String.join("\n", lines.subList(0, MAX_DIFF_LINES))
          + "\n["
          + rest
          + " lines left out]\n";
    }
    return String.join("\n", lines) + "\n";
  }

  /** The commit after the one that ran that changed the line. */
  private Optional<Version> since(String path, Version ran, int line) {
    List<Version> known = versions.get(path);
    int at = line;
    for (int i = known.indexOf(ran); i > 0; i--) {
      LineChanges step = new LineChanges(text(known.get(i)), text(known.get(i - 1)));
      if (step.touches(at)) {
        return Optional.of(known.get(i - 1));
      }
      at = step.after(at);
    }
    return Optional.empty();
  }

  private Optional<Version> running(String path) {
    List<Version> known = versions.getOrDefault(path, List.of());
    List<Frame> frames =
        sites.stream()
            .filter(site -> site.path().equals(path) && !site.compiled())
            .map(Site::frame)
            .toList();
    return known.stream()
        .skip(1)
        .filter(version -> frames.stream().allMatch(frame -> fits(frame, path, text(version))))
        .findFirst();
  }

  private boolean fitsNow(Site site) {
    return site.compiled()
        || site.frame().line() == null
        || fits(site.frame(), site.path(), text(site.path()));
  }

  private Site now(Site site) {
    Optional<Version> ran = running.getOrDefault(site.path(), Optional.empty());
    if (ran.isEmpty() || site.compiled() || site.frame().line() == null) {
      return site;
    }
    int line = changes(site.path(), ran.get()).after(site.frame().line());
    boolean inFile = line >= 1 && line <= text(site.path()).lines().count();
    return new Site(
        site.path(), inFile ? line : site.line(), line != site.frame().line(), site.frame());
  }

  private LineChanges changes(String path, Version ran) {
    return new LineChanges(text(ran), text(path));
  }

  private String text(String path) {
    return files.text(path).orElse("");
  }

  private static String text(Version version) {
    return version.content().get().map(SafeText::ofSource).orElse("");
  }

  private static boolean fits(Frame frame, String path, String text) {
    List<String> lines = text.lines().toList();
    int line = frame.line() == null ? 0 : frame.line();
    if (line < 1 || line > lines.size()) {
      return false;
    }
    if (frame.source() != null && !frame.source().isBlank()) {
      return lines.get(line - 1).strip().equals(frame.source().strip());
    }
    String name = simpleName(frame.function());
    if (NO_NAME.matcher(name).matches() || !SourceOutline.isSource(path)) {
      return true;
    }
    var outline = new SourceOutline(path, text);
    List<Definition> named = outline.named(name);
    return named.isEmpty()
        ? outline.function(line).isEmpty()
        : named.stream().anyMatch(definition -> definition.range().contains(line));
  }

  private static String simpleName(String function) {
    if (function == null) {
      return "";
    }
    String name = function.replaceFirst(" \\[as .*", "").replaceFirst("\\(.*", "");
    var lambda = Pattern.compile(".*\\blambda\\$(\\w+)\\$\\d+").matcher(name);
    if (lambda.matches()) {
      return lambda.group(1).equals("new") || lambda.group(1).equals("static")
          ? ""
          : lambda.group(1);
    }
    return name.replaceFirst("^.*[.\\s:#>/\\\\]", "");
  }
}

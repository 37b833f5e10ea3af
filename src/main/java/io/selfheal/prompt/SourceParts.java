package io.selfheal.prompt;

import io.selfheal.prompt.FocusLines.Range;
import io.selfheal.prompt.FrameFiles.Site;
import io.selfheal.prompt.RelatedCode.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the source code for the prompt, the most telling first, until the room is used up: the
 * functions of the trace, the code near them, the tests that mention them, and then the rest of
 * those files.
 */
final class SourceParts {
  private static final int MAX_FILES = 12;
  private static final int MAX_RELATED_FILES = 16;
  private static final int MAX_RELATED_LINES = 150;
  private static final int MAX_TESTS = 3;
  private static final int MAX_TEST_CHARACTERS = 5_000;
  private static final int MAX_WHOLE_RELATED_LINES = 200;
  private static final int SHORTEST_PART = 400;
  private static final int JOINED_GAP = 3;

  private final FrameFiles files;
  private final RelatedCode related;
  private final Map<String, List<Range>> chosen = new LinkedHashMap<>();
  private int room;

  /**
   * @param room characters that all parts may take together
   */
  SourceParts(FrameFiles files, SourceTree source, int room) {
    this.files = files;
    this.related = new RelatedCode(files, source);
    this.room = room;
  }

  /** The parts about a trace's sites; each file's lines stand together and in order. */
  List<Part> of(List<Site> sites, String message) {
    Map<String, List<Integer>> linesByFile = new LinkedHashMap<>();
    for (Site site : sites) {
      if (linesByFile.size() < MAX_FILES || linesByFile.containsKey(site.path())) {
        linesByFile.computeIfAbsent(site.path(), path -> new ArrayList<>()).add(site.line());
      }
    }
    linesByFile.forEach(this::focus);
    for (Place place : related.of(sites, message)) {
      if (chosen.containsKey(place.path()) || chosen.size() < MAX_FILES + MAX_RELATED_FILES) {
        show(place);
      }
    }
    Set<String> code = new LinkedHashSet<>(chosen.keySet());
    tests(sites, linesByFile.keySet());
    for (String path : code) {
      if (linesByFile.containsKey(path) || lines(path).size() <= MAX_WHOLE_RELATED_LINES) {
        choose(path, List.of(new Range(1, lines(path).size())));
      }
    }
    var parts = new ArrayList<Part>();
    chosen.forEach(
        (path, ranges) -> ranges.forEach(range -> parts.add(Part.of(path, lines(path), range))));
    return parts;
  }

  private void focus(String path, List<Integer> sites) {
    List<String> lines = lines(path);
    List<Integer> known = sites.stream().filter(line -> line > 0).limit(10).toList();
    if (lines.isEmpty()) {
      return;
    }
    if (known.isEmpty()) {
      head(path, room / 2);
      return;
    }
    for (List<Range> ranges : new FocusLines(path, lines).choices(known)) {
      if (choose(path, ranges)) {
        return;
      }
    }
  }

  private void show(Place place) {
    List<String> lines = lines(place.path());
    int last = Math.min(lines.size(), place.range().last());
    if (place.range().first() > last) {
      return;
    }
    choose(
        place.path(),
        List.of(
            new Range(
                place.range().first(),
                Math.min(last, place.range().first() + MAX_RELATED_LINES - 1))));
  }

  private void tests(List<Site> sites, Set<String> shown) {
    var tests = new LinkedHashSet<>(namedTests(shown));
    tests.addAll(related.tests(sites, shown));
    tests.stream()
        .filter(path -> !chosen.containsKey(path))
        .limit(MAX_TESTS)
        .forEach(path -> head(path, Math.min(room, MAX_TEST_CHARACTERS)));
  }

  /** The file from its beginning, as far as there is room. */
  private void head(String path, int longest) {
    List<String> lines = lines(path);
    int length = 0;
    int last = 0;
    while (last < lines.size() && length + lines.get(last).length() + 1 < longest - SHORTEST_PART) {
      length += lines.get(last++).length() + 1;
    }
    if (last > 0 && (last == lines.size() || length >= SHORTEST_PART)) {
      choose(path, List.of(new Range(1, last)));
    }
  }

  /** Adds lines to those of the file that are chosen; not if there is no room for them. */
  private boolean choose(String path, List<Range> more) {
    List<Range> before = chosen.getOrDefault(path, List.of());
    var all = new ArrayList<>(before);
    all.addAll(more);
    List<Range> after = merged(all);
    int cost = length(path, after) - length(path, before);
    if (cost > room) {
      return false;
    }
    room -= cost;
    chosen.put(path, after);
    return true;
  }

  private int length(String path, List<Range> ranges) {
    List<String> lines = lines(path);
    return ranges.stream().mapToInt(range -> Part.of(path, lines, range).length()).sum();
  }

  private static List<Range> merged(List<Range> ranges) {
    var sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingInt(Range::first));
    var merged = new ArrayList<Range>();
    for (Range next : sorted) {
      Range last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && next.first() <= last.last() + JOINED_GAP) {
        merged.set(merged.size() - 1, new Range(last.first(), Math.max(last.last(), next.last())));
      } else {
        merged.add(next);
      }
    }
    return merged;
  }

  /** Test files named after a file that is shown, the nearest first. */
  private List<String> namedTests(Set<String> shown) {
    var tests = new LinkedHashSet<String>();
    for (String path : shown) {
      String file = path.substring(path.lastIndexOf('/') + 1);
      int dot = file.indexOf('.');
      String stem = dot > 0 ? file.substring(0, dot) : file;
      String extension = dot > 0 ? file.substring(dot) : "";
      if (stem.equals("__init__") || stem.equals("index")) {
        String[] components = path.split("/");
        stem = components.length > 1 ? components[components.length - 2] : stem;
      }
      for (String name :
          List.of(
              "test_" + stem + extension,
              stem + "_test" + extension,
              stem + "Test" + extension,
              stem + "Tests" + extension,
              stem + "Spec" + extension,
              stem + "_spec" + extension,
              stem + ".test" + extension,
              stem + ".spec" + extension)) {
        files.named(name).stream()
            .filter(test -> !shown.contains(test))
            .max(
                Comparator.comparingInt((String test) -> commonPrefix(test, path))
                    .thenComparing(Comparator.reverseOrder()))
            .ifPresent(tests::add);
      }
    }
    return List.copyOf(tests);
  }

  private List<String> lines(String path) {
    return files.text(path).map(text -> text.lines().toList()).orElse(List.of());
  }

  private static int commonPrefix(String a, String b) {
    int i = 0;
    while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return i;
  }
}

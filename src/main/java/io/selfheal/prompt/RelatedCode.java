package io.selfheal.prompt;

import io.selfheal.prompt.FocusLines.Range;
import io.selfheal.prompt.FrameFiles.Site;
import io.selfheal.prompt.SourceOutline.Definition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the code near a stack trace that the trace does not name: what its functions call, what
 * sets the fields that the failing lines read, the types they use, who else calls them, and the
 * tests that mention them. It goes by names: a name is looked for in the same file, in the files it
 * imports, in the trace's files, beside them, and last in the files nearest in the tree, where it
 * only counts when few define it.
 */
final class RelatedCode {
  private static final Pattern MESSAGE_NAME =
      Pattern.compile("(?:[.#]|'|\\b)(?<name>[A-Za-z_$][\\w$]{2,})\\s*\\(");
  private static final Pattern IMPORT =
      Pattern.compile(
          "^\\s*(?:import|from|use|require|require_relative|include|export)\\b.*|.*\\brequire\\(.*");
  private static final Pattern PATH_WORD = Pattern.compile("[\\w$@./\\\\:-]+");
  private static final Pattern TEST =
      Pattern.compile(
          "(?i)(?:.*/)?(?:tests?|specs?|__tests__)/.*|.*(?:test|tests|spec)\\.\\w+|(?:.*/)?test_[^/]*");
  private static final int MAX_SITES = 12;
  private static final int MAX_SMALL_TYPE = 60;
  private static final int TYPE_HEAD = 15;
  private static final int MAX_SEARCHED = 1_500;
  private static final long MAX_SEARCHED_CHARACTERS = 20_000_000;
  private static final int MAX_OUTLINES = 300;
  private static final int MAX_SAME_NAME = 2;
  private static final int MAX_CALLERS = 4;
  private static final int MAX_TESTS = 3;

  private final FrameFiles files;
  private final List<String> paths;
  private final Map<String, SourceOutline> outlines = new HashMap<>();
  private final Map<String, Set<String>> imports = new HashMap<>();
  private final Set<Place> places = new LinkedHashSet<>();

  RelatedCode(FrameFiles files, SourceTree source) {
    this.files = files;
    this.paths = source.paths();
  }

  /** Lines of a file. */
  record Place(String path, Range range) {}

  private record Wanted(String name, String from) {}

  /**
   * @param sites of the trace, the most telling first
   * @param message of the exception, whose text may name functions
   * @return what to show beside the sites' own functions, the most telling first
   */
  List<Place> of(List<Site> sites, String message) {
    List<Site> known =
        sites.stream()
            .filter(site -> site.line() > 0 && SourceOutline.isSource(site.path()))
            .limit(MAX_SITES)
            .toList();
    if (known.isEmpty()) {
      return List.of();
    }
    Set<String> near = near(known);
    var named = new LinkedHashSet<Wanted>();
    Matcher inMessage = MESSAGE_NAME.matcher(message);
    while (inMessage.find()) {
      named.add(new Wanted(inMessage.group("name"), known.get(0).path()));
    }
    var functions = new ArrayList<Place>();
    known.forEach(site -> functions.add(new Place(site.path(), around(site))));

    var onLines = new LinkedHashSet<>(named);
    for (Site site : known) {
      Range line = new Range(site.line(), site.line());
      wanted(site.path(), outline(site.path()).calls(line), onLines);
    }
    List<Place> first = defining(onLines, near);
    places.addAll(first);
    for (Site site : known.subList(0, Math.min(3, known.size()))) {
      Range line = new Range(site.line(), site.line());
      outline(site.path()).attributes(line).forEach(field -> setting(field, site.path(), near));
    }
    var inFunctions = new LinkedHashSet<Wanted>();
    functions.forEach(
        place -> wanted(place.path(), outline(place.path()).calls(place.range()), inFunctions));
    inFunctions.removeAll(onLines);
    List<Place> second = defining(inFunctions, near);
    places.addAll(second);

    var deeper = new LinkedHashSet<Wanted>();
    for (List<Place> called : List.of(first, second)) {
      called.forEach(
          place -> wanted(place.path(), outline(place.path()).calls(place.range()), deeper));
    }
    deeper.removeAll(onLines);
    deeper.removeAll(inFunctions);
    places.addAll(defining(deeper, near));
    types(functions, near);
    callers(functions.get(0), near);
    places.removeIf(place -> functions.contains(place));
    return List.copyOf(places);
  }

  /** Test files that mention the functions of the sites or their files, the closest first. */
  List<String> tests(List<Site> sites, Set<String> shown) {
    var names = new LinkedHashSet<String>();
    for (Site site : sites.stream().limit(MAX_SITES).toList()) {
      if (site.line() > 0 && SourceOutline.isSource(site.path())) {
        outline(site.path()).function(site.line()).map(Definition::name).ifPresent(names::add);
      }
    }
    names.removeIf(name -> name.length() < 3 || name.equals("main") || name.equals("__init__"));
    if (names.isEmpty() || sites.isEmpty()) {
      return List.of();
    }
    var scores = new LinkedHashMap<String, Integer>();
    for (String path : nearest(sites.get(0).path(), RelatedCode::isTest)) {
      String text = shown.contains(path) ? "" : files.text(path).orElse("");
      int score = 0;
      int weight = names.size();
      for (String name : names) {
        score += text.contains(name) ? weight : 0;
        weight--;
      }
      if (score > 0) {
        scores.put(path, score);
      }
    }
    return scores.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MAX_TESTS)
        .map(Map.Entry::getKey)
        .toList();
  }

  static boolean isTest(String path) {
    return SourceOutline.isSource(path) && TEST.matcher(path).matches();
  }

  private Range around(Site site) {
    return outline(site.path())
        .function(site.line())
        .map(Definition::range)
        .orElse(new Range(Math.max(1, site.line() - 2), site.line() + 2));
  }

  private SourceOutline outline(String path) {
    return outlines.computeIfAbsent(
        path, key -> new SourceOutline(key, files.text(key).orElse("")));
  }

  private static void wanted(String from, Set<String> names, Set<Wanted> wanted) {
    names.stream()
        .filter(name -> name.length() > 1)
        .forEach(name -> wanted.add(new Wanted(name, from)));
  }

  /** The trace's files and what they import. */
  private Set<String> near(List<Site> sites) {
    var near = new LinkedHashSet<String>();
    sites.forEach(site -> near.add(site.path()));
    sites.forEach(site -> near.addAll(imported(site.path())));
    return near;
  }

  private List<Place> defining(Set<Wanted> wanted, Set<String> near) {
    var found = new LinkedHashMap<Wanted, List<Place>>();
    var missing = new LinkedHashSet<Wanted>();
    for (Wanted name : wanted) {
      var closest = new LinkedHashSet<String>();
      closest.add(name.from());
      closest.addAll(imported(name.from()));
      List<Place> places = inFirst(closest, name.name());
      if (places.isEmpty()) {
        places = inFirst(near, name.name());
      }
      found.put(name, places);
      if (places.isEmpty() && name.name().length() > 3) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      Map<String, List<Place>> elsewhere = search(missing);
      missing.forEach(name -> found.put(name, elsewhere.getOrDefault(name.name(), List.of())));
    }
    var all = new ArrayList<Place>();
    found.values().forEach(all::addAll);
    return all;
  }

  private List<Place> inFirst(Set<String> candidates, String name) {
    for (String path : candidates) {
      List<Place> found = places(path, outline(path).named(name));
      if (!found.isEmpty()) {
        return found.size() <= 2 * MAX_SAME_NAME ? found : List.of();
      }
    }
    return List.of();
  }

  private List<Place> places(String path, List<Definition> definitions) {
    var found = new ArrayList<Place>();
    for (Definition definition : definitions) {
      Range range = definition.range();
      found.add(
          new Place(
              path,
              definition.type() && range.size() > MAX_SMALL_TYPE
                  ? new Range(range.first(), range.first() + TYPE_HEAD)
                  : range));
    }
    return found;
  }

  /** One pass through the files nearest to where the first name is used. */
  private Map<String, List<Place>> search(Set<Wanted> missing) {
    String from = missing.iterator().next().from();
    var names = new LinkedHashSet<String>();
    missing.forEach(name -> names.add(name.name()));
    var found = new HashMap<String, List<Place>>();
    long read = 0;
    for (String path : nearest(from, path -> !isTest(path) && sameKind(path, from))) {
      String text = files.text(path).orElse("");
      read += text.length();
      if (read > MAX_SEARCHED_CHARACTERS || outlines.size() > MAX_OUTLINES) {
        break;
      }
      for (String name : names) {
        if (text.contains(name)) {
          found
              .computeIfAbsent(name, key -> new ArrayList<>())
              .addAll(places(path, outline(path).named(name)));
        }
      }
    }
    found.values().removeIf(places -> places.isEmpty() || places.size() > MAX_SAME_NAME);
    return found;
  }

  private void setting(String field, String from, Set<String> near) {
    if (field.length() < 2) {
      return;
    }
    var candidates = new LinkedHashSet<String>();
    candidates.add(from);
    candidates.addAll(imported(from));
    candidates.addAll(near);
    for (String path : candidates) {
      List<Definition> setting = outline(path).setting(field);
      if (!setting.isEmpty()) {
        places.addAll(places(path, setting.subList(0, Math.min(4, setting.size()))));
        return;
      }
    }
  }

  private void types(List<Place> functions, Set<String> near) {
    for (Place function : functions.subList(0, Math.min(4, functions.size()))) {
      for (String name : outline(function.path()).names(function.range())) {
        if (name.length() > 2 && Character.isUpperCase(name.charAt(0))) {
          var closest = new LinkedHashSet<String>(imported(function.path()));
          closest.addAll(near);
          closest.remove(function.path());
          places.addAll(inFirst(closest, name));
        }
      }
    }
  }

  private void callers(Place function, Set<String> near) {
    Optional<String> name =
        outline(function.path())
            .function(function.range().first())
            .map(Definition::name)
            .filter(known -> known.length() > 3);
    if (name.isEmpty()) {
      return;
    }
    int found = 0;
    for (String path : near) {
      for (Definition definition : outline(path).definitions()) {
        if (found < MAX_CALLERS
            && !definition.type()
            && !definition.name().equals(name.get())
            && outline(path).calls(definition.range()).contains(name.get())
            && places.add(new Place(path, definition.range()))) {
          found++;
        }
      }
    }
  }

  /**
   * The files of the repository that a file's import lines may mean: those whose path ends in the
   * words of the line, and what such files re-export.
   */
  private Set<String> imported(String path) {
    Set<String> known = imports.get(path);
    if (known != null) {
      return known;
    }
    Set<String> direct = directlyImported(path);
    var all = new LinkedHashSet<>(direct);
    for (String other : direct) {
      if (other.matches("(?:.*/)?(?:index\\.\\w+|__init__\\.py|mod\\.rs)")) {
        all.addAll(directlyImported(other));
      }
    }
    all.remove(path);
    imports.put(path, all);
    return all;
  }

  private Set<String> directlyImported(String path) {
    var found = new LinkedHashSet<String>();
    String directory = path.substring(0, path.lastIndexOf('/') + 1);
    for (String line : files.text(path).orElse("").lines().limit(400).toList()) {
      if (!IMPORT.matcher(line).matches() || line.length() > 500) {
        continue;
      }
      Matcher word = PATH_WORD.matcher(line);
      String module = null;
      while (word.find()) {
        String name = word.group();
        if (name.matches("import|from|require|use|as|const|static|export|type")) {
          continue;
        }
        addModule(name, directory, path, found);
        if (module != null && !module.equals(name)) {
          // "from package import module"
          addModule(module + (module.endsWith(".") ? "" : ".") + name, directory, path, found);
        } else if (line.strip().startsWith("from ")) {
          module = name;
        }
      }
    }
    // In many languages the files of a directory see each other without an import.
    if (path.matches(".*\\.(?:java|kt|go|cs|scala|rs)")) {
      paths.stream()
          .filter(other -> !isTest(other) && sameKind(other, path))
          .filter(
              other -> other.startsWith(directory) && other.indexOf('/', directory.length()) < 0)
          .limit(60)
          .forEach(found::add);
    }
    return found;
  }

  private void addModule(String module, String directory, String path, Set<String> found) {
    String name = module.replaceAll("[;'\"]", "");
    String base;
    if (name.startsWith("./") || name.startsWith("../")) {
      base = normalised(directory + name);
    } else if (name.startsWith(".")) {
      int dots = 0;
      while (dots < name.length() && name.charAt(dots) == '.') {
        dots++;
      }
      base =
          normalised(directory + "../".repeat(dots - 1) + name.substring(dots).replace('.', '/'));
    } else {
      base = name.replaceAll("::|\\\\", "/");
      base = base.indexOf('/') < 0 ? base.replace('.', '/') : base;
    }
    base = base.replaceFirst("\\.(?:[cm]?[jt]sx?|py|java|rb)$", "").replaceAll("^/|/$", "");
    if (base.isEmpty()) {
      return;
    }
    String extension = path.substring(path.lastIndexOf('.'));
    String last = base.substring(base.lastIndexOf('/') + 1);
    for (String ending : endings(extension)) {
      for (String candidate : List.of(last + ending, "index" + ending, "__init__" + ending)) {
        String whole = candidate.equals(last + ending) ? base + ending : base + "/" + candidate;
        files.named(candidate).stream()
            .filter(other -> other.equals(whole) || other.endsWith("/" + whole))
            .min(Comparator.comparingInt(other -> distance(other, path)))
            .ifPresent(found::add);
      }
    }
  }

  private static List<String> endings(String extension) {
    return extension.matches("\\.[cm]?[jt]sx?|\\.vue")
        ? List.of(extension, ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs")
        : List.of(extension);
  }

  private static String normalised(String path) {
    var parts = new ArrayList<String>();
    for (String part : path.split("/")) {
      if (part.equals("..") && !parts.isEmpty()) {
        parts.remove(parts.size() - 1);
      } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  private static boolean sameKind(String path, String other) {
    String one = path.substring(path.lastIndexOf('.') + 1);
    String two = other.substring(other.lastIndexOf('.') + 1);
    return one.equals(two) || one.matches("[cm]?[jt]sx?") && two.matches("[cm]?[jt]sx?");
  }

  private List<String> nearest(String from, java.util.function.Predicate<String> wanted) {
    return paths.stream()
        .filter(SourceOutline::isSource)
        .filter(wanted)
        .sorted(
            Comparator.comparingInt((String path) -> distance(path, from))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MAX_SEARCHED)
        .toList();
  }

  /** Directories up and down from one file to the other. */
  private static int distance(String one, String other) {
    String[] a = one.split("/");
    String[] b = other.split("/");
    int same = 0;
    while (same < Math.min(a.length, b.length) - 1 && a[same].equals(b[same])) {
      same++;
    }
    return a.length + b.length - 2 * same;
  }
}

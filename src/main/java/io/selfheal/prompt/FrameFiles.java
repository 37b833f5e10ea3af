package io.selfheal.prompt;

import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.StackTrace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the tracked files that a stack trace runs through. A frame's path and a tracked path belong
 * together when they end in the same directories and file name; what stands before is where the
 * program was deployed or its sources lie. A file name alone decides only where it is all that the
 * frame says and one file has it. A file in the repository's root has no directory to compare; it
 * belongs to a frame whose directory is named like the repository or holds another frame's whole
 * tracked path, or whose printed line stands where the frame says. Where several files fit equally
 * well, the source line that the trace prints decides; more than two that are left are as good as
 * none.
 */
final class FrameFiles {
  /**
   * Where programs are put: what follows is a path of the repository or of one of its source roots.
   */
  private static final Pattern DEPLOYED =
      Pattern.compile(
          "^/(?:var/task|opt/python|usr/src/app|usr/local/app|usr/app|opt/app|home/site/wwwroot|home/app"
              + "|srv/app|app|code|src|workspace|srv)/(?<rest>.+)$");

  /** Where libraries are put: what follows is the path within the library. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          ".*(?:^|/)(?:site-packages|dist-packages|node_modules|pkg/mod|gems|lib/python[0-9.]+)/(?<rest>.+)$");

  private static final Pattern SCHEME =
      Pattern.compile("^(?:file|app|webpack|webpack-internal|ng)://+|^[A-Za-z]:(?=[/\\\\])");
  private static final Pattern JVM_SOURCE = Pattern.compile("[^/]+\\.(?:java|kt|scala|groovy)");
  private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?js");
  private static final Pattern MAPPED_SCHEME = Pattern.compile("^[a-z-]+://(?:[^/.][^/]*)?/?");
  private static final Pattern GO_MODULE =
      Pattern.compile("(?m)^module\\s+(?<path>[^\\s/][^\\s]*)");
  private static final int MAX_FRAMES = 200;
  private static final int MAX_CANDIDATES_READ = 30;

  private final SourceTree source;
  private final String repositoryName;
  private final Map<String, List<String>> pathsByName = new HashMap<>();
  private final Map<String, Optional<String>> texts = new HashMap<>();

  /**
   * @param repositoryName the directory that a clone of the repository usually lies in
   */
  FrameFiles(SourceTree source, String repositoryName) {
    this.source = source;
    this.repositoryName = repositoryName;
    for (String path : source.paths()) {
      pathsByName
          .computeIfAbsent(path.substring(path.lastIndexOf('/') + 1), name -> new ArrayList<>())
          .add(path);
    }
  }

  /**
   * A frame in a tracked file.
   *
   * @param line 1-based line of the file as it is now; 0 where it is not known
   * @param moved whether the log gives another line than the file has, so that another version was
   *     running
   * @param compiled whether the frame is in a file that was made from this one, so that its line
   *     and source are not this one's
   */
  record Site(String path, int line, boolean moved, Frame frame, boolean compiled) {
    Site(String path, int line, boolean moved, Frame frame) {
      this(path, line, moved, frame, false);
    }
  }

  /**
   * The trace's sites, the most telling first: application frames before library frames, each from
   * the innermost call outwards, the innermost calls of all chained exceptions first.
   */
  List<Site> sites(StackTrace trace) {
    var sites = new LinkedHashMap<String, Site>();
    List<Frame> frames = innermostFirst(trace);
    Set<List<String>> roots = roots(frames);
    for (boolean inApp : new boolean[] {true, false}) {
      for (Frame frame : frames) {
        if (frame.inApp() == inApp && frame.file() != null) {
          List<String> paths = paths(frame, roots);
          for (String path : paths) {
            Site site = original(path, frame).orElseGet(() -> site(path, frame));
            sites.putIfAbsent(site.path() + ":" + site.line(), site);
          }
          if (paths.isEmpty()) {
            compiled(frame)
                .ifPresent(site -> sites.putIfAbsent(site.path() + ":" + site.line(), site));
          }
        }
      }
    }
    return List.copyOf(sites.values());
  }

  /** A tracked file's text as the prompt shows it; empty where it is not text. */
  Optional<String> text(String path) {
    return texts.computeIfAbsent(path, key -> source.read(key).map(SafeText::ofSource));
  }

  /** Tracked files of this name, anywhere. */
  List<String> named(String name) {
    return pathsByName.getOrDefault(name, List.of());
  }

  /**
   * The frames of the error and its causes, by distance from where each was raised; the deepest
   * cause first.
   */
  private static List<Frame> innermostFirst(StackTrace trace) {
    var chain = new ArrayList<StackTrace>();
    chain.add(trace);
    chain.addAll(trace.causedBy());
    Collections.reverse(chain);
    Set<Frame> ordered = new LinkedHashSet<>();
    int longest = chain.stream().mapToInt(error -> error.frames().size()).max().orElse(0);
    for (int depth = 0; depth < longest && ordered.size() < MAX_FRAMES; depth++) {
      for (StackTrace error : chain) {
        int index = error.frames().size() - 1 - depth;
        if (index >= 0) {
          ordered.add(error.frames().get(index));
        }
      }
    }
    return List.copyOf(ordered);
  }

  /** Where the repository lay when it ran, as frames in its directories tell. */
  private Set<List<String>> roots(List<Frame> frames) {
    var roots = new LinkedHashSet<List<String>>();
    for (Frame frame : frames) {
      if (frame.inApp() && frame.file() != null) {
        FramePath path = FramePath.of(frame);
        for (String candidate : paths(frame, Set.of())) {
          int length = FramePath.components(candidate).size();
          if (length > 1 && path.sharedWith(candidate) == length) {
            roots.add(path.all().subList(0, path.all().size() - length));
          }
        }
      }
    }
    return roots;
  }

  private List<String> paths(Frame frame, Set<List<String>> roots) {
    FramePath path = FramePath.of(frame);
    List<String> own = path.library() ? inOwnPackage(path) : List.of();
    own = own.isEmpty() && path.name().endsWith(".go") ? inOwnModule(path) : own;
    if (!own.isEmpty()) {
      return own;
    }
    List<String> sameName = named(path.name());
    var best = new ArrayList<String>();
    int bestShared = 0;
    for (String candidate : sameName) {
      int shared = path.sharedWith(candidate);
      boolean fits =
          fits(path, frame, candidate, shared, sameName.size())
              || inRoot(path, frame, candidate, roots);
      if (!fits || shared < bestShared) {
        continue;
      }
      if (shared > bestShared) {
        best.clear();
        bestShared = shared;
      }
      best.add(candidate);
    }
    if (best.size() > 1 && frame.source() != null && best.size() <= MAX_CANDIDATES_READ) {
      List<String> withLine =
          best.stream().filter(candidate -> holds(candidate, frame.source())).toList();
      best = withLine.isEmpty() ? best : new ArrayList<>(withLine);
    }
    return best.size() <= 2 ? best : List.of();
  }

  /**
   * The repository's own package may be installed among the libraries, without its sources' root.
   */
  private List<String> inOwnPackage(FramePath path) {
    List<String> rest = path.rest();
    int words = !rest.isEmpty() && rest.get(0).startsWith("@") ? 2 : 1;
    if (rest.size() <= words) {
      return List.of();
    }
    String name = String.join("/", rest.subList(0, words));
    String inside = String.join("/", rest.subList(words, rest.size()));
    return named("package.json").stream()
        .filter(file -> text(file).filter(json -> isNamed(json, name)).isPresent())
        .map(file -> file.substring(0, file.lastIndexOf('/') + 1) + inside)
        .filter(named(path.name())::contains)
        .limit(1)
        .toList();
  }

  /** Go prints the module's path before the file's, with its version where it is a dependency. */
  private List<String> inOwnModule(FramePath path) {
    String printed = String.join("/", path.all());
    for (String file : named("go.mod")) {
      var module = GO_MODULE.matcher(text(file).orElse(""));
      if (module.find()) {
        var inModule =
            Pattern.compile(
                    "(?:^|.*/)" + Pattern.quote(module.group("path")) + "(?:@[^/]+)?/(?<inside>.+)")
                .matcher(printed);
        if (inModule.matches()) {
          String own = file.substring(0, file.lastIndexOf('/') + 1) + inModule.group("inside");
          return named(path.name()).stream().filter(own::equals).toList();
        }
      }
    }
    return List.of();
  }

  private static boolean isNamed(String packageJson, String name) {
    return Pattern.compile("\"name\"\\s*:\\s*\"" + Pattern.quote(name) + "\"")
        .matcher(packageJson)
        .find();
  }

  /** Where a tracked script's map says that the frame's line comes from. */
  private Optional<Site> original(String path, Frame frame) {
    if (frame.line() == null || !SCRIPT.matcher(path).matches()) {
      return Optional.empty();
    }
    Optional<String> link = text(path).flatMap(SourceMap::link);
    String directory = path.substring(0, path.lastIndexOf('/') + 1);
    String mapPath =
        link.filter(url -> !url.startsWith("data:"))
            .map(url -> String.join("/", FramePath.components(directory + url)))
            .orElse(path + ".map");
    Optional<String> map = link.flatMap(SourceMap::inline).or(() -> source.read(mapPath));
    return map.flatMap(SourceMap::read)
        .flatMap(read -> read.original(frame.line()))
        .flatMap(
            original ->
                sourceOf(original.source(), directory)
                    .map(found -> new Site(found, original.line(), false, frame, true)));
  }

  private Optional<String> sourceOf(String mapped, String directory) {
    String plain = MAPPED_SCHEME.matcher(mapped).replaceFirst("");
    List<String> components =
        FramePath.components(plain.equals(mapped) ? directory + mapped : plain);
    String path = String.join("/", components);
    List<String> same =
        components.isEmpty() ? List.of() : named(components.get(components.size() - 1));
    return same.contains(path)
        ? Optional.of(path)
        : same.stream().filter(other -> path.endsWith("/" + other)).findFirst();
  }

  /**
   * The TypeScript file of a script that is not tracked and has no map here: the one of its name in
   * the same directories. Its line is that of the frame's function, where one file defines it.
   */
  private Optional<Site> compiled(Frame frame) {
    FramePath path = FramePath.of(frame);
    if (!SCRIPT.matcher(path.name()).matches() || path.library() || !frame.inApp()) {
      return Optional.empty();
    }
    String stem = path.name().substring(0, path.name().lastIndexOf('.'));
    var best = new ArrayList<String>();
    int bestShared = -1;
    for (String ending : List.of(".ts", ".tsx", ".mts", ".cts")) {
      for (String candidate : named(stem + ending)) {
        int shared = path.sharedDirectoriesWith(candidate);
        if (shared > bestShared) {
          best.clear();
          bestShared = shared;
        }
        if (shared == bestShared) {
          best.add(candidate);
        }
      }
    }
    if (best.size() != 1) {
      return Optional.empty();
    }
    String function =
        frame.function() == null ? "" : frame.function().replaceFirst("^.*[.\\s]", "");
    int line =
        new SourceOutline(best.get(0), text(best.get(0)).orElse(""))
            .named(function).stream().findFirst().map(found -> found.range().first()).orElse(0);
    return Optional.of(new Site(best.get(0), line, false, frame, true));
  }

  private boolean fits(FramePath path, Frame frame, String candidate, int shared, int sameName) {
    int needed = path.rest().size();
    if (path.library()) {
      return needed > 1 && shared >= needed;
    }
    if (!frame.inApp() && shared < 3) {
      // A standard library's net/http/server.go is not the repository's http/server.go.
      return frame.source() != null && shared >= 2 && holds(candidate, frame.source());
    }
    if (shared >= 2) {
      boolean whole = shared >= needed || shared == candidate.split("/").length;
      // Two paths that part in the middle may be two modules; the printed line tells.
      return whole || frame.source() == null || holds(candidate, frame.source());
    }
    return needed == 1
        && (sameName == 1 || frame.source() != null && holds(candidate, frame.source()));
  }

  private boolean inRoot(FramePath path, Frame frame, String candidate, Set<List<String>> roots) {
    if (candidate.indexOf('/') >= 0 || path.library() || !frame.inApp() || path.all().size() < 2) {
      return false;
    }
    List<String> directory = path.all().subList(0, path.all().size() - 1);
    return roots.contains(directory)
        || directory.get(directory.size() - 1).equals(repositoryName)
        || frame.source() != null && !site(candidate, frame).moved();
  }

  private boolean holds(String path, String line) {
    String wanted = line.strip();
    return text(path)
        .map(text -> text.lines().anyMatch(l -> l.strip().equals(wanted)))
        .orElse(false);
  }

  private Site site(String path, Frame frame) {
    List<String> lines = text(path).map(text -> text.lines().toList()).orElse(List.of());
    int line = frame.line() == null ? 0 : frame.line();
    boolean inFile = line >= 1 && line <= lines.size();
    if (frame.source() == null || frame.source().isBlank()) {
      return inFile ? new Site(path, line, false, frame) : new Site(path, 0, line > 0, frame);
    }
    String printed = frame.source().strip();
    if (inFile && lines.get(line - 1).strip().equals(printed)) {
      return new Site(path, line, false, frame);
    }
    int nearest = 0;
    for (int i = 1; i <= lines.size(); i++) {
      if (lines.get(i - 1).strip().equals(printed)
          && (nearest == 0 || Math.abs(i - line) < Math.abs(nearest - line))) {
        nearest = i;
      }
    }
    if (nearest > 0) {
      return new Site(path, nearest, true, frame);
    }
    return new Site(path, inFile ? line : 0, true, frame);
  }

  /**
   * A frame's path in components.
   *
   * @param all the whole path
   * @param rest what is left without the directory that the program or the library was installed in
   */
  private record FramePath(List<String> all, List<String> rest, boolean library) {

    static FramePath of(Frame frame) {
      String file = SCHEME.matcher(frame.file()).replaceFirst("").replace('\\', '/');
      int query = file.indexOf('?');
      file = query > 0 ? file.substring(0, query) : file;
      if (JVM_SOURCE.matcher(file).matches()) {
        file = packageDirectory(frame) + file;
      }
      var library = LIBRARY.matcher(file);
      if (library.matches()) {
        return new FramePath(components(file), components(library.group("rest")), true);
      }
      var deployed = DEPLOYED.matcher(file);
      String rest = deployed.matches() ? deployed.group("rest") : file;
      return new FramePath(components(file), components(rest), false);
    }

    String name() {
      return all.isEmpty() ? "" : all.get(all.size() - 1);
    }

    /** How many components, from the file name backwards, are the same. */
    int sharedWith(String path) {
      List<String> other = components(path);
      int shared = 0;
      while (shared < all.size()
          && shared < other.size()
          && all.get(all.size() - 1 - shared).equals(other.get(other.size() - 1 - shared))) {
        shared++;
      }
      return shared;
    }

    /** The same without the file names, and without where the compiler puts its output. */
    int sharedDirectoriesWith(String path) {
      List<String> other = components(path);
      int shared = 0;
      while (shared + 1 < all.size()
          && shared + 1 < other.size()
          && all.get(all.size() - 2 - shared).equals(other.get(other.size() - 2 - shared))) {
        shared++;
      }
      return shared;
    }

    /** The JVM prints the file name alone; its directory is the class's package. */
    private static String packageDirectory(Frame frame) {
      String function = frame.function() == null ? "" : frame.function().replaceFirst("^.*/", "");
      int method = function.lastIndexOf('.');
      int type = method < 0 ? -1 : function.lastIndexOf('.', method - 1);
      if (type > 0) {
        return function.substring(0, type).replace('.', '/') + "/";
      }
      return "";
    }

    private static List<String> components(String path) {
      var components = new ArrayList<String>();
      for (String component : path.split("/")) {
        if (component.equals("..") && !components.isEmpty()) {
          components.remove(components.size() - 1);
        } else if (!component.isEmpty() && !component.equals(".") && !component.equals("..")) {
          components.add(component);
        }
      }
      return components;
    }
  }
}

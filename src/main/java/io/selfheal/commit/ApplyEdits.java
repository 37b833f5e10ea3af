package io.selfheal.commit;

import io.selfheal.model.Edit;
import io.selfheal.model.FixProposal;
import io.selfheal.model.ProposalException;
import io.selfheal.workspace.BaseTree;
import io.selfheal.workspace.RepositoryPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * Applies the model's edits to the files of the base commit, in memory: all of them, or none and a
 * list of what does not hold. The answer is untrusted, so a path is a name to look up in git's tree
 * and never opened on disk.
 */
public final class ApplyEdits {
  private static final int MAX_EDITS = 64;
  private static final int MAX_EDIT_CHARACTERS = 256 * 1024;
  private static final int MAX_FILE_BYTES = 2 * 1024 * 1024;
  private static final int SUGGESTIONS = 3;

  private static final Set<Character.UnicodeScript> LOOK_ALIKES =
      Set.of(
          Character.UnicodeScript.LATIN,
          Character.UnicodeScript.CYRILLIC,
          Character.UnicodeScript.GREEK,
          Character.UnicodeScript.ARMENIAN,
          Character.UnicodeScript.CHEROKEE);

  private final Function<String, String> mask;

  /**
   * @param mask takes secrets out of file lines that are shown to the model
   */
  public ApplyEdits(Function<String, String> mask) {
    this.mask = mask;
  }

  /**
   * @param proposal an answer with the verdict {@code fix}
   * @return the new content of the files
   * @throws ProposalException when an edit does not hold; the message lists each
   */
  public Change apply(FixProposal proposal) {
    List<Edit> edits = proposal.edits();
    if (edits.isEmpty() || edits.size() > MAX_EDITS) {
      throw new ProposalException(
          proposal,
          "The verdict is \"fix\" but there are "
              + edits.size()
              + " edits; give 1 to "
              + MAX_EDITS
              + ".");
    }
    Map<String, byte[]> files = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    try (BaseTree tree = proposal.prompt().workTree().open()) {
      EditablePaths editable = new EditablePaths(proposal.prompt().app().paths());
      for (int i = 0; i < edits.size(); i++) {
        Edit edit = edits.get(i);
        try {
          refuse(RepositoryPath.problem(edit.path()));
          files.put(edit.path(), edited(edit, files.get(edit.path()), tree, editable));
        } catch (SourceText.Mismatch e) {
          problems.add("Edit " + (i + 1) + " (" + shown(edit.path()) + "): " + e.getMessage());
        }
      }
      problems.addAll(filesInFiles(files.keySet()));
      if (problems.isEmpty()) {
        files.entrySet().removeIf(file -> isAsBefore(tree, file));
        if (files.isEmpty()) {
          problems.add("Together the edits change nothing");
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ProposalException(
          proposal,
          mask.apply(
              "None of the edits was applied, because these do not hold:\n"
                  + String.join("\n", problems)
                  + "\nGive the whole list of edits again, each against the files as they are."));
    }
    return new Change(proposal, files);
  }

  private static List<String> filesInFiles(Set<String> paths) {
    return paths.stream()
        .flatMap(
            path ->
                paths.stream()
                    .filter(other -> other.startsWith(path + "/"))
                    .map(
                        other ->
                            "The edits make " + path + " a file and " + other + " a file in it"))
        .toList();
  }

  private static boolean isAsBefore(BaseTree tree, Map.Entry<String, byte[]> file) {
    return tree.read(file.getKey())
        .filter(before -> Arrays.equals(before, file.getValue()))
        .isPresent();
  }

  private static byte[] edited(Edit edit, byte[] current, BaseTree tree, EditablePaths editable)
      throws SourceText.Mismatch {
    String path = edit.path();
    refuse(editable.refusal(path));
    if (edit.search() == null || edit.replace() == null) {
      throw new SourceText.Mismatch("search and replace must both be given");
    }
    if (edit.search().length() > MAX_EDIT_CHARACTERS
        || edit.replace().length() > MAX_EDIT_CHARACTERS) {
      throw new SourceText.Mismatch(
          "search and replace must be shorter than " + MAX_EDIT_CHARACTERS + " characters");
    }
    if (edit.replace().indexOf('\0') >= 0) {
      throw new SourceText.Mismatch("the new text holds a NUL character");
    }
    Optional<Integer> hidden = newHidden(edit.search(), edit.replace());
    if (hidden.isPresent()) {
      throw new SourceText.Mismatch(
          "the new text holds a character that a reader does not see, or that reorders what he sees: "
              + "U+%04X".formatted(hidden.get()));
    }
    byte[] before = current == null ? content(path, tree) : current;
    byte[] after = before == null ? created(edit, tree) : changed(edit, before);
    if (after.length > MAX_FILE_BYTES) {
      throw new SourceText.Mismatch("the file would be larger than " + MAX_FILE_BYTES + " bytes");
    }
    return after;
  }

  private static void refuse(Optional<String> problem) throws SourceText.Mismatch {
    if (problem.isPresent()) {
      throw new SourceText.Mismatch(problem.get());
    }
  }

  /**
   * A character that makes code look other than it is (CVE-2021-42574), of which the new text has
   * more than the old.
   */
  private static Optional<Integer> newHidden(String search, String replace) {
    Map<Integer, Integer> more = new TreeMap<>();
    replace.codePoints().filter(ApplyEdits::isHidden).forEach(c -> more.merge(c, 1, Integer::sum));
    search.codePoints().filter(ApplyEdits::isHidden).forEach(c -> more.merge(c, -1, Integer::sum));
    return more.entrySet().stream()
        .filter(e -> e.getValue() > 0)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Control and format characters, but for white space and the joiners of scripts and emoji. */
  private static boolean isHidden(int c) {
    return switch (c) {
      case '\t', '\n', '\r', '\f', 0x200C, 0x200D -> false;
      // A byte order mark at the beginning is dropped, elsewhere it is a space without width
      default ->
          Character.getType(c) == Character.CONTROL
              || Character.getType(c) == Character.FORMAT
              || Character.getType(c) == Character.LINE_SEPARATOR
              || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    };
  }

  /** The file's content in the base commit; null when the path is free. */
  private static byte[] content(String path, BaseTree tree) throws SourceText.Mismatch {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      Optional<BaseTree.Entry> entry = tree.entry(parent);
      if (entry.isPresent() && entry.get().kind() != BaseTree.Kind.DIRECTORY) {
        throw new SourceText.Mismatch(
            parent + " is a " + named(entry.get().kind()) + ", not a directory");
      }
    }
    Optional<BaseTree.Entry> entry = tree.entry(path);
    if (entry.isEmpty()) {
      return null;
    }
    if (!entry.get().kind().isFile()) {
      throw new SourceText.Mismatch("this is a " + named(entry.get().kind()) + ", not a file");
    }
    if (tree.size(path).orElse(0L) > MAX_FILE_BYTES) {
      throw new SourceText.Mismatch("the file is larger than " + MAX_FILE_BYTES + " bytes");
    }
    return tree.read(path).orElseThrow();
  }

  private static String named(BaseTree.Kind kind) {
    return switch (kind) {
      case FILE, EXECUTABLE -> "file";
      case SYMLINK -> "symbolic link";
      case SUBMODULE -> "submodule";
      case DIRECTORY -> "directory";
    };
  }

  private static byte[] changed(Edit edit, byte[] before) throws SourceText.Mismatch {
    SourceText text =
        SourceText.of(before).orElseThrow(() -> new SourceText.Mismatch("the file is binary"));
    if (edit.search().isEmpty()) {
      // A file without content has no text to search for.
      if (text.isEmpty() && !edit.replace().isEmpty()) {
        return SourceText.ofNew(edit.replace()).bytes();
      }
      throw new SourceText.Mismatch(
          "an empty search makes a new file, but this one exists; give the exact text to replace");
    }
    return text.replaceOnce(edit.search(), edit.replace()).bytes();
  }

  private static byte[] created(Edit edit, BaseTree tree) throws SourceText.Mismatch {
    String path = edit.path();
    List<String> paths = tree.paths();
    if (!edit.search().isEmpty()) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      List<String> similar =
          paths.stream()
              .filter(other -> other.substring(other.lastIndexOf('/') + 1).equalsIgnoreCase(name))
              .limit(SUGGESTIONS)
              .toList();
      throw new SourceText.Mismatch(
          "there is no such file in the repository"
              + (similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?"));
    }
    refuse(oddName(path));
    Optional<String> otherSpelling = otherSpelling(path, paths, tree);
    if (otherSpelling.isPresent()) {
      throw new SourceText.Mismatch(
          "the repository spells it " + otherSpelling.get() + "; upper and lower case count");
    }
    if (isIgnored(path, tree)) {
      throw new SourceText.Mismatch("the repository's .gitignore keeps this path out of git");
    }
    return SourceText.ofNew(edit.replace()).bytes();
  }

  /**
   * The name that a new file, or the first new directory on its way, has already but for upper and
   * lower case: on many systems both cannot be checked out.
   */
  private static Optional<String> otherSpelling(String path, List<String> paths, BaseTree tree) {
    int slash = path.indexOf('/');
    while (slash > 0 && tree.entry(path.substring(0, slash)).isPresent()) {
      slash = path.indexOf('/', slash + 1);
    }
    String fresh = slash < 0 ? path : path.substring(0, slash);
    return paths.stream()
        .map(other -> beginning(other, fresh.split("/").length))
        .filter(other -> folded(other).equals(folded(fresh)))
        .findFirst();
  }

  private static String beginning(String path, int parts) {
    int end = -1;
    for (int i = 0; i < parts && (i == 0 || end >= 0); i++) {
      end = path.indexOf('/', end + 1);
    }
    return end < 0 ? path : path.substring(0, end);
  }

  /** As a file system compares names that takes upper and lower case, and accents, as the same. */
  private static String folded(String path) {
    return Normalizer.normalize(path, Normalizer.Form.NFC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }

  /** What no one who reads a new file's name could tell from another name. */
  private static Optional<String> oddName(String path) {
    if (!Normalizer.isNormalized(path, Normalizer.Form.NFKC)) {
      return Optional.of("the path has characters that stand for others; write the plain ones");
    }
    for (String part : path.split("[/._ -]")) {
      long scripts =
          part.codePoints()
              .filter(Character::isLetter)
              .mapToObj(Character.UnicodeScript::of)
              .filter(LOOK_ALIKES::contains)
              .distinct()
              .count();
      if (scripts > 1) {
        return Optional.of("the path mixes letters of scripts that look alike");
      }
    }
    return Optional.empty();
  }

  private static boolean isIgnored(String path, BaseTree tree) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (isIgnored(path.substring(0, slash), true, tree)) {
        return true;
      }
    }
    return isIgnored(path, false, tree);
  }

  /**
   * Asks the {@code .gitignore} files from the nearest to the root's; the first that has a rule
   * decides.
   */
  private static boolean isIgnored(String path, boolean directory, BaseTree tree) {
    int end = path.lastIndexOf('/');
    while (true) {
      Optional<byte[]> rules = tree.read(path.substring(0, end + 1) + ".gitignore");
      if (rules.isPresent()) {
        Boolean ignored = parse(rules.get()).checkIgnored(path.substring(end + 1), directory);
        if (ignored != null) {
          return ignored;
        }
      }
      if (end < 0) {
        return false;
      }
      end = path.lastIndexOf('/', end - 1);
    }
  }

  private static IgnoreNode parse(byte[] rules) {
    IgnoreNode node = new IgnoreNode();
    try {
      node.parse(new ByteArrayInputStream(rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return node;
  }

  private static String shown(String path) {
    if (path == null) {
      return "no path";
    }
    String plain = path.replaceAll("\\p{C}", "?");
    return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
  }
}

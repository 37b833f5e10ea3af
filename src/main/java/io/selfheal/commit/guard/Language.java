package io.selfheal.commit.guard;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** The languages that the rules can read, told by the file's ending. */
enum Language {
  PYTHON("py", "pyi"),
  JAVA("java", "groovy"),
  KOTLIN("kt", "kts", "scala"),
  CSHARP("cs"),
  JAVASCRIPT("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte"),
  PHP("php", "phtml"),
  RUBY("rb", "rake"),
  GO("go"),
  RUST("rs"),
  OTHER;

  private final Set<String> endings;

  Language(String... endings) {
    this.endings = Set.of(endings);
  }

  static Language of(String path) {
    String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(language -> language.endings.contains(ending))
        .findFirst()
        .orElse(OTHER);
  }

  /** Whether its blocks stand in braces and its handlers begin with {@code catch}. */
  boolean hasCatchBlocks() {
    return this == JAVA || this == KOTLIN || this == CSHARP || this == JAVASCRIPT || this == PHP;
  }

  boolean hasHashComments() {
    return this == PYTHON || this == RUBY || this == PHP;
  }

  boolean hasSlashComments() {
    return this != PYTHON && this != RUBY && this != OTHER;
  }
}

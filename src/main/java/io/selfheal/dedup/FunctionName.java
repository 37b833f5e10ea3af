package io.selfheal.dedup;

/**
 * A function's name without what compilers and runtimes make up: numbers of lambdas, closures and
 * anonymous classes, hashes, and what only some versions of a runtime print.
 */
final class FunctionName {
  private FunctionName() {}

  static String of(String language, String function) {
    return switch (language) {
      case "java" -> java(function);
      case "javascript" -> javaScript(function);
      case "go" -> go(function);
      case "ruby" -> ruby(function);
      case "php" -> function.startsWith("{closure") ? "{closure}" : function;
      case "csharp" -> cSharp(function);
      case "rust" -> rust(function);
      default -> function;
    };
  }

  /** Whether the name tells the file, so that the file need not be looked at. */
  static boolean isQualified(String language) {
    return switch (language) {
      case "java", "go", "csharp", "rust" -> true;
      default -> false;
    };
  }

  /** {@code lambda$total$3}, {@code Order$1}, {@code Order$$Lambda$14/0x0000000800c03000.apply}. */
  private static String java(String function) {
    StringBuilder name = new StringBuilder(function.length());
    int i = 0;
    while (i < function.length()) {
      char c = function.charAt(i);
      if (c == '$' && i + 1 < function.length() && isDigit(function.charAt(i + 1))) {
        i = afterDigits(function, i + 1);
      } else if (c == '/' && function.startsWith("/0x", i)) {
        i += 3;
        while (i < function.length() && Character.digit(function.charAt(i), 16) >= 0) {
          i++;
        }
      } else {
        name.append(c);
        i++;
      }
    }
    int made = name.indexOf("$$");
    if (made > 0) {
      int dot = name.indexOf(".", made);
      name.delete(made, dot < 0 ? name.length() : dot);
    }
    return name.toString();
  }

  /** Receivers depend on how a function was called and on V8's version. */
  private static String javaScript(String function) {
    String name = function.startsWith("new ") ? function.substring(4) : function;
    int alias = name.indexOf(" [as ");
    name = alias < 0 ? name : name.substring(0, alias);
    if (name.endsWith("<anonymous>")) {
      return "";
    }
    int space = name.lastIndexOf(' ');
    return name.substring(Math.max(name.lastIndexOf('.'), space) + 1);
  }

  /** {@code main.glob..func4} up to Go 1.20, {@code main.init.func4} after; {@code func1.2}. */
  private static String go(String function) {
    String name = function.replace(".glob..func", ".init.func");
    StringBuilder result = new StringBuilder(name.length());
    for (String part : name.split("(?<=[./])")) {
      String word =
          part.endsWith(".") || part.endsWith("/") ? part.substring(0, part.length() - 1) : part;
      boolean made =
          word.startsWith("func") && word.length() > 4 && afterDigits(word, 4) == word.length();
      boolean number = !word.isEmpty() && afterDigits(word, 0) == word.length();
      result.append(made ? "func" : number ? "" : word).append(part.substring(word.length()));
    }
    int end = result.length();
    while (end > 0 && result.charAt(end - 1) == '.') {
      end--;
    }
    return result.substring(0, end);
  }

  /**
   * Ruby 3.4 prints {@code Store#open} and {@code Store.open} where earlier versions print {@code
   * open}.
   */
  private static String ruby(String function) {
    int in = function.lastIndexOf(" in ");
    String lead = in < 0 ? "" : function.substring(0, in + 4);
    String name = in < 0 ? function : function.substring(in + 4);
    if (lead.equals("rescue in ") || lead.equals("ensure in ")) {
      lead = "";
    }
    if (lead.startsWith("block (")) {
      lead = "block in ";
    }
    int cut = Math.max(name.lastIndexOf('#'), name.lastIndexOf('.'));
    return lead + (cut >= 0 && cut + 1 < name.length() ? name.substring(cut + 1) : name);
  }

  /**
   * {@code Orders.<>c__DisplayClass0_0.<Get>b__1}, {@code Orders.<Get>d__5.MoveNext}, and of F#
   * {@code Prices.average@14-1.Invoke}, which has the line in its name.
   */
  private static String cSharp(String function) {
    StringBuilder name = new StringBuilder(function.length());
    int i = 0;
    while (i < function.length()) {
      if (function.startsWith("__", i)) {
        int from = i + 2;
        int end = from;
        while (end < function.length()
            && (Character.isLetterOrDigit(function.charAt(end))
                || function.charAt(end) == '_'
                || function.charAt(end) == '|')) {
          end++;
        }
        if (i > 0 && "bcdgm".indexOf(function.charAt(i - 1)) >= 0) {
          i = end;
          continue;
        }
      }
      if (function.charAt(i) == '@'
          && i + 1 < function.length()
          && isDigit(function.charAt(i + 1))) {
        i = afterDigits(function, i + 1);
        if (function.startsWith("-", i)) {
          i = afterDigits(function, i + 1);
        }
        continue;
      }
      name.append(function.charAt(i++));
    }
    return name.toString();
  }

  /**
   * Symbols of the legacy mangling end in a hash, {@code shop::find::h0123456789abcdef}; those of
   * the later one have it in brackets behind the crate, {@code shop[0123456789abcdef]::find}.
   */
  private static String rust(String function) {
    int hash = function.lastIndexOf("::h");
    String name =
        hash > 0 && function.length() - hash == 19 ? function.substring(0, hash) : function;
    int open = name.indexOf('[');
    while (open >= 0) {
      int close = open + 17;
      if (name.startsWith("]", close) && isHex(name, open + 1, close)) {
        name = name.substring(0, open) + name.substring(close + 1);
        open = name.indexOf('[', open);
      } else {
        open = name.indexOf('[', open + 1);
      }
    }
    return name;
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int afterDigits(String text, int from) {
    int i = from;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i;
  }
}

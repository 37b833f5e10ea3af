package io.selfheal.stacktrace;

import java.util.List;

/**
 * The line that names an error's type and message, as Java, JavaScript and .NET print it before the
 * frames: {@code [anything] shop.OrderException: no such order}.
 *
 * @param start where the type begins in the line
 * @param type as printed
 * @param message the rest of the line
 */
record ErrorHeader(int start, String type, String message) {
  private static final int MAX_SEARCHED = 2_000;
  private static final List<String> ENDINGS =
      List.of("Error", "Exception", "Throwable", "Fault", "Timeout");

  /** The first type in the line that is named like an error; null if there is none. */
  static ErrorHeader find(String line) {
    if (!line.contains("rror") && !line.contains("xception") && !line.contains("hrowable")) {
      return null;
    }
    return search(line, true);
  }

  /** The same, or the type that the line begins with, whatever it is called. */
  static ErrorHeader findAny(String line) {
    ErrorHeader named = find(line);
    ErrorHeader any = named != null ? named : search(line, false);
    // Thread dumps print "java.lang.Thread.State: RUNNABLE" before a thread's frames.
    return any == null || any.type().endsWith("Thread.State") ? null : any;
  }

  private static ErrorHeader search(String line, boolean named) {
    int length = Math.min(line.length(), MAX_SEARCHED);
    int i = 0;
    while (i < length) {
      if (!Character.isJavaIdentifierStart(line.charAt(i))) {
        i++;
        continue;
      }
      int end = i;
      int segment = i;
      while (end < length
          && (isTypePart(line.charAt(end))
              || line.charAt(end) == '.' && end + 1 < length && isTypePart(line.charAt(end + 1)))) {
        if (line.charAt(end++) == '.') {
          segment = end;
        }
      }
      if (i == 0 || !isTypePart(line.charAt(i - 1))) {
        ErrorHeader header = header(line, i, segment, end, named);
        if (header != null) {
          return header;
        }
      }
      i = end;
    }
    return null;
  }

  private static ErrorHeader header(String line, int start, int segment, int end, boolean named) {
    boolean upper = Character.isUpperCase(line.charAt(segment));
    if (!upper || named && !isNamedLikeError(line.substring(segment, end))) {
      return null;
    }
    int after = end;
    // Node.js prints codes: "TypeError [ERR_INVALID_ARG_TYPE]: ..."
    if (line.startsWith(" [", after)) {
      int close = line.indexOf("]", after);
      if (close > 0 && close - after < 80) {
        after = close + 1;
      }
    }
    // So does .NET: "SocketException (111): ...", "SqlException (0x80131904): ..."
    if (line.startsWith(" (", after) && TraceText.afterNumber(line, after + 2) > after + 2) {
      int close = line.indexOf("):", after);
      if (close > 0 && close - after < 16) {
        after = close + 1;
      }
    }
    String type = line.substring(start, end);
    // Rails: "NoMethodError (undefined method `x' for nil):"
    if (named && line.startsWith(" (", end) && line.stripTrailing().endsWith("):")) {
      return new ErrorHeader(
          start, type, line.substring(end + 2, line.stripTrailing().length() - 2));
    }
    if (after >= line.length() || TraceText.isBlank(line.substring(after))) {
      // A lone word at a line's end is an error's name only if it is one clearly.
      boolean alone = start == TraceText.indent(line) || type.indexOf('.') > 0;
      return alone && (named || type.indexOf('.') > 0) ? new ErrorHeader(start, type, "") : null;
    }
    boolean colon =
        line.charAt(after) == ':'
            && (after + 1 == line.length() || TraceText.isSpace(line.charAt(after + 1)));
    if (!colon
        || !named && start > 0 && type.indexOf('.') < 0 && !line.substring(0, start).isBlank()) {
      return null;
    }
    int from = Math.min(line.length(), after + 2);
    return new ErrorHeader(start, type, line.substring(from));
  }

  private static boolean isTypePart(char c) {
    return Character.isJavaIdentifierPart(c) || c == '`';
  }

  private static boolean isNamedLikeError(String name) {
    for (String ending : ENDINGS) {
      if (name.endsWith(ending)) {
        return true;
      }
    }
    // Generic types of .NET: "FaultException`1"
    int tick = name.indexOf('`');
    return tick > 0 && isNamedLikeError(name.substring(0, tick));
  }

  /** The message and the lines that go on with it. */
  static String message(ErrorHeader header, List<String> more) {
    if (more.isEmpty()) {
      return header.message();
    }
    StringBuilder message = new StringBuilder(header.message());
    for (String line : more) {
      message.append('\n').append(line);
    }
    return message.toString().stripTrailing();
  }
}

package io.selfheal.commit;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A text file that is edited without touching a byte outside of the change: encoding, byte order
 * mark, line ends and the end of the file stay as they are.
 *
 * <p>A file that is not UTF-8 is taken as ISO 8859-1, which maps every byte to one character and
 * back.
 */
final class SourceText {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final int LINES_SHOWN = 20;
  private static final int WIDTH_SHOWN = 200;
  private static final double ALIKE = 0.4;

  private final Charset charset;
  private final String byteOrderMark;
  private final String text;

  private SourceText(Charset charset, String byteOrderMark, String text) {
    this.charset = charset;
    this.byteOrderMark = byteOrderMark;
    this.text = text;
  }

  /** Why an edit cannot be applied, in words for the model. */
  static final class Mismatch extends Exception {
    Mismatch(String message) {
      super(message);
    }
  }

  /** Reads a file; empty when it is binary. */
  static Optional<SourceText> of(byte[] content) {
    for (byte b : content) {
      if (b == 0) {
        return Optional.empty();
      }
    }
    Charset charset = StandardCharsets.UTF_8;
    String text;
    try {
      text = charset.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      charset = StandardCharsets.ISO_8859_1;
      text = new String(content, charset);
    }
    boolean marked = charset == StandardCharsets.UTF_8 && text.startsWith(BYTE_ORDER_MARK);
    return Optional.of(
        new SourceText(charset, marked ? BYTE_ORDER_MARK : "", marked ? text.substring(1) : text));
  }

  /** A new file: UTF-8, with line feeds. */
  static SourceText ofNew(String text) throws Mismatch {
    SourceText made =
        new SourceText(StandardCharsets.UTF_8, "", unmarked(text).replace("\r\n", "\n"));
    made.bytes();
    return made;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  byte[] bytes() throws Mismatch {
    try {
      ByteBuffer bytes = charset.newEncoder().encode(CharBuffer.wrap(byteOrderMark + text));
      return Arrays.copyOf(bytes.array(), bytes.limit());
    } catch (CharacterCodingException e) {
      throw new Mismatch(
          "the new text has characters that the file's encoding (" + charset + ") does not have");
    }
  }

  /**
   * Replaces the one place where {@code search} stands. Line ends in both texts may be {@code \n}
   * or {@code \r\n}; what is written has those of the place, or of the file.
   *
   * @throws Mismatch when it stands nowhere or in several places, changes nothing, or cannot be
   *     encoded
   */
  SourceText replaceOnce(String search, String replace) throws Mismatch {
    String find = unmarked(search).replace("\r\n", "\n");
    String put = unmarked(replace).replace("\r\n", "\n");
    if (find.equals(put)) {
      throw new Mismatch("search and replace are the same, so the edit changes nothing");
    }
    Lines lines = new Lines(text);
    List<Integer> places = lines.places(find);
    if (places.isEmpty() && find.length() > 1 && find.endsWith("\n") && lines.endsLike(find)) {
      // The file has no line end at its end, and keeps it so.
      find = find.substring(0, find.length() - 1);
      put = put.endsWith("\n") ? put.substring(0, put.length() - 1) : put;
      places = List.of(lines.text.length() - find.length());
    }
    if (places.isEmpty()) {
      Optional<SourceText> loosely = replaceLoosely(lines, search, replace);
      if (loosely.isPresent()) {
        return loosely.get();
      }
      throw new Mismatch("the search text is nowhere in the file" + lines.closest(find));
    }
    if (places.size() > 1) {
      throw new Mismatch(
          "the search text is in "
              + places.size()
              + " places, at lines "
              + places.stream().limit(LINES_SHOWN).map(place -> lines.numberAt(place) + "").toList()
              + "; add lines around it until it is in one place only");
    }
    // What both texts begin and end with is left alone, so that lines that only serve to find the
    // place keep their bytes.
    int start = 0;
    while (start < Math.min(find.length(), put.length())
        && find.charAt(start) == put.charAt(start)) {
      start++;
    }
    int end = 0;
    while (end < Math.min(find.length(), put.length()) - start
        && find.charAt(find.length() - 1 - end) == put.charAt(put.length() - 1 - end)) {
      end++;
    }
    int place = places.get(0);
    String lineEnd = lines.lineEndOf(place, place + find.length());
    String result =
        text.substring(0, lines.offset(place + start))
            + put.substring(start, put.length() - end).replace("\n", lineEnd)
            + text.substring(lines.offset(place + find.length() - end));
    SourceText changed = new SourceText(charset, byteOrderMark, result);
    changed.bytes();
    return changed;
  }

  /** Replaces the one place that differs from {@code search} by white space only. */
  private Optional<SourceText> replaceLoosely(Lines lines, String search, String replace)
      throws Mismatch {
    List<String> file = List.of(lines.text.split("\n", -1));
    Optional<LooseMatch.Replacement> found =
        new LooseMatch(file, linesOf(search), linesOf(replace)).find();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    int first = found.get().first();
    int last = first + found.get().count();
    int start = startOf(file, first, lines.text.length());
    int end = startOf(file, last, lines.text.length());
    String lineEnd = lines.lineEndOf(start, end);
    StringBuilder put = new StringBuilder();
    found.get().lines().forEach(line -> put.append(line).append(lineEnd));
    boolean atEnd = last >= file.size();
    if (atEnd && !put.isEmpty()) {
      // The file has no line end at its end, and keeps it so.
      put.setLength(put.length() - lineEnd.length());
    }
    String result =
        text.substring(0, lines.offset(start)) + put + text.substring(lines.offset(end));
    if (result.equals(text)) {
      throw new Mismatch(
          "but for white space search and replace are the same, so the edit changes nothing");
    }
    SourceText changed = new SourceText(charset, byteOrderMark, result);
    changed.bytes();
    return Optional.of(changed);
  }

  private static int startOf(List<String> lines, int index, int length) {
    int start = 0;
    for (int i = 0; i < index && i < lines.size(); i++) {
      start += lines.get(i).length() + 1;
    }
    return Math.min(start, length);
  }

  private static List<String> linesOf(String text) {
    String unix = unmarked(text).replace("\r\n", "\n");
    if (unix.isEmpty()) {
      return List.of();
    }
    String body = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
    return List.of(body.split("\n", -1));
  }

  private static String unmarked(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  /** The text with {@code \n} as the only line end, and where each character was before. */
  private static final class Lines {
    private final String original;
    private final String text;
    private final int[] offsets;

    Lines(String original) {
      this.original = original;
      StringBuilder normalised = new StringBuilder(original.length());
      int[] from = new int[original.length() + 1];
      for (int i = 0; i < original.length(); i++) {
        from[normalised.length()] = i;
        if (original.startsWith("\r\n", i)) {
          i++;
        }
        normalised.append(original.charAt(i));
      }
      from[normalised.length()] = original.length();
      this.text = normalised.toString();
      this.offsets = from;
    }

    int offset(int index) {
      return offsets[index];
    }

    List<Integer> places(String find) {
      List<Integer> places = new ArrayList<>();
      for (int i = text.indexOf(find); i >= 0; i = text.indexOf(find, i + 1)) {
        places.add(i);
      }
      return places;
    }

    boolean endsLike(String find) {
      return !text.endsWith("\n") && text.endsWith(find.substring(0, find.length() - 1));
    }

    int numberAt(int index) {
      return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    }

    /** The line end used between two places, or by most of the file where there is none. */
    String lineEndOf(int start, int end) {
      String part = original.substring(offsets[start], offsets[end]);
      return usualLineEnd(part).or(() -> usualLineEnd(original)).orElse("\n");
    }

    private static Optional<String> usualLineEnd(String part) {
      long all = part.chars().filter(c -> c == '\n').count();
      long windows = part.split("\r\n", -1).length - 1L;
      return all == 0 ? Optional.empty() : Optional.of(2 * windows > all ? "\r\n" : "\n");
    }

    /** The lines that the search text was probably meant for. */
    String closest(String find) {
      List<String> wanted = find.strip().lines().toList();
      List<String> have = text.lines().toList();
      double best = 0;
      int at = -1;
      for (int i = 0; i < have.size() && !wanted.isEmpty(); i++) {
        double score = 0;
        for (int j = 0; j < wanted.size() && i + j < have.size(); j++) {
          score += likeness(wanted.get(j).strip(), have.get(i + j).strip());
        }
        if (score > best) {
          best = score;
          at = i;
        }
      }
      if (at < 0 || best / wanted.size() < ALIKE) {
        return ", and nothing like it either";
      }
      StringBuilder shown =
          new StringBuilder("; copy it exactly, whitespace too. The closest lines are:");
      int last = Math.min(have.size(), at + Math.min(LINES_SHOWN, wanted.size()));
      for (int i = at; i < last; i++) {
        String line = have.get(i);
        shown
            .append('\n')
            .append(i + 1)
            .append(": ")
            .append(line.length() > WIDTH_SHOWN ? line.substring(0, WIDTH_SHOWN) + "…" : line);
      }
      return shown.toString();
    }

    /**
     * From 0 to 1: how much of the longer line its common beginning and end with the other make up.
     */
    private static double likeness(String one, String other) {
      int shorter = Math.min(one.length(), other.length());
      if (one.equals(other)) {
        return 1;
      }
      int start = 0;
      while (start < shorter && one.charAt(start) == other.charAt(start)) {
        start++;
      }
      int end = 0;
      while (end < shorter - start
          && one.charAt(one.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
        end++;
      }
      return (double) (start + end) / Math.max(one.length(), other.length());
    }
  }
}

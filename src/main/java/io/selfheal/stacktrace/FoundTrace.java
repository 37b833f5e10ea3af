package io.selfheal.stacktrace;

/**
 * An error found in a text.
 *
 * @param trace what it was parsed to
 * @param text its lines and the line before it, as they were, joined with newlines
 * @param firstLine 1-based, counted from the first line given; the line before is not counted in
 * @param lastLine inclusive
 */
public record FoundTrace(StackTrace trace, String text, int firstLine, int lastLine) {}

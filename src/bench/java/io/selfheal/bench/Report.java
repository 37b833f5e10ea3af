package io.selfheal.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Prints a benchmark's figures: a heading with the state of the machine, then aligned rows. */
final class Report {
  private static final String ROW = "%-52s %5s %10s %10s %10s%n";

  private Report() {}

  /**
   * The load average tells how far to trust the figures: above the number of cores, measure again.
   */
  static void heading(String title) {
    System.out.printf(
        Locale.ROOT,
        "%n== %s%n   %d cores, JDK %s, load average %.2f%n",
        title,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  static void timesHeading() {
    System.out.printf(ROW, "milliseconds", "n", "median", "min", "max");
  }

  static void times(String what, Samples samples) {
    System.out.printf(
        ROW,
        what,
        samples.count(),
        number(samples.median()),
        number(samples.min()),
        number(samples.max()));
  }

  static void line(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format + "%n", arguments);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }
}

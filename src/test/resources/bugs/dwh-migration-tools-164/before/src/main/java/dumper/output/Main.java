package dumper.output;

/** Prints what was dumped. */
final class Main {
  private Main() {}

  static String expand(String template, String value) {
    return template.replace("%", value);
  }
}

package names.style;

public final class StyleTest {
  public static void main(String[] args) {
    check("a\\,b", "a,b");
    check("\\ a", " a");
    check("\\ ", " ");
  }

  private static void check(String expected, String value) {
    String actual = Style.valueToString(value);
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + " but was " + actual);
    }
  }
}

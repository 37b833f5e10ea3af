package batch.flatfile;

import java.util.Map;

public final class RecordMapperTest {
  public static void main(String[] args) {
    Map<String, String> all =
        new RecordMapper(new int[] {0, 1}, new String[] {"a", "b"}).mapRecord("1, 2");
    check(Map.of("a", "1", "b", "2"), all);
    Map<String, String> some =
        new RecordMapper(new int[] {2}, new String[] {"c"}).mapRecord("1,2,3");
    check(Map.of("c", "3"), some);
  }

  private static void check(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + " but was " + actual);
    }
  }
}

package ingest.csv;

import java.util.List;
import java.util.Map;

public final class CsvHelperTest {
  private static final CsvHelper HELPER =
      new CsvHelper(new Header(List.of("A", "B", "C"), List.of("B")));

  public static void main(String[] args) {
    check(Map.of("A", List.of("1"), "C", List.of("3")), "1,2,3");
    check(Map.of("A", List.of("one")), "one");
    check(Map.of("A", List.of("1"), "C", List.of("3"), "EXTRA", List.of("4")), "1,2,3,4");
  }

  private static void check(Map<String, List<String>> expected, String row) {
    Map<String, List<String>> actual = HELPER.event(row);
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + " but was " + actual);
    }
  }
}

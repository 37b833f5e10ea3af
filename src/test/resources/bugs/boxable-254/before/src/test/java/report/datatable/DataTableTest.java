package report.datatable;

import java.util.List;

public final class DataTableTest {
  public static void main(String[] args) {
    check(List.of(List.of("A", "B"), List.of("1", "2")), "a;b\n1;2");
  }

  private static void check(List<List<String>> expected, String text) {
    DataTable table = new DataTable(2);
    table.addCsvToTable(text, true, ';');
    if (!expected.equals(table.rows())) {
      throw new AssertionError("expected " + expected + " but was " + table.rows());
    }
  }
}

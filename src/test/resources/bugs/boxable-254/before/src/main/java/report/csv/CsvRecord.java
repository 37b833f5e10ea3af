package report.csv;

import java.util.List;

/** A line of a CSV text. */
public final class CsvRecord {
  private final String[] values;

  CsvRecord(List<String> values) {
    this.values = values.toArray(String[]::new);
  }

  /** The value of a column, counted from 0. */
  public String get(int index) {
    return values[index];
  }

  public int size() {
    return values.length;
  }
}

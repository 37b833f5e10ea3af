package report.csv;

import java.util.ArrayList;
import java.util.List;

public final class CsvReader {
  private final char separator;

  public CsvReader(char separator) {
    this.separator = separator;
  }

  public List<CsvRecord> read(String text) {
    List<CsvRecord> records = new ArrayList<>();
    for (String line : text.split("\n")) {
      records.add(new CsvRecord(fields(line)));
    }
    return records;
  }

  private List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (char c : line.toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}

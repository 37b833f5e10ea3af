package ingest.csv;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class CsvHelper {
  private static final String EXTRA = "EXTRA";

  private final Header header;

  public CsvHelper(Header header) {
    this.header = header;
  }

  /** The fields of a row, by the names of the header. */
  public Map<String, List<String>> event(String row) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    processFields(row.split(",", -1), fields);
    return fields;
  }

  protected void processFields(String[] data, Map<String, List<String>> fields) {
    for (int i = 0; i < Math.max(data.length, header.names().size()); i++) {
      if (i < header.names().size()) {
        String name = header.names().get(i);
        if (header.keeps(name) && !data[i].isEmpty()) {
          add(fields, name, data[i]);
        }
      } else {
        add(fields, EXTRA, data[i]);
      }
    }
  }

  private static void add(Map<String, List<String>> fields, String name, String value) {
    fields.computeIfAbsent(name, any -> new ArrayList<>()).add(value.trim());
  }
}

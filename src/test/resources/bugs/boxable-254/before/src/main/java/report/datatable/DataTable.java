package report.datatable;

import java.util.ArrayList;
import java.util.List;
import report.csv.CsvReader;
import report.csv.CsvRecord;

public class DataTable {
  private final int columns;
  private final List<List<String>> rows = new ArrayList<>();

  public DataTable(int columns) {
    this.columns = columns;
  }

  public List<List<String>> rows() {
    return rows;
  }

  public void addCsvToTable(String data, boolean hasHeader, char separator) {
    boolean header = hasHeader;
    for (CsvRecord line : new CsvReader(separator).read(data)) {
      List<String> row = new ArrayList<>();
      for (int i = 0; i < columns; i++) {
        String cell = "";
        if (line.size() >= i) {
          cell = line.get(i);
        }
        row.add(header ? cell.toUpperCase() : escape(cell));
      }
      rows.add(row);
      header = false;
    }
  }

  private static String escape(String cell) {
    return cell.replace("&", "and").replace("<br>", "\n");
  }
}

package report;

import report.datatable.DataTable;

public final class Main {
  public static void main(String[] args) {
    DataTable table = new DataTable(2);
    table.addCsvToTable("name;city\nKim;Oslo\nJo\n", true, ';');
    System.out.println(table.rows());
  }
}

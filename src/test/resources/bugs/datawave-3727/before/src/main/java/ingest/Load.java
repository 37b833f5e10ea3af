package ingest;

import ingest.csv.CsvHelper;
import ingest.csv.Header;
import java.util.List;

public final class Load {
  public static void main(String[] args) {
    CsvHelper helper = new CsvHelper(new Header(List.of("A", "B", "C"), List.of("B")));
    for (String row : List.of("1,2,3", "one")) {
      System.out.println(helper.event(row));
    }
  }
}

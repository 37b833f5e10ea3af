package ingest.csv;

import java.util.List;

public record Header(List<String> names, List<String> dropped) {
  boolean keeps(String name) {
    return !dropped.contains(name);
  }
}

package ingest.json;

import java.util.Map;

public class JsonHelper {
  /** Flat objects only. */
  protected void processFields(Map<String, Object> data, Map<String, String> fields) {
    data.forEach((name, value) -> fields.put(name, String.valueOf(value)));
  }
}

package batch.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

public final class Engine {
  private final Mapper mapper;

  public Engine(Mapper mapper) {
    this.mapper = mapper;
  }

  public List<Map<String, String>> call(List<String> records) {
    List<Map<String, String>> mapped = new ArrayList<>();
    for (String record : records) {
      mapped.add(mapper.mapRecord(record));
    }
    return mapped;
  }
}

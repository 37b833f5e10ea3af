package batch.core;

import java.util.Map;

public interface Mapper {
  Map<String, String> mapRecord(String record);
}

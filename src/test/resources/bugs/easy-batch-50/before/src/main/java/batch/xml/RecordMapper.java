package batch.xml;

import batch.core.Mapper;
import java.util.Map;

public final class RecordMapper implements Mapper {
  @Override
  public Map<String, String> mapRecord(String record) {
    int end = record.indexOf('>');
    return Map.of("tag", record.substring(1, end));
  }
}

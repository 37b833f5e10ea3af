package batch.flatfile;

import batch.core.Mapper;
import java.util.LinkedHashMap;
import java.util.Map;

public final class RecordMapper implements Mapper {
  private final int[] positions;
  private final String[] names;

  public RecordMapper(int[] positions, String[] names) {
    if (positions.length != names.length) {
      throw new IllegalArgumentException("as many names as positions are needed");
    }
    this.positions = positions.clone();
    this.names = names.clone();
  }

  @Override
  public Map<String, String> mapRecord(String record) {
    String[] fields = record.split(",", -1);
    Map<String, String> values = new LinkedHashMap<>();
    for (int position : positions) {
      if (position >= fields.length) {
        throw new IllegalArgumentException("no field " + position + " in: " + record);
      }
      values.put(names[position], fields[position].trim());
    }
    return values;
  }
}

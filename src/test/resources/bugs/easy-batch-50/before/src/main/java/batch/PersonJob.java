package batch;

import batch.core.Engine;
import batch.flatfile.RecordMapper;
import java.util.List;

public final class PersonJob {
  public static void main(String[] args) {
    RecordMapper mapper = new RecordMapper(new int[] {2, 4}, new String[] {"age", "married"});
    System.out.println(
        new Engine(mapper).call(List.of("foo,bar,30,1990-12-12,true", "bar,foo,15,2000-12-12,false")));
  }
}

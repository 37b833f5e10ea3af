package dumper.args;

import java.io.IOException;
import java.util.List;

public final class ResponseFilesTest {
  public static void main(String[] args) throws IOException {
    check(List.of("--a", "b"), "--a", "b");
    check(List.of("--a", ""), "--a", "");
  }

  private static void check(List<String> expected, String... args) throws IOException {
    List<String> actual = ResponseFiles.expand(args);
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + " but was " + actual);
    }
  }
}

package rows.conversion;

import java.util.Arrays;

public final class ConversionProcessorTest {
  public static void main(String[] args) {
    check("[a, 0]", "a", "");
    check("[a]", "a");
    check("[a, b]", "a", "b");
  }

  private static void check(String expected, String... row) {
    Object[] actual = new ConversionProcessor(2, new RetryableErrorHandler("0")).convert(row);
    if (!expected.equals(Arrays.toString(actual))) {
      throw new AssertionError("expected " + expected + " but was " + Arrays.toString(actual));
    }
  }
}

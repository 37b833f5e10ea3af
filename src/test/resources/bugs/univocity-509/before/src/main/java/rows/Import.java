package rows;

import java.util.List;
import rows.conversion.ConversionProcessor;
import rows.conversion.RetryableErrorHandler;

public final class Import {
  public static void main(String[] args) {
    ConversionProcessor processor = new ConversionProcessor(3, new RetryableErrorHandler("0"));
    for (String row : List.of("Johnson,James,1", "Smith")) {
      System.out.println(List.of(processor.convert(row.split(","))));
    }
  }
}

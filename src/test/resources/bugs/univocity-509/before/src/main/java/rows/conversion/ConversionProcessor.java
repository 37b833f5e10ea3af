package rows.conversion;

import java.util.Arrays;

public class ConversionProcessor {
  private final int columns;
  private final RetryableErrorHandler errors;

  public ConversionProcessor(int columns, RetryableErrorHandler errors) {
    this.columns = columns;
    this.errors = errors;
  }

  /** The row with its values converted; null when it is to be left out. */
  public Object[] convert(String[] row) {
    Object[] converted = Arrays.copyOf(row, row.length, Object[].class);
    return validateAllValues(converted) ? converted : null;
  }

  private boolean validateAllValues(Object[] row) {
    for (int i = 0; i < columns; i++) {
      try {
        validate(row, i);
      } catch (ConversionException e) {
        if (!handleConversionError(e, row, i)) {
          return false;
        }
      }
    }
    return true;
  }

  private void validate(Object[] row, int column) {
    if (column >= row.length || row[column] == null || row[column].toString().isEmpty()) {
      throw new ConversionException(column, "no value in column " + column);
    }
  }

  private boolean handleConversionError(ConversionException e, Object[] row, int column) {
    errors.handle(e, row);
    if (errors.isRecordSkipped()) {
      return false;
    }
    row[column] = errors.fallback();
    return true;
  }
}

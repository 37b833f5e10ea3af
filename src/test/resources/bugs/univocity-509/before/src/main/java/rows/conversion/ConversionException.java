package rows.conversion;

public class ConversionException extends RuntimeException {
  private final int column;

  public ConversionException(int column, String message) {
    super(message);
    this.column = column;
  }

  public int column() {
    return column;
  }
}

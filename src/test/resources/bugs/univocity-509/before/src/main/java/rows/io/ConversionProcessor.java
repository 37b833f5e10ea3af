package rows.io;

import java.nio.charset.Charset;

/** Converts bytes to text. */
public record ConversionProcessor(Charset charset) {
  public String convert(byte[] row) {
    return new String(row, charset);
  }
}

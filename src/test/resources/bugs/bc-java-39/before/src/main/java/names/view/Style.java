package names.view;

/** Colours of a certificate's page. */
public record Style(String colour) {
  public static String valueToString(Object value) {
    return String.valueOf(value);
  }
}

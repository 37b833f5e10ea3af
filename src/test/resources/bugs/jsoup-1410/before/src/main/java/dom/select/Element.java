package dom.select;

/** A part of a query: name, class or id. */
public record Element(String kind, String text) {
  public boolean isInlineable() {
    return kind.equals("name");
  }
}

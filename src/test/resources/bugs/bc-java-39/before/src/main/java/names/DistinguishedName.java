package names;

import java.util.List;
import java.util.stream.Collectors;
import names.style.Style;

public record DistinguishedName(List<Attribute> attributes) {
  public String toText(Style style) {
    return attributes.stream().map(style::attributeToString).collect(Collectors.joining(","));
  }
}

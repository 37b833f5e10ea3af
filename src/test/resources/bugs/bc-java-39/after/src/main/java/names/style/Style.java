package names.style;

import names.Attribute;

/** How a name is written. */
public final class Style {
  public String attributeToString(Attribute attribute) {
    return attribute.type() + "=" + valueToString(attribute.value());
  }

  public static String valueToString(String value) {
    StringBuilder text = new StringBuilder(value);
    int end = text.length();
    int index = 0;
    if (text.length() >= 2 && text.charAt(0) == '\\' && text.charAt(1) == '#') {
      index += 2;
    }
    while (index < end) {
      char c = text.charAt(index);
      if (c == ',' || c == '"' || c == '\\' || c == '+' || c == '=' || c == '<' || c == '>') {
        text.insert(index, "\\");
        index++;
        end++;
      }
      index++;
    }
    int start = 0;
    while (start < text.length() && text.charAt(start) == ' ') {
      text.insert(start, "\\");
      start += 2;
    }
    int last = text.length() - 1;
    while (last >= start && text.charAt(last) == ' ') {
      text.insert(last, '\\');
      last--;
    }
    return text.toString();
  }
}

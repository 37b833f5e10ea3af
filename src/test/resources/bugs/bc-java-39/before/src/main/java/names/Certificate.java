package names;

import java.util.List;
import names.style.Style;

public final class Certificate {
  private final DistinguishedName subject;

  public Certificate(DistinguishedName subject) {
    this.subject = subject;
  }

  public String describe() {
    return "subject " + subject.toText(new Style());
  }

  public static void main(String[] args) {
    DistinguishedName name =
        new DistinguishedName(List.of(new Attribute("CN", "example.com"), new Attribute("OU", " ")));
    System.out.println(new Certificate(name).describe());
  }
}

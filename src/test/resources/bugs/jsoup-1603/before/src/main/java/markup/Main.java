package markup;

import markup.parser.HtmlTreeBuilder;

public final class Main {
  public static void main(String[] args) {
    System.out.println(new HtmlTreeBuilder("body").parseFragment("<td>1"));
    System.out.println(new HtmlTreeBuilder().parseFragment("<td>1"));
  }
}

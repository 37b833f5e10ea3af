package html;

import html.parser.TreeBuilder;

public final class Main {
  public static void main(String[] args) {
    System.out.println(new TreeBuilder().parse("<table><input type=hidden>"));
    System.out.println(new TreeBuilder().parse("<table><input>"));
  }
}

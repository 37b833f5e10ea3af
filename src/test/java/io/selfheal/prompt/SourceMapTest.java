package io.selfheal.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.prompt.FrameFiles.Site;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.StackTrace;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SourceMapTest {
  /**
   * Made by hand: line 2 comes from line 3 of the first source, line 4 from line 1 of the other.
   */
  private static final String MAP =
      """
      {"version": 3, "sources": ["../../src/orders/total.ts", "../../src/tax.ts"], "names": [],
       "mappings": ";AAEA,QAAQ;;ACFR"}
      """;

  private static final Frame FRAME =
      new Frame("/app/dist/orders/total.js", 2, "total", null, true, null);

  private static List<Site> sites(FakeSource source, Frame frame) {
    return new FrameFiles(source, "shop")
        .sites(new StackTrace("javascript", "TypeError", "", List.of(frame), List.of(), true));
  }

  @Test
  void linesAreFoundWhereTheyComeFrom() {
    SourceMap map = SourceMap.read(MAP).orElseThrow();
    assertThat(map.original(1)).isEmpty();
    assertThat(map.original(2)).contains(new SourceMap.Original("../../src/orders/total.ts", 3));
    assertThat(map.original(4)).contains(new SourceMap.Original("../../src/tax.ts", 1));
    assertThat(map.original(5)).isEmpty();
    assertThat(map.original(0)).isEmpty();
  }

  @Test
  void mapBesideTheScriptLeadsToTheSource() {
    var source =
        new FakeSource()
            .with("dist/orders/total.js", "a\nb\nc\nd\n//# sourceMappingURL=total.js.map\n")
            .with("dist/orders/total.js.map", MAP)
            .with("src/orders/total.ts", "1\n2\n3\n")
            .with("src/tax.ts");
    assertThat(sites(source, FRAME))
        .containsExactly(new Site("src/orders/total.ts", 3, false, FRAME, true));
  }

  @Test
  void mapInsideTheScriptLeadsToTheSource() {
    String data = Base64.getEncoder().encodeToString(MAP.getBytes(StandardCharsets.UTF_8));
    var source =
        new FakeSource()
            .with(
                "dist/orders/total.js",
                "a\nb\n//# sourceMappingURL=data:application/json;charset=utf-8;base64," + data)
            .with("src/orders/total.ts", "1\n2\n3\n");
    assertThat(sites(source, FRAME)).extracting(Site::path).containsExactly("src/orders/total.ts");
  }

  @Test
  void withoutAMapTheFunctionIsLookedForInTheSourceOfThatName() {
    var source =
        new FakeSource()
            .with(
                "src/orders/total.ts",
                "import x from 'y';\n\nexport function total(a: number): number {\n  return a;\n}\n")
            .with("src/billing/total.ts", "export function total() {\n}\n");
    assertThat(sites(source, FRAME))
        .containsExactly(new Site("src/orders/total.ts", 3, false, FRAME, true));
  }

  @Property(tries = 100)
  void anyTextIsAMapOrNone(@ForAll String text, @ForAll String mappings) {
    SourceMap.read(text);
    SourceMap.inline("data:application/json;base64," + text);
    SourceMap.read(
            "{\"sources\":[\"a\"],\"mappings\":\""
                + mappings.replaceAll("[\\\\\"\\p{C}]", "")
                + "\"}")
        .ifPresent(map -> map.original(1));
  }
}

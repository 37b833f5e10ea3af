package io.selfheal.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.prompt.FrameFiles.Site;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.StackTrace;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameFilesTest {
  private static Frame frame(String file, Integer line, String source) {
    return new Frame(file, line, "handler", null, true, source);
  }

  private static Frame library(String file) {
    return new Frame(file, 1, "f", null, false, null);
  }

  private static StackTrace trace(Frame... outermostFirst) {
    return new StackTrace(
        "python", "KeyError", "'x'", Arrays.asList(outermostFirst), List.of(), true);
  }

  private static List<String> paths(SourceTree source, Frame... frames) {
    return new FrameFiles(source, "shop-api")
        .sites(trace(frames)).stream().map(Site::path).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "/var/task/handlers/create_order.py, functions/orders/handlers/create_order.py",
    "/app/shop/orders.py, src/shop/orders.py",
    "/usr/local/lib/python3.12/site-packages/shop/orders.py, src/shop/orders.py",
    "C:\\build\\shop\\orders.py, src/shop/orders.py",
    "/var/task/app.py, functions/create/app.py",
    "app.py, functions/create/app.py",
    "file:///usr/src/app/shop/orders.py, src/shop/orders.py",
    "webpack:///./web/cart/total.js?a1b2, web/cart/total.js",
    "./shop/../shop/orders.py, src/shop/orders.py"
  })
  void longestSuffixWins(String printed, String path) {
    var source =
        new FakeSource()
            .with("functions/orders/handlers/create_order.py")
            .with("functions/billing/create_order.py")
            .with("src/shop/orders.py")
            .with("src/billing/orders.py")
            .with("functions/create/app.py")
            .with("web/cart/total.js");
    assertThat(paths(source, frame(printed, 1, null))).containsExactly(path);
  }

  @ParameterizedTest
  @CsvSource({
    "/usr/lib/python3.12/json/__init__.py",
    "/var/task/requests/models.py",
    "/home/ci/models.py",
    "/usr/local/lib/python3.12/site-packages/flask/models.py",
    "/usr/local/lib/python3.12/site-packages/models.py"
  })
  void fileNameAloneDecidesNothing(String printed) {
    var source =
        new FakeSource().with("shop/models.py").with("shop/__init__.py").with("__init__.py");
    assertThat(paths(source, frame(printed, 1, null), library(printed))).isEmpty();
  }

  @Test
  void librarysTwoComponentsAreNotTheRepositorys() {
    var source = new FakeSource().with("http/server.go");
    assertThat(paths(source, library("/usr/local/go/src/net/http/server.go"))).isEmpty();
  }

  @Test
  void rootFileIsFoundInAFolderOfTheRepositorysName() {
    var source = new FakeSource().with("main.js");
    assertThat(paths(source, frame("/home/me/shop-api/main.js", 1, null)))
        .containsExactly("main.js");
    assertThat(paths(source, frame("/home/me/other/main.js", 1, null))).isEmpty();
  }

  @Test
  void rootFileIsFoundBesideAnotherFramesWholePath() {
    var source = new FakeSource().with("main.js").with("src/api/index.js");
    assertThat(
            paths(
                source,
                frame("/deploy/17/main.js", 1, null),
                frame("/deploy/17/src/api/index.js", 1, null),
                frame("/deploy/main.js", 2, null)))
        .containsExactly("src/api/index.js", "main.js");
  }

  @Test
  void rootFileIsFoundByThePrintedLineAtItsPlace() {
    var source = new FakeSource().with("main.py", "import a\na.run(3)\n");
    assertThat(paths(source, frame("/deploy/17/main.py", 2, "a.run(3)")))
        .containsExactly("main.py");
    assertThat(paths(source, frame("/deploy/17/main.py", 1, "a.run(3)"))).isEmpty();
  }

  @Test
  void bareNameNeedsToBeUnique() {
    var source = new FakeSource().with("a/app.py").with("b/app.py");
    assertThat(paths(source, frame("/var/task/app.py", 1, null))).isEmpty();
  }

  @Test
  void printedLineTellsEqualFilesApart() {
    var source =
        new FakeSource()
            .with("a/app.py", "import json\nx = 1\n")
            .with("b/app.py", "import json\nitems = order['items']\n")
            .with("c/app.py", "import json\n");
    assertThat(paths(source, frame("/var/task/app.py", 2, "items = order['items']")))
        .containsExactly("b/app.py");
  }

  @Test
  void twoEqualFilesAreBothListedAndThreeAreNone() {
    var source = new FakeSource().with("a/shop/app.py").with("b/shop/app.py");
    assertThat(paths(source, frame("/x/shop/app.py", 1, null)))
        .containsExactly("a/shop/app.py", "b/shop/app.py");
    assertThat(paths(source.with("c/shop/app.py"), frame("/x/shop/app.py", 1, null))).isEmpty();
  }

  @Test
  void pathsThatPartInTheMiddleNeedTheLine() {
    var source = new FakeSource().with("orders/handlers/create.py", "raise ValueError\n");
    assertThat(paths(source, frame("/var/task/billing/handlers/create.py", 1, "return 1")))
        .isEmpty();
    assertThat(paths(source, frame("/var/task/billing/handlers/create.py", 1, "raise ValueError")))
        .containsExactly("orders/handlers/create.py");
  }

  @Test
  void javaPackageIsItsDirectory() {
    var source =
        new FakeSource()
            .with("core/src/main/java/shop/orders/OrderService.java")
            .with("core/src/main/java/shop/billing/OrderService.java");
    var frame = new Frame("OrderService.java", 7, "shop.orders.OrderService.qty", null, true, null);
    assertThat(paths(source, frame))
        .containsExactly("core/src/main/java/shop/orders/OrderService.java");
  }

  @Test
  void applicationFramesComeFirstAndInnermostFirst() {
    var source =
        new FakeSource()
            .with("shop/main.py")
            .with("shop/db.py")
            .with("vendored/pool/pool.py")
            .with("shop/orders.py");
    assertThat(
            paths(
                source,
                frame("/app/shop/main.py", 1, null),
                frame("/app/shop/orders.py", 1, null),
                library("/app/vendored/pool/pool.py"),
                frame("/app/shop/db.py", 1, null)))
        .containsExactly("shop/db.py", "shop/orders.py", "shop/main.py", "vendored/pool/pool.py");
  }

  @Test
  void deepestCauseComesFirst() {
    var source = new FakeSource().with("shop/main.py").with("shop/db.py");
    var cause = trace(frame("/app/shop/db.py", 1, null));
    var error =
        new StackTrace(
            "python", "E", "", List.of(frame("/app/shop/main.py", 1, null)), List.of(cause), true);
    assertThat(new FrameFiles(source, "shop-api").sites(error))
        .extracting(Site::path)
        .containsExactly("shop/db.py", "shop/main.py");
  }

  @Test
  void movedLineIsFoundAgain() {
    var source = new FakeSource().with("shop/a.py", "x = 1\n\ny = f(x)\nz = 2\ny = f(x)\n");
    var files = new FrameFiles(source, "shop-api");
    assertThat(files.sites(trace(frame("/app/shop/a.py", 3, "y = f(x)"))))
        .extracting(Site::line, Site::moved)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(3, false));
    assertThat(files.sites(trace(frame("/app/shop/a.py", 90, "y = f(x)"))))
        .extracting(Site::line, Site::moved)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(5, true));
    assertThat(files.sites(trace(frame("/app/shop/a.py", 90, "gone()"))))
        .extracting(Site::line, Site::moved)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(0, true));
  }

  @Test
  void recursionIsOneSite() {
    var source = new FakeSource().with("shop/a.py");
    Frame[] frames = new Frame[1000];
    Arrays.fill(frames, frame("/app/shop/a.py", 1, null));
    assertThat(new FrameFiles(source, "shop-api").sites(trace(frames))).hasSize(1);
  }

  @Test
  void ownPackageIsFoundAmongTheLibraries() {
    var source =
        new FakeSource()
            .with("packages/cart/package.json", "{\"name\": \"@acme/cart\"}")
            .with("packages/cart/lib/total.js")
            .with("lib/total.js");
    assertThat(paths(source, library("/app/node_modules/@acme/cart/lib/total.js")))
        .containsExactly("packages/cart/lib/total.js");
    assertThat(paths(source, library("/app/node_modules/other/lib/total.js"))).isEmpty();
  }

  @Test
  void goModuleIsFoundByItsPath() {
    var source =
        new FakeSource()
            .with("services/shop/go.mod", "module example.com/acme/shop\n\ngo 1.22\n")
            .with("services/shop/total.go")
            .with("services/mail/total.go");
    assertThat(paths(source, frame("example.com/acme/shop/total.go", 1, null)))
        .containsExactly("services/shop/total.go");
    assertThat(paths(source, library("/root/go/pkg/mod/example.com/acme/shop@v1.2.3/total.go")))
        .containsExactly("services/shop/total.go");
    assertThat(paths(source, library("/root/go/pkg/mod/example.com/acme/mail@v1.2.3/total.go")))
        .isEmpty();
  }
}

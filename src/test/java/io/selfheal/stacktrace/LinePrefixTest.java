package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinePrefixTest {
  private static final List<String> PYTHON =
      List.of(
          "Traceback (most recent call last):",
          "  File \"/app/a.py\", line 3, in f",
          "    g()",
          "KeyError: 'x'");
  private static final List<String> GO =
      List.of(
          "panic: no such order",
          "",
          "goroutine 1 [running]:",
          "main.main()",
          "\t/src/main.go:3 +0x1d");
  private static final List<String> JAVA =
      List.of(
          "shop.OrderException: no",
          "\tat shop.Orders.find(Orders.java:12)",
          "Caused by: java.lang.Exception: x",
          "\tat shop.Orders.load(Orders.java:3)");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-22T07:10:1%d.123456789Z stderr F ",
        "2026-11-22 07:10:1%d,123 ERROR [worker-%d] shop.api - ",
        "[2026-11-22 07:10:1%d +0000] [12] [ERROR] ",
        "Nov 22 07:10:1%d host app[123]: ",
        "E1122 07:10:1%d.123456   12345 server.go:12] ",
        "time=2026-11-22T07:10:1%dZ level=error msg=",
        "web-%d  | ",
        "22/Nov/2026 07:10:1%d ERROR ",
        "INFO  2026-11-22 07:10:1%d "
      })
  void readsTracesBehind(String prefix) {
    for (List<String> trace : List.of(PYTHON, GO, JAVA)) {
      List<String> lines = new ArrayList<>();
      for (String line : trace) {
        int i = lines.size();
        lines.add(prefix.replace("%d", "" + i) + line);
      }

      List<FoundTrace> found = new StackTraces().find(lines);

      assertThat(found).as(lines.toString()).hasSize(1);
      assertThat(found.get(0).trace().frames()).hasSize(1);
      assertThat(found.get(0).trace().complete()).isTrue();
      assertThat(found.get(0).trace().causedBy()).hasSize(trace == JAVA ? 1 : 0);
    }
  }
}

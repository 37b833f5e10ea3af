package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ApplicationRouterTest {
  @Test
  void onlyApplicationWithoutPatternsOwnsEveryGroup() {
    ApplicationRouter router = new ApplicationRouter(List.of(LogFixtures.application("shop")));

    assertThat(router.byLogGroup("/anything")).isEqualTo("shop");
    assertThat(router.only()).isEqualTo("shop");
  }

  @Test
  void closestPatternWins() {
    ApplicationRouter router =
        new ApplicationRouter(
            List.of(
                LogFixtures.application("all", "/aws/*"),
                LogFixtures.application("lambda", "/aws/lambda/*"),
                LogFixtures.application("orders", "/aws/lambda/orders", "web-*-prod")));

    assertThat(router.byLogGroup("/aws/ecs/x")).isEqualTo("all");
    assertThat(router.byLogGroup("/aws/lambda/x")).isEqualTo("lambda");
    assertThat(router.byLogGroup("/aws/lambda/orders")).isEqualTo("orders");
    assertThat(router.byLogGroup("web-1-prod")).isEqualTo("orders");
  }

  @Test
  void applicationWithoutPatternsOwnsNothingBesideOthers() {
    ApplicationRouter router =
        new ApplicationRouter(
            List.of(LogFixtures.application("a"), LogFixtures.application("b", "b")));

    assertRefused(() -> router.byLogGroup("elsewhere"), 404);
    assertThat(router.byName("a")).isEqualTo("a");
  }

  @Test
  void unknownNameIs404AndNeverASecondLine() {
    ApplicationRouter router = new ApplicationRouter(List.of(LogFixtures.application("shop")));

    assertThatThrownBy(() -> router.byName("x\nINFO forged " + "y".repeat(1000)))
        .isInstanceOfSatisfying(
            IntakeException.class,
            e -> {
              assertThat(e.status()).isEqualTo(404);
              assertThat(e.getMessage())
                  .startsWith("unknown application x?INFO")
                  .hasSizeLessThan(310);
            });
  }

  @Test
  void onlyIsRefusedWhereThereAreSeveral() {
    assertRefused(
        () ->
            new ApplicationRouter(
                    List.of(LogFixtures.application("a"), LogFixtures.application("b")))
                .only(),
        400);
  }

  private static void assertRefused(Runnable call, int status) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            IntakeException.class, e -> assertThat(e.status()).isEqualTo(status));
  }
}

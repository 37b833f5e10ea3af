package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecodeKinesisTest {
  private final DecodeKinesis decode =
      new DecodeKinesis(
          new ApplicationRouter(
              List.of(LogFixtures.application("shop", "/shop")), List.of("*selfheal*")),
          Clock.systemUTC());

  @Test
  void recordsAreDecodedInTheirOrder() {
    assertThat(
            messages(
                LogFixtures.gzip(LogFixtures.subscription("/shop", "s", "a", "b")),
                LogFixtures.gzip(LogFixtures.CONTROL_MESSAGE),
                LogFixtures.gzip(LogFixtures.subscription("/shop", "s", "c"))))
        .containsExactly("a", "b", "c");
  }

  @Test
  void recordThatCanNeverBeTakenHoldsUpNoOther() {
    assertThat(
            messages(
                "no JSON".getBytes(StandardCharsets.UTF_8),
                LogFixtures.gzip(LogFixtures.subscription("/nobodys", "s", "x")),
                LogFixtures.gzip(LogFixtures.subscription("/shop", "s", "a"))))
        .containsExactly("a");
  }

  @Test
  void ownLogIsNotRead() {
    assertThat(messages(LogFixtures.gzip(LogFixtures.subscription("/ecs/selfheal", "s", "x"))))
        .isEmpty();
  }

  private List<String> messages(byte[]... records) {
    return decode.decode(List.of(records), "shardId-000000000000").batches().stream()
        .flatMap(batch -> batch.events().stream())
        .map(LogEvent::message)
        .toList();
  }
}

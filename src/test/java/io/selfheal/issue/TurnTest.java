package io.selfheal.issue;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.local.EmbeddedAws;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EmbeddedAws.class)
class TurnTest {
  private static final Duration LENGTH = Duration.ofSeconds(15);

  private final MutableClock clock = new MutableClock();
  private EmbeddedAws aws;
  private String table;
  private Turn one;
  private Turn two;

  @BeforeEach
  void makeTable(EmbeddedAws embedded) {
    aws = embedded;
    table = aws.newTable();
    one = turn(clock);
    two = turn(clock);
  }

  @Test
  void oneProcessHasItForAsLongAsItAsks() {
    for (int i = 0; i < 10; i++) {
      assertThat(one.mine()).isTrue();
      assertThat(two.mine()).isFalse();
      clock.advance(Duration.ofSeconds(5));
    }
  }

  @Test
  void theTurnOfAKilledProcessIsTakenWhenItHasRunOut() {
    one.mine();
    clock.advance(LENGTH.minusSeconds(1));
    assertThat(two.mine()).isFalse();
    clock.advance(LENGTH.dividedBy(3));

    assertThat(two.mine()).isTrue();
    assertThat(one.mine()).isFalse();
  }

  @Test
  void aTurnThatIsGivenUpIsFreeAtOnce() {
    one.mine();
    one.end();
    clock.advance(Duration.ofMillis(1));

    assertThat(two.mine()).isTrue();
  }

  @Test
  void ofTwoProcessesWhoseClocksDifferOneAtATimeHasIt() {
    MutableClock fast = new MutableClock();
    fast.advance(Duration.ofMinutes(2));
    Turn early = turn(fast);
    one.mine();
    // Its clock says that the other's turn is over.
    assertThat(early.mine()).isTrue();

    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(5));
      fast.advance(Duration.ofSeconds(5));
      assertThat(early.mine()).isTrue();
      assertThat(one.mine()).isFalse();
    }
  }

  @Test
  void tasksDoNotKnowEachOther() {
    one.mine();

    assertThat(new Turn(issues(clock), "other", LENGTH, clock).mine()).isTrue();
  }

  private Turn turn(Clock at) {
    return new Turn(issues(at), "task", LENGTH, at);
  }

  private IssueTable issues(Clock at) {
    return new IssueTable(aws.dynamoDb(), table, at);
  }
}

package io.selfheal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.jgit.errors.TransportException;
import org.junit.jupiter.api.Test;

class RetrySoonTest {
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final RetrySoon retry = new RetrySoon(Duration.ofSeconds(1), 4);

  @Test
  void waitsLongerEachTimeAndGivesUpAfterTheLastQuestion() throws Exception {
    Exception failure = unavailable(null);

    assertThat(retry.pause(failure, exchange)).isEqualTo(1_000);
    assertThat(retry.pause(failure, exchange)).isEqualTo(4_000);
    assertThat(retry.pause(failure, exchange)).isEqualTo(16_000);
    assertThatThrownBy(() -> retry.pause(failure, exchange)).isSameAs(failure);
  }

  @Test
  void asksAGitHostThatDidNotAnswer() throws Exception {
    Exception failure = new IllegalStateException(new TransportException("x: Connection reset"));

    assertThat(retry.pause(failure, exchange)).isEqualTo(1_000);
  }

  @Test
  void doesNotAskWhoHasRefused() {
    for (Exception failure :
        new Exception[] {
          new IllegalStateException("a bug"),
          new IllegalStateException(new TransportException("https://h/r: not authorized")),
          new IllegalStateException(new TransportException("ssh://h/r: Auth fail")),
          new IllegalStateException(
              new TransportException("the host key of h is unknown. Add it to …ssh-known-hosts"))
        }) {
      assertThatThrownBy(() -> retry.pause(failure, exchange)).isSameAs(failure);
    }
  }

  @Test
  void waitsAsLongAsItIsToldUpToAMinute() throws Exception {
    assertThat(retry.pause(unavailable(Duration.ofSeconds(40)), exchange)).isEqualTo(40_000);

    Exception tomorrow = unavailable(Duration.ofHours(1));
    assertThatThrownBy(() -> retry.pause(tomorrow, exchange)).isSameAs(tomorrow);
  }

  private static TryLaterException unavailable(Duration retryAfter) {
    return new TryLaterException("no answer", retryAfter, null) {};
  }
}

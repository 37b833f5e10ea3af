package io.selfheal.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.selfheal.prompt.SamplePrompts;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.ScmTokens;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are not about a pushed branch: an application is all that they need. */
class ScmApiTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_767_700_000), ZoneOffset.UTC);

  private final ScmApi api = new ScmApi(CLOCK, new ScmTokens(CLOCK));
  private Exchange exchange;

  @BeforeEach
  void newExchange() {
    exchange = new DefaultExchange(new DefaultCamelContext());
    app("https://gitlab.com/api/v4/projects/acme%2Fshop", "s3cret");
  }

  private void app(String url, String token) {
    exchange.setVariable("app", SamplePrompts.app("gitlab", url, Secret.of(token)));
  }

  private Object header(String name) {
    return exchange.getMessage().getHeader(name);
  }

  @Test
  void pathIsFilledFromVariables() {
    exchange.setVariable("number", 7L);
    exchange.setVariable("word", "a b/c&d");
    api.get(exchange, "/merge_requests/{number}/notes?search={word}");
    assertThat(header(Exchange.HTTP_METHOD)).isEqualTo("GET");
    assertThat(header(Exchange.HTTP_URI))
        .isEqualTo("https://gitlab.com/api/v4/projects/acme%2Fshop/merge_requests/7/notes");
    assertThat(header(Exchange.HTTP_RAW_QUERY)).isEqualTo("search=a%20b%2Fc%26d");
    assertThat(header("Authorization")).isEqualTo("Bearer s3cret");
  }

  @Test
  void rootIsTheBaseWithoutTheRepository() {
    api.get(exchange, "^/users?username=ada");
    assertThat(header(Exchange.HTTP_URI)).isEqualTo("https://gitlab.com/api/v4/users");
  }

  @Test
  void bodiesAreJson() throws Exception {
    exchange.getMessage().setBody(Map.of("state_event", "close"));
    api.put(exchange, "/merge_requests/7");
    assertThat(header(Exchange.HTTP_METHOD)).isEqualTo("PUT");
    assertThat(header(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
    assertThat(exchange.getMessage().getBody(String.class))
        .isEqualTo("{\"state_event\":\"close\"}");
    exchange.getMessage().setBody(Map.of());
    api.patch(exchange, "/issues/7");
    assertThat(header(Exchange.HTTP_METHOD)).isEqualTo("PATCH");
  }

  @Test
  void userAndTokenAreSentAsBasic() {
    app("https://api.bitbucket.org/2.0/repositories/acme/shop", "me@example.com:s3cret");
    api.get(exchange, "/pullrequests");
    assertThat(header("Authorization")).isEqualTo("Basic bWVAZXhhbXBsZS5jb206czNjcmV0");
  }

  @Test
  void whatTheRouteForgotIsNamed() {
    assertThatThrownBy(() -> api.get(exchange, "/merge_requests/{number}"))
        .hasMessageContaining("variable number");
    exchange.removeVariable("app");
    assertThatThrownBy(() -> api.get(exchange, "/")).hasMessageContaining("variable app");
  }

  @ParameterizedTest
  @CsvSource({
    "429, RateLimit-Remaining, 0, RateLimit-Reset, 1767700042, PT42S",
    "429, X-Other, 1, RateLimit-Reset, 1767700042, PT42S",
    "403, X-RateLimit-Remaining, 0, X-RateLimit-Reset, 1767703600, PT1H",
    "429, X-Other, 1, Retry-After, 'Tue, 6 Jan 2026 11:47:40 GMT', PT1M",
    "500, X-RateLimit-Remaining, 4999, X-RateLimit-Reset, 1767703600, ",
    "429, X-Other, 1, X-Other, 1, PT1M"
  })
  void waitIsWhatTheForgeAsksFor(
      int status, String header, String value, String other, String otherValue, Duration wait) {
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    exchange.getMessage().setHeader(header, value);
    exchange.getMessage().setHeader(other, otherValue);
    exchange.getMessage().setBody("{}".getBytes(StandardCharsets.UTF_8));
    var failure = catchThrowableOfType(ScmUnavailableException.class, () -> api.answer(exchange));
    assertThat(failure.retryAfter().orElse(null)).isEqualTo(wait);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"message\": {\"base\": [\"is no branch\"]}} | is no branch",
        "{\"error\": \"insufficient_scope\"} | insufficient_scope",
        "{\"type\": \"error\", \"error\": {\"message\": \"Repository has no branch\"}} | has no branch",
        "{\"errors\": [{\"message\": \"You may not\"}]} | You may not"
      })
  void reasonIsFoundInEveryForgesAnswer(String body, String said) {
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 400);
    exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> api.answer(exchange))
        .isInstanceOf(ScmException.class)
        .hasMessageContaining("HTTP 400, ")
        .hasMessageContaining(said);
  }
}

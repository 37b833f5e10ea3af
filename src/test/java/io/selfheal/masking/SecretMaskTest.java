package io.selfheal.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
  private final SecretMask mask = new SecretMask();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "key AKIAIOSFODNN7EXAMPLE used | AKIAIOSFODNN7EXAMPLE",
        "push with ghp_0123456789abcdefghijklmnopqrstuvwxyz failed | ghp_0123456789",
        "glpat-abcdefghij0123456789 | glpat-abcdefghij",
        "xoxb-123456789012-abcdefGHIJ | xoxb-123456789012",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N | eyJzdWIi",
        "Authorization: Basic dXNlcjpwYXNz | dXNlcjpwYXNz",
        "'Authorization': 'Bearer abcdef0123456789' | abcdef0123456789",
        "DB_PASSWORD=hunter2 host=db | hunter2",
        "password: 'correct horse' | correct horse",
        "{\"client_secret\": \"s3cr3t-value\"} | s3cr3t-value",
        "{\\\"api_key\\\": \\\"abc123def\\\"} | abc123def",
        "postgres://shop:tops3cret@db:5432/shop | tops3cret",
        "no user jane.doe+test@example.co.uk | jane.doe",
        "card 4111 1111 1111 1111 declined | 4111 1111",
        "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | wJalrXUtnFEMI"
      })
  void hidesSecret(String text, String secret) {
    assertThat(mask.mask(text)).doesNotContain(secret).contains("<").contains(">");
  }

  @Test
  void hidesPrivateKeyWithItsBody() {
    String text =
        "before\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n-----END OPENSSH PRIVATE KEY-----\nafter";

    assertThat(mask.mask(text)).matches("before\n<private-key:[0-9a-f]{4}>\nafter");
  }

  @Test
  void hidesPrivateKeyThatWasCutOff() {
    assertThat(mask.mask("-----BEGIN RSA PRIVATE KEY-----\nMIIE")).doesNotContain("MIIE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  File \"/var/task/app.py\", line 9, in handler",
        "KeyError: 'order_items'",
        "cannot add shop.util.Money@694f9431",
        "order 4111111111111112 not found",
        "at 1766382106847 in /var/data/57839ad0-47a6-8e3e-61e5-42ad3b7d4b08",
        "git@github.com:foo/bar.git",
        "    token = self.tokens[key]",
        "password=None"
      })
  void leavesTheRestAlone(String text) {
    assertThat(mask.mask(text)).isEqualTo(text);
  }

  @Test
  void sameValueHasSamePlaceholder() {
    String masked = mask.mask("a@example.org wrote to b@example.org, cc a@example.org");
    String[] words = masked.split(" ");

    assertThat(words[0]).isEqualTo(words[5]).isNotEqualTo(words[3].replace(",", ""));
    assertThat(new SecretMask().mask("a@example.org")).isEqualTo(words[0]);
  }

  @Test
  void maskingTwiceChangesNothing() {
    String once =
        mask.mask(
            "password=hunter2 Authorization: Bearer abcdefgh12 u://a:b@c jane@example.org token='x y'");

    assertThat(mask.mask(once)).isEqualTo(once);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eyJ",
        "a@",
        "password=",
        "4111 ",
        "-----BEGIN ",
        "://a:",
        "bearer ",
        "token",
        "a.",
        "ghp_",
        "authorization: "
      })
  void takesLinearTime(String piece) {
    String text = piece.repeat(1_000_000 / piece.length());

    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> mask.mask(text));
  }
}

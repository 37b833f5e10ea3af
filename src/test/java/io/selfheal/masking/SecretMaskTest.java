package io.selfheal.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.selfheal.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
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
        "{'password': b'hunter2'} | hunter2",
        "{\"password\": \"ab\\\"cd1\"} | cd1",
        "password=\"ab<cd\" | cd",
        "<db:password>tops3cret</db:password> | tops3cret",
        "mysqldump --password tops3cret shop | tops3cret",
        "AccountKey=Zm9vYmFyYmF6cXV4;EndpointSuffix=core | Zm9vYmFy",
        "GET /export?access_token=abc123&page=2 | abc123",
        "Cookie: sessionid=38afes7a8; theme=light | 38afes7a8",
        "SG.abcdefghijklmnop12.qrstuvwxyz0123456789 | qrstuvwxyz",
        "refund to DE89 3704 0044 0532 0130 00 | 0532 0130",
        "refund to GB82WEST12345698765432 | WEST1234",
        "call +44 20 7946 0958 now | 7946",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----abcdef | abcdef",
        "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | wJalrXUtnFEMI"
      })
  void hidesSecret(String text, String secret) {
    // The digits of a placeholder may be those of a short secret.
    assertThat(mask.mask(text).replaceAll("<([a-z-]+):[0-9a-f]{4}>", "<$1>"))
        .doesNotContain(secret)
        .contains("<")
        .contains(">");
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
        "password=None",
        "    conn = connect(host, password=config.password)",
        "    token = user.token",
        "max_tokens: 8192, token_count=12",
        "SyntaxError: Unexpected token < in JSON at position 0",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "REQUEST_TIMEOUT_IN_MILLISECONDS_BETWEEN_RETRIES = 30000",
        "GB82WEST12345698765433",
        "offset +01:00, delta +1234567890.25",
        "trace 1-67891233-abcdef012345678912345678"
      })
  void leavesTheRestAlone(String text) {
    assertThat(mask.mask(text)).isEqualTo(text);
  }

  @Test
  void sameValueHasSamePlaceholder() {
    String masked = mask.mask("a@example.org wrote to b@example.org, cc a@example.org");
    String[] words = masked.split(" ");

    assertThat(words[0]).isEqualTo(words[5]).isNotEqualTo(words[3].replace(",", ""));
    SecretMask one = new SecretMask(Secret.of("a key"));
    SecretMask other = new SecretMask(Secret.of("a key"));
    assertThat(one.mask("a@example.org")).isEqualTo(other.mask("a@example.org"));
  }

  @Test
  void aPlaceholderCannotBeFoundByTryingValuesWithoutTheKey() {
    // Two keys agree on one in 65,536 values.
    String text = "a@example.org b@example.org c@example.org d@example.org";

    assertThat(mask.mask(text)).isNotEqualTo(new SecretMask().mask(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PASSWORD = os.environ[\"DB_PASSWORD\"]",
        "SECRET_NAME = \"SHOP_DB_SECRET\"",
        "def login(user: str, password: str) -> Token:",
        "token = request.headers.get('X-Token', '')",
        "private final String tokenName = \"access_token\";",
        "const token = `${prefix}-${id}`;",
        "password: \"Password\",",
        "support = 'help@example.org'  # +44 20 7946 0958",
        "CARD = '4111111111111111'",
        "md5 = 'd41d8cd98f00b204e9800998ecf8427e'",
        "id = '57839ad0-47a6-8e3e-61e5-42ad3b7d4b08'",
        "url = f\"postgres://{user}:{password}@{host}/shop\"",
        "if (passwordLength1 > \"12345678\".length()) {",
        "src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4\""
      })
  void leavesSourceCodeAlone(String line) {
    assertThat(mask.maskSource(line)).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "PASSWORD = \"tops3cret\" | tops3cret",
        "  api_key: 'a1b2c3d4e5' | a1b2c3d4e5",
        "client = Client(\"AKIAIOSFODNN7EXAMPLE\") | AKIAIOSFODNN7EXAMPLE",
        "DSN = 'postgres://shop:topsecret@db/shop' | topsecret",
        "String t = \"ghp_0123456789abcdefghijklmnopqrstuvwxyz\"; | ghp_0123"
      })
  void hidesSecretsInSourceCode(String line, String secret) {
    assertThat(mask.maskSource(line).replaceAll("<([a-z-]+):[0-9a-f]{4}>", "<$1>"))
        .doesNotContain(secret)
        .containsPattern("<[a-z-]+>");
  }

  @Test
  void sourceCodeKeepsItsLines() {
    String source =
        "K = '''\n-----BEGIN PRIVATE KEY-----\n"
            + "MIIE".repeat(16)
            + "\n-----END PRIVATE KEY-----\n'''\n";

    String masked = mask.maskSource(source);

    assertThat(masked).doesNotContain("MIIE").hasLineCount(5).endsWith("\n'''\n");
  }

  /** The program's own source code holds none, but a lot that reads like it. */
  @Test
  void leavesThisRepositorysSourceAlone() throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(Path.of("src/main/java"))) {
      files = tree.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(files).hasSizeGreaterThan(100);
    for (Path file : files) {
      String source = Files.readString(file);
      assertThat(mask.maskSource(source)).as(file.toString()).isEqualTo(source);
    }
  }

  @Test
  void marksOfAKeyInSourceAreNoKeyWithoutOne() {
    String marks = "if (text.startsWith(\"-----BEGIN PRIVATE KEY-----\")) {\n  read(text);\n}\n";
    String key =
        "-----BEGIN PRIVATE KEY-----\n"
            + "MC4CAQAwBQYDK2Vw".repeat(4)
            + "\n-----END PRIVATE KEY-----";

    assertThat(mask.maskSource(marks)).isEqualTo(marks);
    assertThat(mask.maskSource("KEY =  + key + ")).doesNotContain("MC4CAQ");
  }

  @Test
  void findsAPlaceholderInAText() {
    String masked = mask.mask("password=hunter2");

    assertThat(SecretMask.placeholder("a " + masked)).hasValue(masked.substring(9));
    assertThat(SecretMask.placeholder("List<Secret> <secret:zzzz> a<b:1234>")).isEmpty();
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
        "authorization: ",
        "<password",
        "--token ",
        "+1 ",
        "DE89 ",
        "password=\"",
        "password='\\",
        "-----BEGIN PRIVATE KEY"
      })
  void takesLinearTime(String piece) {
    String text = piece.repeat(1_000_000 / piece.length());

    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> mask.mask(text));
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> mask.maskSource(text));
  }
}

package io.selfheal.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.URIish;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.util.SignerUtils;
import software.amazon.awssdk.utils.BinaryUtils;

class HttpsAccessTest {
  private final GitAccess access = new GitAccess();

  @Test
  void givesTheTokenToTheApplicationsRepository() throws Exception {
    use("shop", "https://github.com/acme/shop.git", "github", "t-shop");
    use("desk", "https://github.com/acme/desk.git", "github", "t-desk");

    assertThat(ask("https://github.com/acme/shop")).containsExactly("x-access-token", "t-shop");
    assertThat(ask("https://GitHub.com:443/acme/desk.git/"))
        .containsExactly("x-access-token", "t-desk");
  }

  @Test
  void givesTheTokenToNoOtherHostPortOrScheme() throws Exception {
    use("shop", "https://github.com/acme/shop.git", "github", "t-shop");

    for (String uri :
        List.of(
            "https://github.com.evil.example/acme/shop.git",
            "https://github.com:8443/acme/shop.git",
            "http://github.com/acme/shop.git",
            "https://evil.example/acme/shop.git")) {
      assertThat(ask(uri)).as(uri).isEmpty();
    }
  }

  @Test
  void followsARenamedRepositoryOnlyWhenTheHostHasOneApplication() throws Exception {
    use("shop", "https://github.com/acme/shop.git", "github", "t-shop");
    assertThat(ask("https://github.com/acme/store.git"))
        .containsExactly("x-access-token", "t-shop");

    use("desk", "https://github.com/acme/desk.git", "github", "t-desk");
    assertThat(ask("https://github.com/acme/store.git")).isEmpty();
  }

  @Test
  void usesTheUserNameThatTheHostWants() throws Exception {
    use("a", "https://gitlab.com/a/a.git", "gitlab", "t");
    use("b", "https://bitbucket.org/b/b.git", "bitbucket", "t");

    assertThat(ask("https://gitlab.com/a/a.git")).containsExactly("oauth2", "t");
    assertThat(ask("https://bitbucket.org/b/b.git")).containsExactly("x-token-auth", "t");
  }

  @Test
  void takesUserAndTokenFromTheKey() throws Exception {
    use("a", "https://bitbucket.org/a/a.git", "bitbucket", "bob:app-password");
    use("b", "https://bitbucket.org/b/b.git", "bitbucket", "bob@example.com:api-token");
    use("c", "https://git.example.com/c/c.git", "other", "bob:t:x");

    assertThat(ask("https://bitbucket.org/a/a.git")).containsExactly("bob", "app-password");
    assertThat(ask("https://bitbucket.org/b/b.git"))
        .containsExactly("x-bitbucket-api-token-auth", "api-token");
    assertThat(ask("https://git.example.com/c/c.git")).containsExactly("bob", "t:x");
  }

  @Test
  void signsForCodeCommit() throws Exception {
    Clock clock = Clock.fixed(Instant.parse("2026-01-05T10:00:00Z"), ZoneOffset.UTC);
    GitAccess signing =
        new GitAccess(
            new ScmTokens(clock),
            clock,
            () -> AwsSessionCredentials.create("AKIDEXAMPLE", "secret", "session"));
    String url = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop";
    use(signing, "shop", url, "codecommit", null);
    CredentialItem.Username user = new CredentialItem.Username();
    CredentialItem.Password password = new CredentialItem.Password();

    assertThat(signing.https().get(new URIish(url), user, password)).isTrue();

    assertThat(user.getValue()).isEqualTo("AKIDEXAMPLE%session");
    // What AWS's own signer makes of the same request.
    assertThat(new String(password.getValue()))
        .isEqualTo(
            "20260105T100000Z"
                + signature(
                    "GIT\n/v1/repos/shop\n\nhost:git-codecommit.eu-west-1.amazonaws.com\n\nhost\n"));
  }

  private static String signature(String request) throws Exception {
    String toSign =
        "AWS4-HMAC-SHA256\n20260105T100000\n20260105/eu-west-1/codecommit/aws4_request\n"
            + BinaryUtils.toHex(
                MessageDigest.getInstance("SHA-256").digest(request.getBytes(UTF_8)));
    byte[] key =
        SignerUtils.deriveSigningKey(
            AwsBasicCredentials.create("AKIDEXAMPLE", "secret"),
            new CredentialScope("eu-west-1", "codecommit", Instant.parse("2026-01-05T10:00:00Z")));
    return BinaryUtils.toHex(SignerUtils.computeSignature(toSign, key));
  }

  @Test
  void answersNothingWithoutAToken() throws Exception {
    use("shop", "https://github.com/acme/shop.git", "github", null);

    assertThat(ask("https://github.com/acme/shop.git")).isEmpty();
  }

  private void use(String name, String url, String scm, String token) throws Exception {
    use(access, name, url, scm, token);
  }

  private static void use(GitAccess access, String name, String url, String scm, String token)
      throws Exception {
    Application app =
        new Application(
            name,
            List.of(),
            url,
            Optional.empty(),
            Secret.NONE,
            Optional.empty(),
            scm,
            Optional.empty(),
            Secret.of(token),
            Optional.empty(),
            Optional.empty(),
            List.of());
    access.use(app, new URIish(url));
  }

  private List<String> ask(String uri) throws Exception {
    CredentialItem.Username user = new CredentialItem.Username();
    CredentialItem.Password password = new CredentialItem.Password();
    return access.https().get(new URIish(uri), user, password)
        ? List.of(user.getValue(), new String(password.getValue()))
        : List.of();
  }
}

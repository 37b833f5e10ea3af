package io.selfheal.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.URIish;
import org.junit.jupiter.api.Test;

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
  void answersNothingWithoutAToken() throws Exception {
    use("shop", "https://github.com/acme/shop.git", "github", null);

    assertThat(ask("https://github.com/acme/shop.git")).isEmpty();
  }

  private void use(String name, String url, String scm, String token) throws Exception {
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

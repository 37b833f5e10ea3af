package io.selfheal.workspace;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import java.io.File;
import java.security.KeyPair;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.errors.UnsupportedCredentialItem;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.SshConfigStore;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.DefaultProxyDataFactory;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.util.FS;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Chooses SSH key, host keys and API token by the repository that JGit connects to.
 *
 * <p>Camel's git component has no option for any of them and always asks JGit's process-wide
 * defaults, so there is one instance per process, {@link #install installed} once. Two applications
 * may use different deploy keys on one host, therefore the repository's path counts too. Secrets
 * are looked up at each connection and stay in memory; neither the user's {@code ~/.ssh} nor an
 * agent is read.
 */
public final class GitAccess {
  private final ConcurrentMap<Remote, Application> applications = new ConcurrentHashMap<>();
  private final ScmTokens tokens;
  private final Clock clock;
  private final Supplier<? extends AwsCredentialsIdentity> aws;
  private final SshSessionFactory ssh = new KeyPerRepository();
  private final CredentialsProvider https = new TokenPerRepository();

  /**
   * @param aws the credentials of AWS, asked for at each connection to CodeCommit over HTTPS
   */
  public GitAccess(ScmTokens tokens, Clock clock, Supplier<? extends AwsCredentialsIdentity> aws) {
    this.tokens = tokens;
    this.clock = clock;
    this.aws = aws;
  }

  /** For hosts other than CodeCommit. */
  public GitAccess() {
    this(
        new ScmTokens(Clock.systemUTC()),
        Clock.systemUTC(),
        () -> {
          throw new IllegalStateException("there are no AWS credentials");
        });
  }

  /** Makes this the answer for every connection that JGit opens in this process. */
  public void install() {
    SshSessionFactory.setInstance(ssh);
    CredentialsProvider.setDefault(https);
  }

  /**
   * Lets connections to the application's repository use its key or token, as they are from now on.
   *
   * @throws ConfigurationException when the repository's URL holds a password
   */
  void use(Application app, URIish repository) {
    if (repository.getPass() != null) {
      throw new ConfigurationException(
          "selfheal.apps."
              + app.name()
              + ".repository: the URL must not hold a password or token; move it to"
              + " selfheal.apps."
              + app.name()
              + ".scm-token");
    }
    if (repository.getHost() != null) {
      applications.put(Remote.of(repository), app);
    }
  }

  SshSessionFactory ssh() {
    return ssh;
  }

  CredentialsProvider https() {
    return https;
  }

  private Optional<Application> application(URIish uri) {
    Remote remote = Remote.of(uri);
    Application exact = applications.get(remote);
    if (exact != null) {
      return Optional.of(exact);
    }
    // A repository that was renamed answers with a redirect to its new path on the same host.
    List<Application> sameHost =
        applications.entrySet().stream()
            .filter(entry -> entry.getKey().onSameHost(remote))
            .map(java.util.Map.Entry::getValue)
            .toList();
    return sameHost.size() == 1 ? Optional.of(sameHost.get(0)) : Optional.empty();
  }

  private record Remote(String scheme, String host, int port, String path) {
    static Remote of(URIish uri) {
      String scheme = uri.getScheme() == null ? "ssh" : uri.getScheme().toLowerCase(Locale.ROOT);
      int port = uri.getPort();
      if (port < 0) {
        port = scheme.equals("ssh") ? 22 : scheme.equals("http") ? 80 : 443;
      }
      String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
      String path = uri.getPath().replaceAll("^/+|/+$", "").replaceAll("\\.git$", "");
      return new Remote(scheme, host, port, path);
    }

    boolean onSameHost(Remote other) {
      return scheme.equals(other.scheme) && host.equals(other.host) && port == other.port;
    }
  }

  private final class KeyPerRepository extends SshSessionFactory {
    @Override
    public String getType() {
      return "selfheal";
    }

    @Override
    public RemoteSession getSession(
        URIish uri, CredentialsProvider unused, FS fs, int timeoutMillis)
        throws TransportException {
      Application app =
          application(uri)
              .orElseThrow(
                  () ->
                      new TransportException(
                          uri, "no selfheal.apps.<app>.repository is at this address"));
      KnownHosts knownHosts = KnownHosts.of(app);
      KeyPair key = SshPrivateKey.of(app);
      try {
        return new OneKey(key, knownHosts).getSession(uri, null, fs, timeoutMillis);
      } catch (TransportException e) {
        if (knownHosts.refusal().isPresent()) {
          throw new TransportException(uri, knownHosts.refusal().get(), e);
        }
        throw e;
      }
    }
  }

  /** JGit's own SSH client, cut off from everything but one key and the listed host keys. */
  private static final class OneKey extends SshdSessionFactory {
    private final KeyPair key;
    private final KnownHosts knownHosts;

    OneKey(KeyPair key, KnownHosts knownHosts) {
      super(null, new DefaultProxyDataFactory());
      this.key = key;
      this.knownHosts = knownHosts;
    }

    @Override
    protected Iterable<KeyPair> getDefaultKeys(File sshDir) {
      return List.of(key);
    }

    @Override
    protected ServerKeyDatabase getServerKeyDatabase(File homeDir, File sshDir) {
      return knownHosts;
    }

    @Override
    protected SshConfigStore createSshConfigStore(
        File homeDir, File configFile, String localUserName) {
      return null;
    }

    @Override
    protected org.eclipse.jgit.transport.sshd.agent.ConnectorFactory getConnectorFactory() {
      return null;
    }

    @Override
    protected String getDefaultPreferredAuthentications() {
      return "publickey";
    }
  }

  private final class TokenPerRepository extends CredentialsProvider {
    @Override
    public boolean isInteractive() {
      return false;
    }

    @Override
    public boolean supports(CredentialItem... items) {
      return List.of(items).stream()
          .allMatch(
              item ->
                  item instanceof CredentialItem.Username
                      || item instanceof CredentialItem.Password);
    }

    @Override
    public boolean get(URIish uri, CredentialItem... items) throws UnsupportedCredentialItem {
      if (!supports(items)) {
        return false;
      }
      Optional<Application> app = application(uri);
      Optional<String[]> login = app.flatMap(known -> login(uri, known));
      if (login.isEmpty()) {
        return false;
      }
      for (CredentialItem item : items) {
        if (item instanceof CredentialItem.Username username) {
          username.setValue(login.get()[0]);
        } else if (item instanceof CredentialItem.Password password) {
          password.setValue(login.get()[1].toCharArray());
        }
      }
      return true;
    }

    private Optional<String[]> login(URIish uri, Application app) {
      Optional<String> token = tokens.of(app);
      Optional<String> region = RepositoryUrl.codeCommitRegion(uri.toString());
      if (token.isEmpty() && region.isPresent()) {
        CodeCommitPassword made = CodeCommitPassword.of(uri, region.get(), aws.get(), clock);
        return Optional.of(new String[] {made.user(), made.password()});
      }
      return token.map(
          text -> {
            int colon = text.indexOf(':');
            return colon < 0
                ? new String[] {userFor(app.scm()), text}
                : new String[] {
                  userFor(app.scm(), text.substring(0, colon)), text.substring(colon + 1)
                };
          });
    }

    /** Bitbucket's API takes the mail address beside an API token, its git this name instead. */
    private String userFor(String scm, String user) {
      return scm.equals("bitbucket") && user.contains("@") ? "x-bitbucket-api-token-auth" : user;
    }

    /** The user name that the host wants beside a token; GitHub and Gitea take any. */
    private String userFor(String scm) {
      return switch (scm) {
        case "gitlab" -> "oauth2";
        case "bitbucket" -> "x-token-auth";
        default -> "x-access-token";
      };
    }
  }
}

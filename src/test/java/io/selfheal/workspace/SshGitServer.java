package io.selfheal.workspace;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.git.pack.GitPackCommandFactory;
import org.apache.sshd.git.pack.GitPackConfiguration;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;

/**
 * An SSH server on loopback that serves the git repositories of one folder, to listed keys only.
 */
public final class SshGitServer implements AutoCloseable {
  private final SshServer server = SshServer.setUpDefaultServer();
  private final KeyPair hostKey;
  private final Set<PublicKey> allowed = ConcurrentHashMap.newKeySet();
  private volatile GitPackConfiguration packs = GitPackConfiguration.NOTHING;

  public SshGitServer(Path root, KeyPair hostKey) throws IOException {
    this(root, hostKey, 0);
  }

  SshGitServer(Path root, KeyPair hostKey, int port) throws IOException {
    this.hostKey = hostKey;
    server.setHost("127.0.0.1");
    server.setPort(port);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            allowed.stream().anyMatch(known -> KeyUtils.compareKeys(known, key)));
    server.setCommandFactory(
        new GitPackCommandFactory((command, args, session, fileSystem) -> root)
            .withGitPackConfiguration(
                new GitPackConfiguration() {
                  @Override
                  public void configureReceivePack(ServerSession session, ReceivePack pack) {
                    packs.configureReceivePack(session, pack);
                  }

                  @Override
                  public void configureUploadPack(ServerSession session, UploadPack pack) {
                    packs.configureUploadPack(session, pack);
                  }
                }));
    server.setUserAuthFactories(List.of(new UserAuthPublicKeyFactory()));
    server.start();
  }

  public static KeyPair newKey(String type, int bits) throws GeneralSecurityException {
    return KeyUtils.generateKeyPair(type, bits);
  }

  public SshGitServer allow(PublicKey key) {
    allowed.add(key);
    return this;
  }

  /** Has each fetch and each push looked at. */
  public SshGitServer watch(GitPackConfiguration watcher) {
    packs = watcher;
    return this;
  }

  public String url(String repository) {
    return "ssh://git@localhost:" + server.getPort() + "/" + repository;
  }

  public int port() {
    return server.getPort();
  }

  public String knownHostsLine() {
    return "[localhost]:" + server.getPort() + " " + PublicKeyEntry.toString(hostKey.getPublic());
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}

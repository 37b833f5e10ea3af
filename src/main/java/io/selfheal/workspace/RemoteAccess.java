package io.selfheal.workspace;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.LsRemoteCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;

/** Looks at an application's repository with its key or token; nothing is fetched or pushed. */
public final class RemoteAccess {
  private static final int TIMEOUT_SECONDS = 20;

  private final GitAccess access;

  public RemoteAccess(GitAccess access) {
    this.access = access;
  }

  /**
   * Lists the branches.
   *
   * @return the base branch
   * @throws WorkspaceException when the repository cannot be read
   * @throws ConfigurationException when a key, a host key or the branch is wrong
   */
  public String baseBranch(Application app) {
    URIish uri = Mirrors.address(app);
    access.use(app, uri);
    Map<String, Ref> refs;
    try {
      LsRemoteCommand list =
          Git.lsRemoteRepository()
              .setRemote(uri.toPrivateString())
              .setCredentialsProvider(access.https())
              .setTimeout(TIMEOUT_SECONDS)
              .setTransportConfigCallback(this::configure);
      refs = list.callAsMap();
    } catch (GitAPIException e) {
      throw Mirrors.failed(app, uri, e);
    }
    String wanted = app.branch().orElse(null);
    if (wanted != null && !refs.containsKey(Constants.R_HEADS + wanted)) {
      throw new ConfigurationException(
          "selfheal.apps." + app.name() + ".branch", wanted, "the repository has no such branch");
    }
    Ref head = refs.get(Constants.HEAD);
    if (wanted == null && head == null) {
      throw new WorkspaceException(
          "The repository of application "
              + app.name()
              + " has no default branch: push a first commit to it, or set selfheal.apps."
              + app.name()
              + ".branch");
    }
    return wanted != null ? wanted : Repository.shortenRefName(head.getLeaf().getName());
  }

  /**
   * Opens a connection for a push and closes it: who may not write is refused there.
   *
   * @throws WorkspaceException when the host refuses it
   */
  public void openPush(Application app) {
    URIish uri = Mirrors.address(app);
    access.use(app, uri);
    try (Repository none =
            new InMemoryRepository.Builder()
                .setRepositoryDescription(new DfsRepositoryDescription("none"))
                .setFS(FS.DETECTED)
                .build();
        Transport transport = Transport.open(none, uri)) {
      transport.setTimeout(TIMEOUT_SECONDS);
      transport.setCredentialsProvider(access.https());
      configure(transport);
      try (PushConnection connection = transport.openPush()) {
        connection.getRefs();
      }
    } catch (IOException e) {
      throw Mirrors.failed(app, uri, e);
    }
  }

  private void configure(Transport transport) {
    if (transport instanceof SshTransport ssh) {
      ssh.setSshSessionFactory(access.ssh());
    }
  }
}

package io.selfheal.doctor;

import io.selfheal.settings.Application;
import io.selfheal.workspace.RemoteAccess;

/** Whether an application's repository can be read, and pushed to as far as its host tells. */
public final class GitCheck {
  private final RemoteAccess remote;
  private final Application app;
  private final boolean pushes;

  /**
   * @param pushes whether repairs are pushed there; the folder in the place of a host is not
   */
  public GitCheck(RemoteAccess remote, Application app, boolean pushes) {
    this.remote = remote;
    this.app = app;
    this.pushes = pushes;
  }

  public Finding look() {
    String base = remote.baseBranch(app);
    if (!pushes) {
      return Finding.ok(app.repository() + " can be read, base branch " + base);
    }
    try {
      remote.openPush(app);
    } catch (RuntimeException e) {
      return Finding.fail(
          app.repository() + " can be read, but not be pushed to: " + e.getMessage(),
          "give the key or token write access to this repository");
    }
    return Finding.ok(app.repository() + " can be read and pushed to, base branch " + base);
  }
}

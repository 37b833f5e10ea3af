package io.selfheal.workspace;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** Started by {@link SshPrivateKeyTest} in a JVM of its own, to load keys as production does. */
final class PrintPublicKey {
  private PrintPublicKey() {}

  public static void main(String[] files) throws Exception {
    for (String file : files) {
      String text = Files.readString(Path.of(file));
      System.out.println(PublicKeyEntry.toString(SshPrivateKey.parse(file, text).getPublic()));
    }
  }
}

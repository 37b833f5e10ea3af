package io.selfheal;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;

/** The demo's application as a repository for tests. */
final class ShopRepository {
  private ShopRepository() {}

  /** Makes a bare repository of one commit on {@code main}. */
  static Path bareIn(Path folder, String name) throws Exception {
    Path tree = Files.createTempDirectory("shop");
    for (String file : resource("files.txt").lines().toList()) {
      Path target = tree.resolve(file);
      Files.createDirectories(target.getParent());
      Files.writeString(target, resource("repository/" + file));
    }
    PersonIdent author = new PersonIdent("Dev", "dev@example.com");
    try (Git git = Git.init().setDirectory(tree.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("Take orders")
          .setAuthor(author)
          .setCommitter(author)
          .setSign(false)
          .call();
    }
    Path bare = folder.resolve(name);
    Git.cloneRepository()
        .setBare(true)
        .setURI(tree.toUri().toString())
        .setDirectory(bare.toFile())
        .call()
        .close();
    return bare;
  }

  /** The demo's recorded answer: the fix for an order of a product that left the catalogue. */
  static String withdrawnProductProposal() throws IOException {
    return new ObjectMapper()
        .readTree(resource("replay/withdrawn-product.json"))
        .get("proposal")
        .toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ShopRepository.class.getResourceAsStream("/demo/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

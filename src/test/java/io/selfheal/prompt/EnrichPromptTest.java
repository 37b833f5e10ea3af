package io.selfheal.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.Issue;
import io.selfheal.issue.Issues;
import io.selfheal.issue.Lease;
import io.selfheal.settings.Application;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.TestApplications;
import io.selfheal.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrichPromptTest {
  @TempDir private Path folder;

  @Test
  void checksOutAsksAndCleansUpWhenTheExchangeIsDone() throws Exception {
    GitRepo repo = GitRepo.in(Files.createDirectories(folder.resolve("shop")));
    String commit = repo.commit(Map.of("app.py", "print('hello')\n", "data.bin", "a\0b"));
    Application app = TestApplications.of("shop", repo.directory().toString());
    Issue issue = Issues.seen("shop", Issues.FINGERPRINT, Instant.EPOCH);
    Lease lease = new Lease("shop", Issues.FINGERPRINT, "0123456789abcdef");
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    BuildPrompt prompts = new BuildPrompt(text -> Optional.empty(), text -> text, 24_000);

    try (Workspace workspace =
        new Workspace(folder.resolve("work"), new GitAccess(), any -> Optional.empty())) {
      RepairPrompt prompt =
          new EnrichPrompt(workspace, prompts, text -> text)
              .enrich(new ClaimedIssue(issue, app, lease), exchange);

      assertThat(prompt.workTree().baseCommit()).isEqualTo(commit);
      assertThat(prompt.workTree().branch()).isEqualTo("selfheal/0123456789ab");
      assertThat(prompt.user()).contains("KeyError: 'order_items'", "app.py");
      assertThat(prompt.workTree().directory()).isDirectory();

      UnitOfWorkHelper.doneSynchronizations(
          exchange, exchange.getExchangeExtension().handoverCompletions());

      assertThat(prompt.workTree().directory()).doesNotExist();
    }
  }
}

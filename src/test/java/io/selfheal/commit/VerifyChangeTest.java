package io.selfheal.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.model.Edit;
import io.selfheal.model.ProposalException;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.RepairRecords;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyChangeTest {
  @TempDir Path temp;
  private Workspace workspace;
  private WorkTree tree;
  private VerifyChange verify;
  private FormatChange format;

  @BeforeEach
  void setUp() {
    GitRepo repo = GitRepo.in(temp.resolve("shop"));
    repo.commit(Map.of("state.txt", "broken\n", "tool.conf", "upper\n", "other.txt", "other\n"));
    workspace = new Workspace(temp.resolve("work"), new GitAccess(), app -> Optional.empty());
    tree = workspace.open(app(null, null), TestProposals.BRANCH, "r1");
    verify =
        new VerifyChange(
            workspace,
            new RepairRecords(Optional.of(temp.resolve("local"))),
            text -> text.replace("hunter2", "***"),
            Duration.ofSeconds(60),
            Sandboxes.none());
    format =
        new FormatChange(
            workspace,
            text -> text.replace("hunter2", "***"),
            Duration.ofSeconds(60),
            Sandboxes.none());
  }

  @AfterEach
  void tearDown() {
    workspace.close();
  }

  @Test
  void runsNothingWithoutACommand() {
    Change change = change(app(null, null), "fixed\n");

    Verification before = verify.before(change, null);

    assertThat(before).isEqualTo(Verification.NONE);
    assertThat(verify.after(change, before).verification()).isEqualTo(Verification.NONE);
    assertThat(format.format(change)).isSameAs(change);
  }

  @Test
  void tellsRedBeforeAndGreenAfter() {
    Change change =
        change(
            app("echo hunter2; cat state.txt other.txt; grep -q fixed state.txt", null), "fixed\n");

    Verification verification = verify.after(change, verify.before(change, null)).verification();

    assertThat(verification.before().orElseThrow().green()).isFalse();
    assertThat(verification.before().orElseThrow().output()).isEqualTo("***\nbroken\nother\n");
    assertThat(verification.after().orElseThrow().green()).isTrue();
    assertThat(verification.after().orElseThrow().output()).isEqualTo("***\nfixed\nother\n");
    Path records = temp.resolve("local/repairs/0123456789ab/1");
    assertThat(records.resolve("verify-before.txt"))
        .content()
        .contains("***\nbroken", "exit code 1");
    assertThat(records.resolve("verify-after.txt")).content().contains("***\nfixed", "exit code 0");
  }

  @Test
  void acceptsGreenBeforeAndAfter() {
    Change change = change(app("test -f other.txt", null), "fixed\n");

    assertThat(
            verify
                .after(change, verify.before(change, null))
                .verification()
                .after()
                .orElseThrow()
                .green())
        .isTrue();
  }

  @Test
  void refusesAChangeThatBreaksTheCommand() {
    Change change = change(app("echo hunter2 said no; grep -q broken state.txt", null), "fixed\n");

    assertThatThrownBy(() -> verify.after(change, verify.before(change, null)))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("passed before, so the change breaks something")
        .hasMessageContaining("*** said no");
  }

  @Test
  void refusesAChangeThatIsNotShownToBeAFix() {
    Change change = change(app("exit 7", null), "fixed\n");

    assertThatThrownBy(() -> verify.after(change, verify.before(change, null)))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("exit code 7")
        .hasMessageContaining("failed before as well");
  }

  @Test
  void runsOnTheBaseCommitOnlyOnce() {
    Change change = change(app("echo run >> ../../../runs", null), "fixed\n");

    Verification first = verify.before(change, null);

    assertThat(verify.before(change, first)).isSameAs(first);
    assertThat(temp.resolve("work/runs")).content().isEqualTo("run\n");
  }

  @Test
  void namesTheSettingWhenTheCommandIsMissing() {
    Change change = change(app("no-such-command-here --x", null), "fixed\n");

    assertThatThrownBy(() -> verify.before(change, null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.verify = no-such-command-here --x");
  }

  @Test
  void keepsWhatACommandWritesOutOfTheWorkTree() throws Exception {
    Change change =
        change(
            app(
                "echo evil > .git/hooks/pre-push; echo evil > state.txt; ln -sfn /etc out; true",
                null),
            "fixed\n");

    verify.after(change, verify.before(change, null));

    assertThat(tree.directory().resolve(".git/hooks/pre-push")).doesNotExist();
    assertThat(change.files().get("state.txt")).asString(UTF_8).isEqualTo("fixed\n");
    try (var files = Files.list(tree.directory())) {
      assertThat(files).containsExactly(tree.directory().resolve(".git"));
    }
  }

  @Test
  void formatsTheChangedFilesOnly() {
    Application app =
        app(
            null,
            "f() { test -f tool.conf && for x in \"$@\"; do tr a-z A-Z < \"$x\" > t && cp t \"$x\"; done; }; f");

    Change formatted = format.format(change(app, "fixed\n"));

    assertThat(formatted.paths()).containsExactly("state.txt");
    assertThat(formatted.files().get("state.txt")).asString(UTF_8).isEqualTo("FIXED\n");
  }

  @Test
  void tellsTheModelWhatTheFormatterSaid() {
    assertThatThrownBy(
            () ->
                format.format(change(app(null, "echo hunter2: syntax error; exit 2;"), "fixed\n")))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("***: syntax error");
    assertThatThrownBy(() -> format.format(change(app(null, "rm -f"), "fixed\n")))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("removed state.txt");
    assertThatThrownBy(
            () ->
                format.format(change(app(null, "printf 'broken\\n' > state.txt; true"), "fixed\n")))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("undoes the whole change");
    assertThatThrownBy(() -> format.format(change(app(null, "no-such-formatter"), "fixed\n")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.format");
  }

  @Test
  void takesNothingBackThroughALink() {
    assertThatThrownBy(
            () -> format.format(change(app(null, "ln -sf /etc/passwd state.txt; true"), "fixed\n")))
        .isInstanceOf(ProposalException.class);
  }

  private Change change(Application app, String content) {
    return new Change(
        TestProposals.fix(app, tree, new Edit("state.txt", "broken\n", content)),
        Map.of("state.txt", content.getBytes(UTF_8)));
  }

  private Application app(String command, String formatter) {
    return TestProposals.app(temp.resolve("shop").toString(), command, formatter);
  }
}

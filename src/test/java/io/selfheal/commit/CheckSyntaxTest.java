package io.selfheal.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.selfheal.commit.syntax.CheckSyntax;
import io.selfheal.model.Edit;
import io.selfheal.model.ProposalException;
import io.selfheal.settings.Application;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckSyntaxTest {
  @TempDir Path temp;
  private Workspace workspace;
  private WorkTree tree;
  private Application app;
  private RunTool tool;
  private CheckSyntax check;

  @BeforeEach
  void setUp() {
    GitRepo repo = GitRepo.in(temp.resolve("shop"));
    repo.commit(
        Map.of(
            "old.py", "def f(:\n",
            "good.py", "def f():\n    pass\n",
            "tsconfig.json", "{\"a\": 1, // comment\n}\n"));
    workspace = new Workspace(temp.resolve("work"), new GitAccess(), a -> Optional.empty());
    app = TestProposals.app(repo.directory().toString(), null, null);
    tree = workspace.open(app, TestProposals.BRANCH, "r1");
    tool = new RunTool(workspace, Sandboxes.none());
    check = new CheckSyntax(tool, text -> text.replace("hunter2", "***"));
  }

  @AfterEach
  void tearDown() {
    workspace.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.json|{\"a\": 1}|{\"a\": 1",
        "b.json|[]|[] []",
        "a.toml|a = 1|a = ",
        "a.yaml|a: [1]|a: [1",
        "b.yml|--- {{a: !!x 1}: &b c}|a:\tb: c: d",
        "a.xml|<a><b/></a>|<a><b></a>",
        "src/A.java|class A { void f() {} }|class A { void f( {} }",
        "b.java|record B(int a) {}|record B(int a) {",
      })
  void parsesDataAndJavaInProcess(String path, String good, String bad) {
    assertThat(check.check(change(path, good))).isNotNull();
    assertThatThrownBy(() -> check.check(change(path, bad)))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("- " + path + ": ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "python3|a.py|x = f(1)|x = f(1",
        "node|a.js|const x = require('a');|const x = require('a';",
        "node|b.js|import x from 'a'; export default await x;|import x from;",
        "node|c.mjs|import x from 'a';|import x from;",
        "node|d.cjs|const x = 1;|const = 1;",
        "gofmt|a.go|package a|package a func",
        "ruby|a.rb|puts 1|def x",
        "php|a.php|<?php echo 1;|<?php echo (1;",
      })
  void parsesOtherLanguagesByTheirOwnTool(String program, String path, String good, String bad) {
    assumeTrue(
        tool.run(tree, "command -v " + program + " && true", "x", new byte[0]).succeeded(),
        program + " is not installed");

    assertThat(check.check(change(path, good))).isNotNull();
    assertThatThrownBy(() -> check.check(change(path, bad)))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("- " + path + ": ");
  }

  @Test
  void holdsNothingAgainstAFileThatDidNotParseBefore() {
    assertThat(check.check(change("old.py", "def g(:\n"))).isNotNull();
    assertThat(check.check(change("tsconfig.json", "{\"a\": 2, // comment\n}\n"))).isNotNull();
  }

  @Test
  void passesWhatNothingHereCanParse() {
    for (String path : List.of("a.ts", "a.tsx", "README.md", "Makefile", "a.unknown")) {
      assertThat(check.check(change(path, "((("))).isNotNull();
    }
    assertThat(check.check(change("a.js", "export const A = () => <b>1</b>;"))).isNotNull();
  }

  @Test
  void masksWhatParsersSay() {
    assertThatThrownBy(() -> check.check(change("a.toml", "a = hunter2")))
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void readsNothingThatAFileRefersTo() throws Exception {
    Path secret = temp.resolve("secret.txt");
    java.nio.file.Files.writeString(secret, "<a>hunter3");
    String xml = "<!DOCTYPE a [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]><a>&x;</a>";

    assertThat(check.check(change("a.xml", xml))).isNotNull();
    StringBuilder bomb = new StringBuilder("<!DOCTYPE a [<!ENTITY l0 \"lol\">");
    for (int i = 1; i < 20; i++) {
      bomb.append("<!ENTITY l").append(i).append(" \"");
      bomb.append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
    }
    assertThatThrownBy(() -> check.check(change("a.xml", bomb + "]><a>&l19;</a>")))
        .isInstanceOf(ProposalException.class);
  }

  private Change change(String path, String content) {
    return new Change(
        TestProposals.fix(app, tree, new Edit(path, "", content)),
        Map.of(path, content.getBytes(UTF_8)));
  }
}

package io.selfheal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EditablePathsTest {
  @Test
  void protectsCiDefinitionsUnlessTheyAreNamed() {
    for (String path :
        List.of(
            ".github/workflows/ci.yml",
            ".GitHub/x",
            ".gitlab-ci.yml",
            "Jenkinsfile",
            ".gitmodules")) {
      assertThat(new EditablePaths(List.of()).refusal(path)).as(path).isPresent();
      assertThat(new EditablePaths(List.of("*")).refusal(path)).as(path).isPresent();
      assertThat(new EditablePaths(List.of("**/*.yml", "*")).refusal(path)).as(path).isPresent();
    }
    assertThat(
            new EditablePaths(List.of("/.github/workflows/")).refusal(".github/workflows/ci.yml"))
        .isEmpty();
    assertThat(new EditablePaths(List.of("Jenkinsfile")).refusal("Jenkinsfile")).isEmpty();
    assertThat(new EditablePaths(List.of()).refusal("src/github/a.py")).isEmpty();
  }

  @Test
  void letsGlobsChooseTheLastMatchDeciding() {
    EditablePaths paths = new EditablePaths(List.of("src/", "*.toml", "!src/generated/"));

    assertThat(paths.refusal("src/a.py")).isEmpty();
    assertThat(paths.refusal("src/deep/b.py")).isEmpty();
    assertThat(paths.refusal("pyproject.toml")).isEmpty();
    assertThat(paths.refusal("src/generated/c.py")).isPresent();
    assertThat(paths.refusal("tests/test_a.py").orElseThrow()).contains("src/, *.toml");
  }

  @Test
  void readsGlobsFromTheRootWhenTheyHoldASlash() {
    EditablePaths paths = new EditablePaths(List.of("src/**/*.py"));

    assertThat(paths.refusal("src/a.py")).isEmpty();
    assertThat(paths.refusal("src/x/y/a.py")).isEmpty();
    assertThat(paths.refusal("other/src/a.py")).isPresent();
    assertThat(paths.refusal("src/a.txt")).isPresent();
  }
}

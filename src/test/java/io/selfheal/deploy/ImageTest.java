package io.selfheal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The image's build, and what starts the image, fit together. */
class ImageTest {
  private static final Path COMPOSE = Path.of("deploy/docker/compose.yaml");

  @Test
  void theImageIsNotRootsAndWritesToOneFolderOnly() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    assertThat(pom)
        .contains("<user>65532:65532</user>", "<volume>/tmp</volume>", "<goal>buildTar</goal>");
    Map<String, Object> service = Yaml.map(Yaml.at(Yaml.read(COMPOSE), "services", "selfheal"));
    assertThat(service)
        .containsEntry("read_only", true)
        .containsEntry("user", "65532:65532")
        .containsEntry("cap_drop", List.of("ALL"));
  }

  @Test
  void composeDependsOnServicesThatAreThere() {
    Map<String, Object> services = Yaml.map(Yaml.at(Yaml.read(COMPOSE), "services"));
    services.forEach(
        (name, service) -> {
          if (Yaml.at(service, "depends_on") instanceof Map<?, ?> others) {
            assertThat(services.keySet())
                .as(name)
                .containsAll(others.keySet().stream().map(String.class::cast).toList());
          }
        });
    assertThat(Yaml.at(services, "selfheal", "environment", "SELFHEAL_WORK_QUEUE"))
        .asString()
        .startsWith(Yaml.at(services, "selfheal", "environment", "AWS_ENDPOINT_URL").toString());
  }

  /** A folder of the stage that the build does not take would be left out of the image. */
  @Test
  void everyLayerThatIsStagedIsTaken() throws IOException {
    String stage = Files.readString(Path.of("deploy/docker/stage.sh"));
    String pom = Files.readString(Path.of("pom.xml"));
    for (String layer : List.of("runtime", "libraries", "program")) {
      assertThat(stage).contains("\"$stage/" + layer + "/");
      assertThat(pom).contains("<from>${project.build.directory}/image/" + layer + "</from>");
    }
  }
}

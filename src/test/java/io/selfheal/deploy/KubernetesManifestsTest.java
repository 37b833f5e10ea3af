package io.selfheal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests against what Kubernetes knows, and against each other. */
class KubernetesManifestsTest {
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.ofEntries(
          Map.entry("v1 Namespace", Namespace.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class),
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Secret", Secret.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("apps/v1 DaemonSet", DaemonSet.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class));

  /** A name that a model does not know is an error, where the models would keep it aside. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  static Stream<Path> manifests() {
    return Yaml.files("kubernetes").stream()
        .filter(file -> file.getFileName().toString().matches("\\d.*"));
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void theNameSaysTheKindAndTheManifestIsOne(Path file) throws IOException {
    Map<String, Object> manifest = Yaml.read(file);
    String kind = (String) manifest.get("kind");
    assertThat(file.getFileName().toString())
        .matches("\\d\\d\\." + kind + "\\." + Yaml.at(manifest, "metadata", "name") + "\\.yaml");
    if (manifest.get("apiVersion").equals("keda.sh/v1alpha1")) {
      String schema =
          new String(
              getClass().getResourceAsStream("/deploy/keda-schema.json").readAllBytes(),
              StandardCharsets.UTF_8);
      assertThat(
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                  .getSchema(schema, InputFormat.JSON)
                  .validate(STRICT.writeValueAsString(manifest), InputFormat.JSON))
          .isEmpty();
    } else {
      Class<? extends HasMetadata> type = KINDS.get(manifest.get("apiVersion") + " " + kind);
      assertThat(type).as(manifest.get("apiVersion") + " " + kind).isNotNull();
      STRICT.convertValue(manifest, type);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"selfheal", "keda"})
  void theKustomizationHasEveryFileInOrder(String folder) {
    Map<String, Object> kustomization =
        Yaml.read(Yaml.DEPLOY.resolve("kubernetes").resolve(folder).resolve("kustomization.yaml"));
    List<String> files =
        Yaml.files("kubernetes/" + folder).stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> !name.equals("kustomization.yaml"))
            .toList();
    assertThat(kustomization.get("resources"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class))
        .filteredOn(name -> !name.startsWith(".."))
        .isEqualTo(files);
  }

  @ParameterizedTest
  @ValueSource(strings = {"selfheal", "keda"})
  void kustomizeBuildsIt(String folder) throws Exception {
    Tool.assumeInstalled("kubectl");
    Tool.Ended built = Tool.run(Map.of(), "kubectl", "kustomize", "deploy/kubernetes/" + folder);
    assertThat(built.exitCode()).as(built.output()).isZero();
    assertThat(built.output().contains("kind: HorizontalPodAutoscaler"))
        .isEqualTo(folder.equals("selfheal"));
    assertThat(built.output().contains("kind: ScaledObject")).isEqualTo(folder.equals("keda"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"05.Deployment.selfheal-intake.yaml", "06.Deployment.selfheal-repair.yaml"})
  void podsAreRestrictedAndProbed(String file) {
    PodSpec pod = deployment(file).getSpec().getTemplate().getSpec();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(45);
    assertThat(pod.getContainers())
        .singleElement()
        .satisfies(
            container -> {
              assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
              assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
              assertThat(container.getSecurityContext().getCapabilities().getDrop())
                  .containsExactly("ALL");
              assertThat(container.getLivenessProbe().getHttpGet().getPath())
                  .isEqualTo("/observe/health/live");
              assertThat(container.getReadinessProbe().getHttpGet().getPath())
                  .isEqualTo("/observe/health/ready");
              assertThat(container.getResources().getLimits()).containsKey("memory");
              assertThat(container.getVolumeMounts())
                  .allSatisfy(
                      mount ->
                          assertThat(pod.getVolumes())
                              .anyMatch(volume -> volume.getName().equals(mount.getName())));
            });
  }

  @Test
  void whatIsReferredToIsThere() {
    ConfigMap settings = read("selfheal/04.ConfigMap.selfheal.yaml", ConfigMap.class);
    Service service = read("selfheal/07.Service.selfheal.yaml", Service.class);
    for (String half : List.of("intake", "repair")) {
      Deployment deployment =
          deployment(
              (half.equals("intake") ? "05" : "06") + ".Deployment.selfheal-" + half + ".yaml");
      PodSpec pod = deployment.getSpec().getTemplate().getSpec();
      ServiceAccount account =
          read(
              "selfheal/"
                  + (half.equals("intake") ? "02" : "03")
                  + ".ServiceAccount.selfheal-"
                  + half
                  + ".yaml",
              ServiceAccount.class);
      assertThat(pod.getServiceAccountName()).isEqualTo(account.getMetadata().getName());
      assertThat(account.getMetadata().getAnnotations()).containsKey("eks.amazonaws.com/role-arn");
      assertThat(pod.getContainers().get(0).getEnvFrom().get(0).getConfigMapRef().getName())
          .isEqualTo(settings.getMetadata().getName());
      assertThat(deployment.getSpec().getSelector().getMatchLabels())
          .isEqualTo(deployment.getSpec().getTemplate().getMetadata().getLabels());
    }
    assertThat(deployment("05.Deployment.selfheal-intake.yaml").getMetadata().getLabels())
        .containsAllEntriesOf(service.getSpec().getSelector());
    // The recipes beside it send there.
    assertThat(service.getMetadata().getName()).isEqualTo("selfheal");
    assertThat(service.getSpec().getPorts().get(0).getPort()).isEqualTo(8080);
    // One half each, and all of it together
    assertThat(deployment("05.Deployment.selfheal-intake.yaml").getSpec().getReplicas()).isOne();
    assertThat(deployment("06.Deployment.selfheal-repair.yaml").getSpec().getReplicas()).isNull();
  }

  @Test
  void theTwoDeploymentsDivideTheRolesAmongThem() {
    List<String> roles =
        Stream.of("05.Deployment.selfheal-intake.yaml", "06.Deployment.selfheal-repair.yaml")
            .map(file -> deployment(file).getSpec().getTemplate().getSpec().getContainers().get(0))
            .flatMap(container -> container.getEnv().stream())
            .filter(variable -> variable.getName().equals("SELFHEAL_ROLES"))
            .flatMap(variable -> Stream.of(variable.getValue().split(",")))
            .toList();
    assertThat(roles)
        .containsExactlyElementsOf(
            Settings.load(Optional.empty(), Map.of(), Map.of()).list("selfheal.roles"));
  }

  @Test
  void secretsComeByReference() {
    for (Path file : manifests().toList()) {
      for (Object container : containers(file)) {
        Object env = Yaml.at(container, "env");
        for (Object variable : env instanceof List<?> list ? list : List.of()) {
          String name = (String) Yaml.at(variable, "name");
          if (name.matches(".*(KEY|TOKEN|PASSWORD|PASSPHRASE)")) {
            assertThat(Yaml.at(variable, "valueFrom", "secretKeyRef"))
                .as(file + " " + name)
                .isNotNull();
          }
        }
      }
    }
    assertThat(read("selfheal/04.ConfigMap.selfheal.yaml", ConfigMap.class).getData().keySet())
        .noneMatch(name -> name.matches(".*(KEY|TOKEN|PASSWORD|PASSPHRASE)"));
  }

  private static List<?> containers(Path file) {
    Object containers = Yaml.at(Yaml.read(file), "spec", "template", "spec", "containers");
    return containers instanceof List<?> list ? list : List.of();
  }

  private static Deployment deployment(String file) {
    return read("selfheal/" + file, Deployment.class);
  }

  private static <T> T read(String file, Class<T> type) {
    return STRICT.convertValue(Yaml.read(Yaml.DEPLOY.resolve("kubernetes").resolve(file)), type);
  }
}

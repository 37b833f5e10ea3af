package io.selfheal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/aws.sh} against an {@code aws} and an {@code mvn} that write down what they get.
 */
class AwsScriptTest {
  @TempDir private Path folder;
  private Path calls;

  /** A copy, so that it finds no other build's image. */
  private String script;

  @BeforeEach
  void makeStandIns() throws IOException {
    calls = folder.resolve("calls.txt");
    Path copy = Files.createDirectories(folder.resolve("deploy")).resolve("aws.sh");
    script = Files.copy(Path.of("deploy/aws.sh"), copy).toString();
    standIn(
        "aws",
        """
        #!/bin/sh
        printf 'aws %s\\n' "$*" >>"$CALLS"
        case "$*" in
          *"--query Account"*) echo 123456789012 ;;
          *get-login-password*) echo hidden ;;
          *describe-subnets*) printf 'subnet-0a\\tsubnet-0b\\n' ;;
          *SelfhealIssuesTable*) echo selfheal-issues ;;
          *KeyArn*) echo "$KEY" ;;
          *ParameterKey*Part*) echo "${STACK_PART:-None}" ;;
          *ParameterKey*Subnets*) echo "${STACK_SUBNETS:-None}" ;;
          *ParameterKey*Image*) echo "${STACK_IMAGE:-None}" ;;
          *SelfhealParametersPrefix*) echo /selfheal ;;
          *EcsCluster*) echo selfheal-cluster ;;
          *EcsServices*) echo selfheal-intake selfheal-repair ;;
          *get-parameters-by-path*) seq -f /selfheal/%g 12 ;;
          *SelfhealWorkQueue*|*DeadLetterQueue*) echo https://sqs.eu-west-1.amazonaws.com/123456789012/q ;;
          "cloudformation describe-stacks --stack-name selfheal") exit "${NO_STACK:-0}" ;;
          *describe-table*) exit "${NO_TABLE:-0}" ;;
        esac
        """);
    standIn(
        "mvn",
        """
        #!/bin/sh
        printf 'mvn %s password=%s\\n' "$*" "$SELFHEAL_REGISTRY_PASSWORD" >>"$CALLS"
        [ -z "${NO_BUILD:-}" ] || exit 1
        mkdir -p "$TARGET"
        printf 'sha256:0123' >"$TARGET/jib-image.digest"
        """);
    standIn("uname", "#!/bin/sh\necho aarch64\n");
  }

  @Test
  void anImageThatCouldNotBeBuiltIsNotDeployed() throws Exception {
    assertThat(script(Map.of("NO_BUILD", "1"), "up").exitCode()).isNotZero();
    assertThat(Files.readString(calls)).contains("mvn ").doesNotContain("cloudformation deploy");
  }

  @Test
  void anImageForAnotherProcessorIsNotBuiltHere() throws Exception {
    Tool.Ended ended = script(Map.of(), "up", "Architecture=X86_64");
    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.output()).contains("runs on ARM64, not on X86_64", "Image=");
    assertThat(Files.readString(calls)).doesNotContain("mvn ", "cloudformation deploy");
  }

  @Test
  void parses() throws Exception {
    assertThat(Tool.run(Map.of(), "bash", "-n", script).output()).isEmpty();
    if (Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(path -> Files.isExecutable(Path.of(path, "shellcheck")))) {
      assertThat(Tool.run(Map.of(), "shellcheck", script).output()).isEmpty();
    }
  }

  @Test
  void upBuildsPushesAndDeploys() throws Exception {
    Tool.Ended ended = script(Map.of(), "up", "LogGroups=/aws/lambda/shop");

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    List<String> seen = Files.readAllLines(calls);
    assertThat(seen)
        .anyMatch(
            line ->
                line.startsWith("mvn ")
                    && line.contains("-Pimage")
                    && line.contains(
                        "-Dimage.name=123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfheal")
                    && line.endsWith("password=hidden"));
    assertThat(seen)
        .filteredOn(line -> line.startsWith("aws cloudformation deploy"))
        .singleElement()
        .asString()
        .contains(
            "--parameter-overrides LogGroups=/aws/lambda/shop",
            "Image=123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfheal@sha256:0123",
            "Architecture=ARM64",
            "Subnets=subnet-0a,subnet-0b",
            "PublicIp=ENABLED",
            "CAPABILITY_AUTO_EXPAND");
    assertThat(ended.output()).doesNotContain("hidden");
  }

  @Test
  void anUpdateKeepsWhatIsNotGiven() throws Exception {
    Map<String, String> stack = Map.of("STACK_SUBNETS", "subnet-9", "STACK_IMAGE", "acme/heal:1");
    assertThat(script(stack, "up", "LogGroups=/a").exitCode()).isZero();
    assertThat(Files.readString(calls))
        .contains("--parameter-overrides LogGroups=/a\n")
        .doesNotContain("mvn", "describe-subnets");

    Files.delete(calls);
    assertThat(script(Map.of("STACK_PART", "data"), "up", "LogGroups=/a").exitCode()).isZero();
    assertThat(Files.readString(calls)).doesNotContain("mvn", "describe-subnets");
  }

  @Test
  void anUpdateBuildsItsOwnImageAnew() throws Exception {
    String own = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfheal@sha256:9";
    Map<String, String> stack = Map.of("STACK_SUBNETS", "subnet-9", "STACK_IMAGE", own);
    assertThat(script(stack, "up").exitCode()).isZero();
    assertThat(Files.readString(calls)).contains("mvn", "selfheal@sha256:0123");
  }

  @Test
  void upWithoutTheProgramBuildsNothing() throws Exception {
    assertThat(script(Map.of("NO_STACK", "1", "NO_TABLE", "1"), "up", "Part=data").exitCode())
        .isZero();
    assertThat(Files.readString(calls))
        .contains("--parameter-overrides Part=data\n")
        .doesNotContain("mvn", "ecr", "describe-subnets");
  }

  @Test
  void upLeavesATableAloneThatIsNotItsOwn() throws Exception {
    Tool.Ended ended = script(Map.of("NO_STACK", "1"), "up");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.output()).contains("selfheal-issues is there already", "IssuesTable=");
    assertThat(Files.readString(calls)).doesNotContain("cloudformation deploy");
  }

  @Test
  void upRefusesWhatIsNoParameter() throws Exception {
    Tool.Ended ended = script(Map.of(), "up", "--fast");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.output()).contains("'--fast' is no parameter");
    assertThat(calls).doesNotExist();
  }

  @Test
  void everyParameterThatItNamesIsOneOfTheTemplate() throws IOException {
    String text = Files.readString(Path.of(script));
    assertThat(CloudFormationTest.template("all", "none").section("Parameters").keySet())
        .containsAll(List.of("Part", "Image", "Subnets", "PublicIp", "IssuesTable", "LogGroups"));
    assertThat(CloudFormationTest.template("all", "none").section("Outputs").keySet())
        .contains("SelfhealWorkQueue", "DeadLetterQueue")
        .containsAll(
            Pattern.compile("\\$\\(output (\\w+)\\)")
                .matcher(text)
                .results()
                .map(named -> named.group(1))
                .toList());
  }

  @Test
  void downKeepsTheDataUnlessToldOtherwise() throws Exception {
    String key = "arn:aws:kms:eu-west-1:123456789012:key/1";
    assertThat(script(Map.of("KEY", key), "down").output())
        .contains("table, key and parameters stay");
    assertThat(Files.readString(calls))
        .contains("delete-stack", "wait stack-delete-complete")
        .doesNotContain("delete-table", "schedule-key-deletion", "delete-parameters");

    assertThat(script(Map.of("KEY", key), "down", "--data").exitCode()).isZero();
    assertThat(Files.readString(calls))
        .contains(
            "dynamodb delete-table --table-name selfheal-issues",
            "kms schedule-key-deletion --key-id " + key,
            "get-parameters-by-path --path /selfheal --recursive",
            "--names /selfheal/1 /selfheal/2 ",
            " /selfheal/10\n",
            "--names /selfheal/11 /selfheal/12\n");
  }

  @Test
  void statusTellsOfTasksAlarmsAndQueues() throws Exception {
    Tool.Ended ended = script(Map.of(), "status");
    assertThat(ended.exitCode()).isZero();
    assertThat(Files.readString(calls))
        .contains(
            "--cluster selfheal-cluster --services selfheal-intake selfheal-repair",
            "describe-alarms",
            "get-queue-attributes");
  }

  @Test
  void withoutACommandItSaysWhatThereIs() throws Exception {
    Tool.Ended ended = script(Map.of());
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.output()).contains("aws.sh up", "aws.sh status", "aws.sh down");
  }

  private Tool.Ended script(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> all = new java.util.HashMap<>(environment);
    all.put("PATH", folder + ":" + System.getenv("PATH"));
    all.put("CALLS", calls.toString());
    all.put("TARGET", folder.resolve("target").toString());
    all.put("AWS_REGION", "eu-west-1");
    return Tool.run(
        all, Stream.concat(Stream.of("bash", script), Stream.of(arguments)).toArray(String[]::new));
  }

  private void standIn(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}

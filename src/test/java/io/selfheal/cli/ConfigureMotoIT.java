package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.camel.MotoServer;
import io.selfheal.workspace.SshGitServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** {@code configure} against Parameter Store as moto plays it. */
class ConfigureMotoIT {
  private static final String PREFIX = "/healing/shop";
  private static final String TOKEN = "t0ken-of-nobody";

  private final Map<String, String> before = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private MotoServer aws;
  private SsmClient ssm;
  private String key;

  @BeforeEach
  void start() throws Exception {
    aws = MotoServer.start();
    ssm = aws.client(SsmClient.builder());
    system("aws.endpointUrl", aws.endpoint().toString());
    system("aws.region", "us-east-1");
    system("aws.accessKeyId", "test");
    system("aws.secretAccessKey", "test");
    ByteArrayOutputStream pem = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
        SshGitServer.newKey("ssh-ed25519", 256), "deploy", null, pem);
    key = pem.toString(StandardCharsets.UTF_8).strip();
  }

  @AfterEach
  void stop() {
    before.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
    if (aws != null) {
      ssm.close();
      aws.close();
    }
  }

  @Test
  void answersBecomeEncryptedParametersOfTheGuidancesNames() {
    assertThat(configure(answers("git@github.com:acme/shop.git", "y"))).as(err.toString()).isZero();

    Map<String, Parameter> stored = stored();
    assertThat(stored)
        .containsOnlyKeys(
            "repo_url",
            "repo_api_key",
            "repo_ssh_private_key",
            "cloudwatch_log_group_name",
            "verify",
            "model_provider");
    assertThat(stored.values()).allMatch(one -> one.type() == ParameterType.SECURE_STRING);
    assertThat(stored.get("repo_ssh_private_key").value().strip()).isEqualTo(key);
    assertThat(stored.get("repo_api_key").value()).isEqualTo(TOKEN);
    assertThat(out.toString())
        .contains("selfheal.parameters.prefix=" + PREFIX)
        .contains(PREFIX + "/repo_api_key = (hidden)")
        .doesNotContain(TOKEN, "PRIVATE KEY");
  }

  @Test
  void whatIsThereStaysWithAnEmptyAnswerAndIsNotOverwrittenUnasked() {
    configure(answers("git@github.com:acme/shop.git", "y"));
    out.getBuffer().setLength(0);

    int exitCode =
        configure(String.join("\n", "", "", "", "n3w-token", "", "", "", "", "", "", "", "", "n"));

    assertThat(exitCode).as(err.toString()).isEqualTo(1);
    assertThat(out.toString())
        .contains("1 of them over what is there", "repo_api_key = (hidden)   (there already)");
    assertThat(stored().get("repo_api_key").value()).isEqualTo(TOKEN);
  }

  @Test
  void whatCannotBeUsedIsToldAndNothingIsWritten() {
    assertThat(configure(answers("shop", "y"))).isEqualTo(2);
    assertThat(configure(answers("https://me:pass@github.com/acme/shop", "y"))).isEqualTo(2);
    key = "-----BEGIN NOTHING-----\nx\n-----END NOTHING-----";
    assertThat(configure(answers("git@github.com:acme/shop.git", "y"))).isEqualTo(2);
    assertThat(configure("git@github.com:acme/shop.git\n\n\n")).isEqualTo(2);
    assertThat(err.toString())
        .contains("repo_url = shop: write a git URL")
        .contains("must not hold a password")
        .contains("not a private key")
        .contains("repo_api_key is not set: standard input ended")
        .doesNotContain("me:pass");
    assertThat(stored()).isEmpty();
  }

  @Test
  void theyAreDeletedAfterAQuestionAndOthersStay() {
    configure(answers("git@github.com:acme/shop.git", "y"));
    ssm.putParameter(put -> put.name(PREFIX + "/mine").value("x").type(ParameterType.STRING));

    assertThat(configure("n\n", "--delete")).isEqualTo(1);
    assertThat(stored()).hasSize(7);
    assertThat(configure("", "--delete", "--yes")).isZero();
    assertThat(out.toString()).contains("6 parameters deleted");
    assertThat(stored()).containsOnlyKeys("mine");
    assertThat(configure("", "--delete")).isZero();
  }

  private String answers(String url, String last) {
    return String.join(
        "\n",
        List.of(
            url,
            "",
            "",
            TOKEN,
            key,
            "",
            "",
            "/aws/lambda/shop-*",
            "make test",
            "bedrock",
            "",
            "",
            last,
            ""));
  }

  private int configure(String answers, String... more) {
    CommandLine command =
        new CommandLine(
            new ConfigureCommand(
                new ByteArrayInputStream(answers.getBytes(StandardCharsets.UTF_8)), null));
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--prefix";
    arguments[1] = PREFIX;
    System.arraycopy(more, 0, arguments, 2, more.length);
    return SelfhealCommand.execute(command, arguments);
  }

  private Map<String, Parameter> stored() {
    Map<String, Parameter> stored = new HashMap<>();
    ssm.getParametersByPathPaginator(get -> get.path(PREFIX).withDecryption(true)).stream()
        .flatMap(page -> page.parameters().stream())
        .forEach(one -> stored.put(one.name().substring(PREFIX.length() + 1), one));
    return stored;
  }

  private void system(String name, String value) {
    before.put(name, System.getProperty(name));
    System.setProperty(name, value);
  }
}

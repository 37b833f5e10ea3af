package io.selfheal.cli;

import static io.selfheal.settings.StoredParameter.LOG_GROUP;
import static io.selfheal.settings.StoredParameter.MODEL_PROVIDER;
import static io.selfheal.settings.StoredParameter.REPO_API_KEY;
import static io.selfheal.settings.StoredParameter.REPO_API_URL;
import static io.selfheal.settings.StoredParameter.REPO_NAME;
import static io.selfheal.settings.StoredParameter.REPO_SSH_PRIVATE_KEY;
import static io.selfheal.settings.StoredParameter.REPO_URL;

import io.selfheal.ParameterFolder;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import io.selfheal.settings.Settings;
import io.selfheal.settings.StoredParameter;
import io.selfheal.workspace.SshPrivateKey;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks for the settings of one application and keeps them in Parameter Store, encrypted. */
@Command(
    name = "configure",
    mixinStandardHelpOptions = true,
    description = "Asks for the settings and stores them in AWS Parameter Store.")
final class ConfigureCommand implements Callable<Integer> {
  private static final String PREFIX = "selfheal.parameters.prefix";
  private static final String DEFAULT_PREFIX = "/selfheal";
  private static final Consumer<String> ANYTHING = answer -> {};

  @Spec private CommandSpec spec;

  @Option(names = "--delete", description = "deletes them instead")
  private boolean delete;

  @Option(
      names = "--prefix",
      paramLabel = "P",
      description = "where they lie (default: " + PREFIX + ", or " + DEFAULT_PREFIX + ")")
  private String prefix;

  @Option(names = "--config", paramLabel = "FILE", description = "a properties file")
  private Path config;

  @Option(
      names = "--kms-key",
      paramLabel = "ID",
      description = "the KMS key that encrypts them (default: the account's)")
  private String kmsKey;

  @Option(names = "--yes", description = "does not ask before it overwrites or deletes")
  private boolean yes;

  private final InputStream in;
  private final Console console;
  private final Map<String, String> answers = new LinkedHashMap<>();
  private Map<String, String> present = Map.of();
  private Interview interview;

  public ConfigureCommand() {
    this(System.in, System.console());
  }

  ConfigureCommand(InputStream in, Console console) {
    this.in = in;
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    interview = new Interview(in, console, out);
    Settings settings = Settings.load(Optional.ofNullable(config), System.getenv(), Map.of());
    String where = prefix != null ? prefix : settings.optional(PREFIX).orElse(DEFAULT_PREFIX);
    try (ParameterFolder folder = new ParameterFolder(where, Optional.ofNullable(kmsKey))) {
      present = folder.present();
      return delete ? delete(folder, out) : configure(folder, settings, out);
    }
  }

  private int delete(ParameterFolder folder, PrintWriter out) throws IOException {
    if (present.isEmpty()) {
      out.println("there are no parameters of selfheal below " + folder.prefix());
      return 0;
    }
    List<String> names = present.keySet().stream().sorted().toList();
    names.forEach(name -> out.println(folder.prefix() + "/" + name));
    if (!yes && !interview.confirmed("Delete these " + names.size() + " parameters?")) {
      return refused("nothing was deleted");
    }
    out.println(folder.delete(names) + " parameters deleted; take " + PREFIX + " out of your file");
    return 0;
  }

  private int configure(ParameterFolder folder, Settings settings, PrintWriter out)
      throws IOException {
    askForRepository();
    askForLogsAndChecks();
    askForModel(settings);
    if (answers.isEmpty()) {
      out.println("nothing to write; all stays as it is");
      return 0;
    }
    out.println();
    answers.forEach(
        (name, value) ->
            out.println(
                folder.prefix()
                    + "/"
                    + name
                    + " = "
                    + (secret(name) ? "(hidden)" : value.replace("\n", " / "))
                    + (present.containsKey(name) ? "   (there already)" : "")));
    long over = answers.keySet().stream().filter(present::containsKey).count();
    String question =
        "Write these "
            + answers.size()
            + " parameters"
            + (over == 0 ? "?" : ", " + over + " of them over what is there?");
    if (!yes && !interview.confirmed(question)) {
      return refused("nothing was written");
    }
    answers.forEach(folder::write);
    out.println("written. Put this line into your properties file:");
    out.println(PREFIX + "=" + folder.prefix());
    return 0;
  }

  private int refused(String what) {
    spec.commandLine().getErr().println(what + "; say --yes to do it without being asked");
    return 1;
  }

  private void askForRepository() throws IOException {
    String url = ask(REPO_URL, "Git URL of the repository", null, this::checkRepository).orElse("");
    ask(REPO_NAME, "Name of the application", RepositoryUrl.nameOf(url), this::checkName);
    Application app;
    try {
      app = application(url, Map.of());
    } catch (ConfigurationException e) {
      String scm =
          ask("scm", "What serves it: github, gitlab, gitea or bitbucket", null, this::checkScm)
              .orElse("");
      app = application(url, Map.of("scm", scm));
    }
    if (!List.of("local", "codecommit").contains(app.scm())) {
      ask(
          REPO_API_URL,
          "REST address of the repository",
          app.scmApiUrl().orElse(null),
          this::checkUrl);
      ask(REPO_API_KEY, "API token", null, ANYTHING);
    }
    if (url.startsWith("ssh://") || url.contains("@") && !url.contains("://")) {
      askForKey();
      ask(
          "ssh-known-hosts",
          "Host key lines, as ssh-keyscan prints them (built in for github.com, gitlab.com,"
              + " bitbucket.org)",
          "none",
          ANYTHING);
    }
    ask("branch", "Base branch", "the remote's default branch", ANYTHING);
  }

  private void askForKey() throws IOException {
    String key = "selfheal.apps.<app>.ssh-private-key";
    Optional<String> text =
        ask(
            REPO_SSH_PRIVATE_KEY,
            "Private SSH key that may push, its whole text",
            null,
            answer -> {
              try {
                SshPrivateKey.check(key, answer, Optional.empty());
              } catch (ConfigurationException e) {
                if (!e.getMessage().contains("ssh-passphrase")) {
                  throw e;
                }
              }
            });
    if (answers.containsKey(REPO_SSH_PRIVATE_KEY)) {
      try {
        SshPrivateKey.check(key, text.orElse(""), Optional.empty());
      } catch (ConfigurationException e) {
        ask(
            "ssh-passphrase",
            "Its passphrase",
            null,
            answer -> SshPrivateKey.check(key, text.orElse(""), Optional.of(answer)));
      }
    }
  }

  private void askForLogsAndChecks() throws IOException {
    ask(LOG_GROUP, "CloudWatch log groups, a list, * allowed", "all", ANYTHING);
    ask("verify", "Command that checks a change, run in the checkout", "none", ANYTHING);
  }

  private void askForModel(Settings settings) throws IOException {
    String model =
        ask(
                MODEL_PROVIDER,
                "Model: bedrock or openai (any compatible server)",
                "bedrock",
                this::checkModel)
            .orElse("bedrock");
    if (model.equals("openai")) {
      ask(
          "openai.base-url",
          "Address of the server, such as http://localhost:11434/v1",
          null,
          this::checkUrl);
      ask("openai.model", "Its name of the model", null, ANYTHING);
      ask("openai.api-key", "Its API key", "none", ANYTHING);
    } else {
      ask(
          "bedrock.model-id",
          "Model or inference profile",
          settings.text("selfheal.bedrock.model-id"),
          ANYTHING);
      ask("bedrock.region", "Region of the model", "the default region", ANYTHING);
    }
  }

  /**
   * @param without what an empty answer stands for when nothing is stored; null where there has to
   *     be one
   * @return the answer, or what is stored where it stays
   */
  private Optional<String> ask(String name, String text, String without, Consumer<String> check)
      throws IOException {
    boolean stored = present.containsKey(name);
    String instead =
        !stored ? without : secret(name) ? "as it is" : present.get(name).replace("\n", " / ");
    Optional<String> answer =
        interview.ask(
            new Interview.Question(
                name,
                text,
                Optional.ofNullable(instead),
                secret(name),
                name.equals(REPO_SSH_PRIVATE_KEY) || name.equals("ssh-known-hosts"),
                check));
    answer.ifPresent(value -> answers.put(name, value));
    return answer.or(() -> Optional.ofNullable(present.get(name)));
  }

  private static boolean secret(String name) {
    return StoredParameter.ALL.stream()
        .anyMatch(parameter -> parameter.name().equals(name) && parameter.secret());
  }

  private void checkRepository(String url) {
    if (url.matches(".*\\s.*") || RepositoryUrl.isLocal(url)) {
      throw new ConfigurationException(
          REPO_URL, url, "write a git URL such as git@github.com:acme/shop.git");
    }
    if (url.matches("[a-z]+://[^/@]*:[^/@]*@.*")) {
      throw new ConfigurationException(
          REPO_URL, "***", "the URL must not hold a password or token; it is asked for later");
    }
  }

  private void checkScm(String scm) {
    if (!List.of("github", "gitlab", "gitea", "bitbucket").contains(scm)) {
      throw new ConfigurationException("scm", scm, "write github, gitlab, gitea or bitbucket");
    }
  }

  private void checkModel(String model) {
    if (!List.of("bedrock", "openai").contains(model)) {
      throw new ConfigurationException(MODEL_PROVIDER, model, "write bedrock or openai");
    }
  }

  private void checkUrl(String text) {
    try {
      URI uri = URI.create(text);
      if (List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new ConfigurationException(
        "address", text, "write one such as https://api.github.com/repos/acme/shop");
  }

  private void checkName(String name) {
    if (!name.equals(RepositoryUrl.nameOf(name))) {
      throw new ConfigurationException(
          REPO_NAME, name, "use letters, digits, '.', '_' and '-' for an application's name");
    }
  }

  private static Application application(String url, Map<String, String> more) {
    Map<String, String> keys = new LinkedHashMap<>();
    more.forEach((key, value) -> keys.put("selfheal.apps.app." + key, value));
    keys.put("selfheal.apps.app.repository", url);
    return Settings.load(Optional.empty(), Map.of(), keys).applications().get("app");
  }
}

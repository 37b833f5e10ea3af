package io.selfheal;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Reads an application from Parameter Store under the names that the AWS guidance "Self-Healing
 * Code" gave its parameters. Secrets are not read here: their keys become placeholders, which are
 * resolved when a repair needs them.
 */
final class GuidanceParameters {
  private static final List<String> PLAIN =
      List.of(
          "repo_url", "repo_name", "repo_api_url", "cloudwatch_log_group_name", "model_provider");
  private static final List<String> SECRET = List.of("repo_api_key", "repo_ssh_private_key");

  private final SsmClient ssm;

  GuidanceParameters(SsmClient ssm) {
    this.ssm = ssm;
  }

  /**
   * @param prefix {@code selfheal.parameters.prefix}
   * @return our keys with their values
   * @throws ConfigurationException when the parameters cannot be read or name no repository
   */
  Map<String, String> keys(String prefix) {
    String folder = prefix.replaceAll("/+$", "") + "/";
    Map<String, String> plain;
    Map<String, String> secret;
    try {
      plain = read(folder, PLAIN, true);
      secret = read(folder, SECRET, false);
    } catch (SdkException e) {
      throw new ConfigurationException(
          "selfheal.parameters.prefix",
          prefix,
          "the parameters cannot be read; check the rights ssm:GetParameters and kms:Decrypt: "
              + e.getMessage());
    }
    if (!plain.containsKey("repo_url")) {
      throw new ConfigurationException(
          "selfheal.parameters.prefix",
          prefix,
          "there is no parameter " + folder + "repo_url; create it");
    }
    Map<String, String> keys = new LinkedHashMap<>();
    String name = RepositoryUrl.nameOf(plain.getOrDefault("repo_name", plain.get("repo_url")));
    String app = "selfheal.apps." + name + ".";
    keys.put(app + "repository", plain.get("repo_url"));
    put(keys, app + "scm-api-url", plain.get("repo_api_url"));
    put(keys, app + "log-groups", plain.get("cloudwatch_log_group_name"));
    put(keys, "selfheal.model", plain.get("model_provider"));
    placeholder(keys, app + "scm-token", folder, "repo_api_key", secret);
    placeholder(keys, app + "ssh-private-key", folder, "repo_ssh_private_key", secret);
    return keys;
  }

  private Map<String, String> read(String folder, List<String> names, boolean decrypted) {
    Map<String, String> values = new HashMap<>();
    for (Parameter parameter :
        ssm.getParameters(
                get ->
                    get.names(names.stream().map(name -> folder + name).toList())
                        .withDecryption(decrypted))
            .parameters()) {
      values.put(parameter.name().substring(folder.length()), parameter.value());
    }
    return values;
  }

  private static void put(Map<String, String> keys, String key, String value) {
    if (value != null && !value.isBlank()) {
      keys.put(key, value);
    }
  }

  private static void placeholder(
      Map<String, String> keys,
      String key,
      String folder,
      String name,
      Map<String, String> present) {
    if (present.containsKey(name)) {
      keys.put(key, "{{aws-parameterstore:" + folder + name + "}}");
    }
  }
}

package io.selfheal;

import static io.selfheal.settings.StoredParameter.REPO_NAME;
import static io.selfheal.settings.StoredParameter.REPO_URL;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import io.selfheal.settings.StoredParameter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Reads an application from Parameter Store under the names that the AWS guidance "Self-Healing
 * Code" gave its parameters, and more of our keys beside them. Secrets are not read here: their
 * keys become placeholders, which are resolved when a repair needs them.
 */
final class GuidanceParameters {
  /** What one GetParameters takes. */
  private static final int AT_ONCE = 10;

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
      plain = read(folder, false);
      secret = read(folder, true);
    } catch (SdkException e) {
      throw new ConfigurationException(
          "selfheal.parameters.prefix",
          prefix,
          "the parameters cannot be read; check the rights ssm:GetParameters and kms:Decrypt: "
              + e.getMessage());
    }
    if (!plain.containsKey(REPO_URL)) {
      throw new ConfigurationException(
          "selfheal.parameters.prefix",
          prefix,
          "there is no parameter "
              + folder
              + "repo_url; create it, or let 'selfheal configure' ask for it");
    }
    Map<String, String> keys = new LinkedHashMap<>();
    String name = RepositoryUrl.nameOf(plain.getOrDefault(REPO_NAME, plain.get(REPO_URL)));
    for (StoredParameter parameter : StoredParameter.ALL) {
      String value =
          parameter.secret() && secret.containsKey(parameter.name())
              ? "{{aws-parameterstore:" + folder + parameter.name() + "}}"
              : plain.get(parameter.name());
      if (value != null && !value.isBlank() && !parameter.key().isEmpty()) {
        keys.put(parameter.keyOf(name), value);
      }
    }
    return keys;
  }

  /** Secrets are looked for, and not decrypted. */
  private Map<String, String> read(String folder, boolean secret) {
    List<String> names =
        StoredParameter.ALL.stream()
            .filter(parameter -> parameter.secret() == secret)
            .map(parameter -> folder + parameter.name())
            .toList();
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < names.size(); i += AT_ONCE) {
      List<String> some = names.subList(i, Math.min(names.size(), i + AT_ONCE));
      for (Parameter parameter :
          ssm.getParameters(get -> get.names(some).withDecryption(!secret)).parameters()) {
        values.put(parameter.name().substring(folder.length()), parameter.value());
      }
    }
    return values;
  }
}

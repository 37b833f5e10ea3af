package io.selfheal.settings;

import java.util.List;

/**
 * A parameter below {@code selfheal.parameters.prefix}, and the key that it sets. The first ones
 * have the names that the AWS guidance "Self-Healing Code" gave them.
 *
 * @param name below the prefix
 * @param key the part behind {@code selfheal.}, or behind {@code selfheal.apps.<app>.}; empty for
 *     the application's name
 * @param ofApplication whether it is a key of the application
 * @param secret whether its value is never shown, and looked up when it is needed
 */
public record StoredParameter(String name, String key, boolean ofApplication, boolean secret) {
  public static final String REPO_URL = "repo_url";
  public static final String REPO_NAME = "repo_name";
  public static final String REPO_API_URL = "repo_api_url";
  public static final String REPO_API_KEY = "repo_api_key";
  public static final String REPO_SSH_PRIVATE_KEY = "repo_ssh_private_key";
  public static final String LOG_GROUP = "cloudwatch_log_group_name";
  public static final String MODEL_PROVIDER = "model_provider";

  /** All that are read and written. */
  public static final List<StoredParameter> ALL =
      List.of(
          new StoredParameter(REPO_URL, "repository", true, false),
          new StoredParameter(REPO_NAME, "", true, false),
          new StoredParameter(REPO_API_URL, "scm-api-url", true, false),
          new StoredParameter(REPO_API_KEY, "scm-token", true, true),
          new StoredParameter(REPO_SSH_PRIVATE_KEY, "ssh-private-key", true, true),
          new StoredParameter(LOG_GROUP, "log-groups", true, false),
          new StoredParameter(MODEL_PROVIDER, "model", false, false),
          ofApplication("scm", false),
          ofApplication("branch", false),
          ofApplication("ssh-passphrase", true),
          ofApplication("ssh-known-hosts", false),
          ofApplication("verify", false),
          global("bedrock.model-id", false),
          global("bedrock.region", false),
          global("openai.base-url", false),
          global("openai.model", false),
          global("openai.api-key", true),
          global("http.access-key", true));

  /** The whole key, for an application of this name. */
  public String keyOf(String app) {
    return ofApplication ? "selfheal.apps." + app + "." + key : "selfheal." + key;
  }

  private static StoredParameter ofApplication(String key, boolean secret) {
    return new StoredParameter(key, key, true, secret);
  }

  private static StoredParameter global(String key, boolean secret) {
    return new StoredParameter(key, key, false, secret);
  }
}

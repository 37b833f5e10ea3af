package io.selfheal;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.StoredParameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterTier;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** The parameters below one prefix, for the command that writes them. */
public final class ParameterFolder implements AutoCloseable {
  private static final int AT_ONCE = 10;

  /** What a parameter of the standard tier holds, in characters. */
  private static final int STANDARD = 4096;

  private final SsmClient ssm = new AwsClients(Optional.empty()).ssm();
  private final String prefix;
  private final Optional<String> kmsKey;

  /**
   * @param prefix begins with a slash
   * @param kmsKey id, ARN or alias of the key that encrypts; that of the account if empty
   * @throws ConfigurationException when the prefix cannot be one
   */
  public ParameterFolder(String prefix, Optional<String> kmsKey) {
    String bare = prefix.strip().replaceAll("/+$", "");
    if (!bare.matches("(/[A-Za-z0-9_.-]+)+") || bare.matches("/(aws|ssm)\\b.*")) {
      ssm.close();
      throw new ConfigurationException(
          "--prefix", prefix, "write a path such as /selfheal/shop, not below /aws or /ssm");
    }
    this.prefix = bare;
    this.kmsKey = kmsKey;
  }

  public String prefix() {
    return prefix;
  }

  /**
   * Which of our parameters are there; the values of secrets are left out and empty.
   *
   * @throws ConfigurationException when they cannot be read
   */
  public Map<String, String> present() {
    Map<String, String> present = new LinkedHashMap<>();
    for (boolean secret : new boolean[] {false, true}) {
      List<String> names =
          StoredParameter.ALL.stream()
              .filter(parameter -> parameter.secret() == secret)
              .map(parameter -> prefix + "/" + parameter.name())
              .toList();
      for (List<String> some : inTens(names)) {
        try {
          for (Parameter found :
              ssm.getParameters(get -> get.names(some).withDecryption(!secret)).parameters()) {
            present.put(found.name().substring(prefix.length() + 1), secret ? "" : found.value());
          }
        } catch (SdkException e) {
          throw failure(
              "be read; check credentials and the rights ssm:GetParameters and kms:Decrypt", e);
        }
      }
    }
    return present;
  }

  /** Writes one, over what is there. */
  public void write(String name, String value) {
    try {
      ssm.putParameter(
          put -> {
            put.name(prefix + "/" + name)
                .value(value)
                .type(ParameterType.SECURE_STRING)
                .overwrite(true);
            kmsKey.ifPresent(put::keyId);
            if (value.length() > STANDARD) {
              put.tier(ParameterTier.ADVANCED);
            }
          });
    } catch (SdkException e) {
      throw failure("be written; check the rights ssm:PutParameter and kms:Encrypt", e);
    }
  }

  /**
   * Deletes them.
   *
   * @return how many were there
   */
  public int delete(List<String> names) {
    int deleted = 0;
    try {
      for (List<String> some : inTens(names.stream().map(name -> prefix + "/" + name).toList())) {
        deleted += ssm.deleteParameters(delete -> delete.names(some)).deletedParameters().size();
      }
    } catch (SdkException e) {
      throw failure("be deleted; check the right ssm:DeleteParameters", e);
    }
    return deleted;
  }

  private ConfigurationException failure(String what, SdkException cause) {
    return new ConfigurationException(
        "the parameters below " + prefix + " cannot " + what + ": " + cause.getMessage());
  }

  private static List<List<String>> inTens(List<String> names) {
    List<List<String>> tens = new ArrayList<>();
    for (int i = 0; i < names.size(); i += AT_ONCE) {
      tens.add(names.subList(i, Math.min(names.size(), i + AT_ONCE)));
    }
    return tens;
  }

  @Override
  public void close() {
    ssm.close();
  }
}

package io.selfheal.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.BedrockException;
import software.amazon.awssdk.services.bedrock.model.FoundationModelDetails;
import software.amazon.awssdk.services.bedrock.model.GetFoundationModelAvailabilityResponse;
import software.amazon.awssdk.services.bedrock.model.GetInferenceProfileResponse;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/**
 * Whether the models can be asked. Bedrock's catalogue tells it for nothing; where the credentials
 * may not read that, or it does not know the id, the model is asked for one token.
 */
public final class BedrockCheck {
  private static final Pattern PROFILE =
      Pattern.compile("^(?:[a-z]{2,6}|us-gov)\\.(?=[a-z0-9-]+\\.)");
  private static final String KEY = "selfheal.bedrock.model-id";

  private final BedrockClient catalogue;
  private final BedrockRuntimeClient runtime;
  private final List<String> models;

  /**
   * @param models {@code selfheal.bedrock.model-id}
   */
  public BedrockCheck(BedrockClient catalogue, BedrockRuntimeClient runtime, List<String> models) {
    this.catalogue = catalogue;
    this.runtime = runtime;
    this.models = List.copyOf(models);
  }

  /** The worst of what is found for each model; with several, one that can be asked is enough. */
  public Finding look() {
    List<Finding> found = new ArrayList<>();
    models.forEach(model -> found.add(look(model)));
    List<Finding> bad = found.stream().filter(one -> one.level() != Finding.Level.OK).toList();
    if (bad.isEmpty()) {
      return found.size() == 1
          ? found.get(0)
          : Finding.ok(String.join("; ", found.stream().map(Finding::text).toList()));
    }
    Finding first =
        bad.stream()
            .filter(one -> one.level() == Finding.Level.FAIL)
            .findFirst()
            .orElse(bad.get(0));
    return bad.size() < found.size() ? Finding.warn(first.text(), first.whatToDo()) : first;
  }

  private Finding look(String model) {
    try {
      return inCatalogue(model);
    } catch (BedrockException e) {
      return asked(model);
    }
  }

  private Finding inCatalogue(String model) {
    String base = model;
    Matcher profile = PROFILE.matcher(model);
    boolean isProfile = model.contains("inference-profile/") || profile.find();
    if (isProfile) {
      GetInferenceProfileResponse known =
          catalogue.getInferenceProfile(get -> get.inferenceProfileIdentifier(model));
      if (!"ACTIVE".equals(known.statusAsString())) {
        return Finding.fail(
            model + " is " + known.statusAsString(), "name another profile in " + KEY);
      }
      if (!known.hasModels() || known.models().isEmpty()) {
        return Finding.ok(model + " is an active inference profile");
      }
      String arn = known.models().get(0).modelArn();
      base = arn.substring(arn.lastIndexOf('/') + 1);
    }
    String modelId = base;
    if (!isProfile && !model.startsWith("arn:")) {
      FoundationModelDetails details =
          catalogue.getFoundationModel(get -> get.modelIdentifier(modelId)).modelDetails();
      List<String> ways = details.inferenceTypesSupportedAsStrings();
      if (!ways.isEmpty() && !ways.contains("ON_DEMAND")) {
        return needsProfile(model);
      }
      if (details.modelLifecycle() != null
          && "LEGACY".equals(details.modelLifecycle().statusAsString())) {
        return Finding.warn(
            model + " is at the end of its life (LEGACY)",
            "name its successor in " + KEY + " before it is switched off");
      }
    }
    GetFoundationModelAvailabilityResponse available =
        catalogue.getFoundationModelAvailability(get -> get.modelId(modelId));
    if ("NOT_AVAILABLE".equals(available.regionAvailabilityAsString())) {
      return Finding.fail(
          model + " is not available in this region", "set selfheal.bedrock.region, or " + KEY);
    }
    if ("NOT_AUTHORIZED".equals(available.authorizationStatusAsString())
        || "NOT_AVAILABLE".equals(available.entitlementAvailabilityAsString())) {
      return Finding.fail(
          "this account has no access to " + model,
          "request access to the model in the Bedrock console");
    }
    return Finding.ok(
        model + " is open to this account (the right bedrock:InvokeModel was not tried)");
  }

  /** One token costs a fraction of a cent; it is said. */
  private Finding asked(String model) {
    try {
      runtime.converse(
          converse ->
              converse
                  .modelId(model)
                  .messages(
                      Message.builder()
                          .role(ConversationRole.USER)
                          .content(ContentBlock.fromText("1"))
                          .build())
                  .inferenceConfig(config -> config.maxTokens(1)));
      return Finding.ok(model + " answers (asked for one token)");
    } catch (BedrockRuntimeException e) {
      return refused(model, e);
    }
  }

  private Finding refused(String model, BedrockRuntimeException failure) {
    String detail = Failures.detail(failure);
    if (detail.contains("on-demand throughput") || detail.contains("inference profile")) {
      return needsProfile(model);
    }
    String said = model + ": " + detail;
    if (failure.statusCode() == 429 || failure.statusCode() >= 500) {
      return Finding.warn(said, "it has no room now; try again, and look at the account's quotas");
    }
    if (failure.statusCode() == 403 || failure.statusCode() == 401) {
      return Finding.fail(
          said,
          "allow bedrock:InvokeModel for the model or profile, and request access to the model in"
              + " the Bedrock console");
    }
    return Finding.fail(said, "check " + KEY + " and selfheal.bedrock.region");
  }

  private static Finding needsProfile(String model) {
    String vendor = model.replaceFirst("^arn:.*/", "").toLowerCase(Locale.ROOT);
    return Finding.fail(
        model + " needs an inference profile: it is not there for on-demand use by its own id",
        "put the area before it in "
            + KEY
            + ", such as us."
            + vendor
            + ", eu."
            + vendor
            + " or global."
            + vendor
            + " ('aws bedrock list-inference-profiles' lists them)");
  }
}

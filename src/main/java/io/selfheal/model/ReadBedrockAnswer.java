package io.selfheal.model;

import io.selfheal.model.ReadProposal.Usage;
import io.selfheal.prompt.RepairPrompt;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.component.aws2.bedrock.runtime.BedrockConstants;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryUtils;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;

/**
 * Reads what Camel's {@code aws-bedrock} Converse operation left in the headers, or explains why it
 * failed.
 */
public final class ReadBedrockAnswer {
  private static final Pattern CACHE_POINT =
      Pattern.compile("cache[ _-]?point|prompt caching", Pattern.CASE_INSENSITIVE);

  private final ReadProposal readProposal;
  private final ModelPrices prices;
  private final PromptCaching caching;

  public ReadBedrockAnswer(ReadProposal readProposal, ModelPrices prices, PromptCaching caching) {
    this.readProposal = readProposal;
    this.prices = prices;
    this.caching = caching;
  }

  /**
   * The proposal.
   *
   * @param prompt the question, kept in the variable {@code prompt} while the body was the answer's
   *     text
   * @throws ProposalException when the answer does not hold or was cut off
   */
  public FixProposal read(
      @Variable("prompt") RepairPrompt prompt,
      @Variable(ModelOrder.VARIABLE) ModelOrder models,
      Message message) {
    var output =
        message.getHeader(
            BedrockConstants.CONVERSE_OUTPUT_MESSAGE,
            software.amazon.awssdk.services.bedrockruntime.model.Message.class);
    String stopReason = message.getHeader(BedrockConstants.CONVERSE_STOP_REASON, "", String.class);
    var usage =
        usage(models.model(), message.getHeader(BedrockConstants.CONVERSE_USAGE, TokenUsage.class));
    Optional<ToolUseBlock> toolUse =
        output == null
            ? Optional.empty()
            : output.content().stream()
                .filter(block -> block.type() == ContentBlock.Type.TOOL_USE)
                .map(ContentBlock::toolUse)
                .findFirst();
    String text = message.getBody() == null ? "" : message.getBody(String.class);
    if (StopReason.MAX_TOKENS.toString().equals(stopReason)) {
      String answer = toolUse.map(use -> Documents.toJson(use.input()).toString()).orElse(text);
      throw readProposal.cutOff(prompt, answer, usage);
    }
    if (toolUse.isPresent() && toolUse.get().input() != null) {
      return readProposal.read(prompt, Documents.toJson(toolUse.get().input()), usage);
    }
    return readProposal.readText(prompt, text, usage);
  }

  /**
   * What to ask after a failed call: the same without prompt caching or with a smaller prompt,
   * where the model wants that, else the next model.
   *
   * @throws ModelUnavailableException when no model is left and a later try may succeed
   * @throws ModelException when no model is left and something has to be changed first
   */
  public RepairPrompt explain(
      @Body SdkException failure,
      @Variable("prompt") RepairPrompt prompt,
      @Variable(ModelOrder.VARIABLE) ModelOrder models,
      Exchange exchange) {
    RepairPrompt next = next(failure, prompt, models);
    exchange.setVariable("prompt", next);
    return next;
  }

  private RepairPrompt next(SdkException failure, RepairPrompt prompt, ModelOrder models) {
    if (failure instanceof AwsServiceException service && service.statusCode() == 400) {
      String detail = detail(service);
      if (CACHE_POINT.matcher(detail).find() && caching.refuse(models.model())) {
        return prompt;
      }
      if (ContextOverflow.in(detail)) {
        Optional<RepairPrompt> smaller = models.shrink(prompt);
        if (smaller.isPresent()) {
          return smaller.get();
        }
      }
    }
    return models.next(prompt, explained(failure, models.model()));
  }

  private static RuntimeException explained(SdkException failure, String modelId) {
    if (!(failure instanceof AwsServiceException service)) {
      return new ModelUnavailableException(
          "Bedrock gave no answer: " + failure.getMessage(), null, failure);
    }
    int status = service.statusCode();
    if (RetryUtils.isThrottlingException(failure)
        || status == 408
        || status == 424
        || status >= 500) {
      return new ModelUnavailableException(
          "Bedrock has no room now: " + detail(service), retryAfter(service), failure);
    }
    return new ModelException(
        "Bedrock refused the request for %s = %s: %s. %s"
            .formatted(AskBedrock.KEY, modelId, detail(service), advice(status, detail(service))),
        failure);
  }

  private static String advice(int status, String detail) {
    if (detail.contains("on-demand throughput")) {
      return "Set the id of an inference profile of this model instead, e.g. with the prefix us., eu. or global.";
    }
    if (status == 403 || status == 401) {
      return "Allow bedrock:InvokeModel for the model or profile to the credentials in use, and request access to the"
          + " model in the Bedrock console.";
    }
    if (status == 404) {
      return "Check the id and selfheal.bedrock.region.";
    }
    if (ContextOverflow.in(detail)) {
      return "The prompt does not fit into the model's context; choose a model with a larger one.";
    }
    return "Check that the id names a model of this region that supports Converse with tools.";
  }

  /** Seconds, where the service says so. */
  private static Duration retryAfter(AwsServiceException failure) {
    if (failure.awsErrorDetails() == null || failure.awsErrorDetails().sdkHttpResponse() == null) {
      return null;
    }
    return failure
        .awsErrorDetails()
        .sdkHttpResponse()
        .firstMatchingHeader("Retry-After")
        .filter(seconds -> seconds.matches("\\d{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .orElse(null);
  }

  private static String detail(AwsServiceException failure) {
    return failure.awsErrorDetails() != null && failure.awsErrorDetails().errorMessage() != null
        ? failure.awsErrorDetails().errorMessage().strip().replaceAll("\\.$", "")
        : String.valueOf(failure.getMessage());
  }

  private Usage usage(String modelId, TokenUsage tokens) {
    if (tokens == null) {
      return new Usage(modelId, 0, 0);
    }
    // inputTokens leaves out what the prompt cache read and wrote.
    long input = count(tokens.inputTokens());
    long read = count(tokens.cacheReadInputTokens());
    long written = count(tokens.cacheWriteInputTokens());
    long output = count(tokens.outputTokens());
    return new Usage(
        modelId,
        input + read + written,
        output,
        prices.estimate(modelId, input, read, written, output).orElse(null));
  }

  private static long count(Integer tokens) {
    return tokens == null ? 0 : tokens;
  }
}

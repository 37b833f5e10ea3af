package io.selfheal.model;

import io.selfheal.model.ReadProposal.Usage;
import io.selfheal.prompt.RepairPrompt;
import java.util.Optional;
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
  private static final String KEY = "selfheal.bedrock.model-id";

  private final ReadProposal readProposal;
  private final String modelId;

  /**
   * @param modelId {@code selfheal.bedrock.model-id}
   */
  public ReadBedrockAnswer(ReadProposal readProposal, String modelId) {
    this.readProposal = readProposal;
    this.modelId = modelId;
  }

  /**
   * The proposal.
   *
   * @param prompt the question, kept in the variable {@code prompt} while the body was the answer's
   *     text
   * @throws ProposalException when the answer does not hold or was cut off
   */
  public FixProposal read(@Variable("prompt") RepairPrompt prompt, Message message) {
    var output =
        message.getHeader(
            BedrockConstants.CONVERSE_OUTPUT_MESSAGE,
            software.amazon.awssdk.services.bedrockruntime.model.Message.class);
    String stopReason = message.getHeader(BedrockConstants.CONVERSE_STOP_REASON, "", String.class);
    var usage = usage(message.getHeader(BedrockConstants.CONVERSE_USAGE, TokenUsage.class));
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
   * Turns a failure of the call into one that says what to do.
   *
   * @throws ModelUnavailableException when a later try may succeed
   * @throws ModelException when something has to be changed first
   */
  public void explain(SdkException failure) {
    if (!(failure instanceof AwsServiceException service)) {
      throw new ModelUnavailableException(
          "Bedrock gave no answer: " + failure.getMessage(), null, failure);
    }
    int status = service.statusCode();
    if (RetryUtils.isThrottlingException(failure)
        || status == 408
        || status == 424
        || status >= 500) {
      throw new ModelUnavailableException(
          "Bedrock has no room now: " + detail(service), null, failure);
    }
    throw new ModelException(
        "Bedrock refused the request for %s = %s: %s. %s"
            .formatted(KEY, modelId, detail(service), advice(status, detail(service))),
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
    if (detail.contains("too long")) {
      return "The prompt does not fit into the model's context; choose a model with a larger one.";
    }
    return "Check that the id names a model of this region that supports Converse with tools.";
  }

  private static String detail(AwsServiceException failure) {
    return failure.awsErrorDetails() != null && failure.awsErrorDetails().errorMessage() != null
        ? failure.awsErrorDetails().errorMessage().strip().replaceAll("\\.$", "")
        : String.valueOf(failure.getMessage());
  }

  private Usage usage(TokenUsage tokens) {
    if (tokens == null) {
      return new Usage(modelId, 0, 0);
    }
    // inputTokens leaves out what the prompt cache read and wrote.
    long input =
        count(tokens.inputTokens())
            + count(tokens.cacheReadInputTokens())
            + count(tokens.cacheWriteInputTokens());
    return new Usage(modelId, input, count(tokens.outputTokens()));
  }

  private static long count(Integer tokens) {
    return tokens == null ? 0 : tokens;
  }
}

package io.selfheal.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.RepairPrompt.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Message;
import org.apache.camel.component.aws2.bedrock.runtime.BedrockConstants;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointType;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultStatus;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;

/**
 * Puts a prompt into the headers of Camel's {@code aws-bedrock} Converse operation: one user
 * message, or with a rejected answer the model's tool call and its failed result after it; the tool
 * {@code propose_fix}, forced.
 */
public final class AskBedrock {
  static final String KEY = "selfheal.bedrock.model-id";

  private static final String TOOL_USE_ID = "rejected_answer";

  private final TokenLimit limit;
  private final List<String> modelIds;
  private final PromptCaching caching;
  private final int maxTokens;
  private final ProposalTool tool = new ProposalTool();
  private final SecondQuestion secondQuestion = new SecondQuestion();
  private final JsonMapper json = JsonMapper.builder().build();

  /**
   * @param modelIds models or inference profiles in order of preference, {@code
   *     selfheal.bedrock.model-id}
   * @param maxTokens longest answer, {@code selfheal.bedrock.max-tokens}
   */
  public AskBedrock(TokenLimit limit, List<String> modelIds, PromptCaching caching, int maxTokens) {
    this.limit = limit;
    this.modelIds = List.copyOf(modelIds);
    this.caching = caching;
    this.maxTokens = maxTokens;
  }

  /**
   * Sets the headers of the request and, for the first question of a try, the variable {@code
   * models}, whose {@code model} is the one to ask; the body stays the prompt.
   *
   * @throws TokenLimitException when the repair has used up its tokens
   */
  @Handler
  public void ask(@Body RepairPrompt prompt, Exchange exchange) {
    limit.check(prompt);
    ModelOrder models = exchange.getVariable(ModelOrder.VARIABLE, ModelOrder.class);
    if (models == null) {
      models = new ModelOrder(KEY, modelIds, prompt.issue().attempts());
      exchange.setVariable(ModelOrder.VARIABLE, models);
    }
    Message message = exchange.getMessage();
    message.setHeader(BedrockConstants.CONVERSE_MESSAGES, messages(prompt));
    message.setHeader(BedrockConstants.CONVERSE_SYSTEM, system(prompt, models.model()));
    message.setHeader(
        BedrockConstants.CONVERSE_INFERENCE_CONFIG,
        InferenceConfiguration.builder().maxTokens(maxTokens).build());
    message.setHeader(BedrockConstants.CONVERSE_TOOL_CONFIG, toolConfiguration());
  }

  private List<SystemContentBlock> system(RepairPrompt prompt, String modelId) {
    var blocks = new ArrayList<SystemContentBlock>();
    blocks.add(SystemContentBlock.fromText(prompt.system()));
    if (caching.offered(modelId)) {
      // The tool and the house rules are the same for every repair.
      blocks.add(
          SystemContentBlock.fromCachePoint(
              CachePointBlock.builder().type(CachePointType.DEFAULT).build()));
    }
    return blocks;
  }

  private List<software.amazon.awssdk.services.bedrockruntime.model.Message> messages(
      RepairPrompt prompt) {
    var messages = new ArrayList<software.amazon.awssdk.services.bedrockruntime.model.Message>();
    messages.add(message(ConversationRole.USER, ContentBlock.fromText(prompt.user())));
    prompt
        .rejection()
        .ifPresent(
            rejection -> {
              String reason = secondQuestion.text(rejection);
              Optional<JsonNode> toolInput = toolInput(rejection);
              if (toolInput.isPresent()) {
                messages.add(
                    message(
                        ConversationRole.ASSISTANT,
                        ContentBlock.fromToolUse(
                            ToolUseBlock.builder()
                                .toolUseId(TOOL_USE_ID)
                                .name(tool.name())
                                .input(Documents.of(toolInput.get()))
                                .build())));
                messages.add(
                    message(
                        ConversationRole.USER,
                        ContentBlock.fromToolResult(
                            ToolResultBlock.builder()
                                .toolUseId(TOOL_USE_ID)
                                .status(ToolResultStatus.ERROR)
                                .content(ToolResultContentBlock.fromText(reason))
                                .build())));
              } else {
                messages.add(
                    message(
                        ConversationRole.ASSISTANT,
                        ContentBlock.fromText(SecondQuestion.answer(rejection))));
                messages.add(message(ConversationRole.USER, ContentBlock.fromText(reason)));
              }
            });
    return messages;
  }

  private static software.amazon.awssdk.services.bedrockruntime.model.Message message(
      ConversationRole role, ContentBlock content) {
    return software.amazon.awssdk.services.bedrockruntime.model.Message.builder()
        .role(role)
        .content(content)
        .build();
  }

  private Optional<JsonNode> toolInput(Rejection rejection) {
    try {
      return Optional.ofNullable(json.readTree(rejection.answer())).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private ToolConfiguration toolConfiguration() {
    return ToolConfiguration.builder()
        .tools(
            Tool.builder()
                .toolSpec(
                    spec ->
                        spec.name(tool.name())
                            .description(tool.description())
                            .inputSchema(ToolInputSchema.fromJson(Documents.of(tool.schema()))))
                .build())
        .toolChoice(ToolChoice.fromTool(choice -> choice.name(tool.name())))
        .build();
  }
}

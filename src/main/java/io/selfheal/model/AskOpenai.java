package io.selfheal.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.selfheal.prompt.RepairPrompt;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;

/**
 * Writes a prompt as a request of the OpenAI chat-completions API, which Ollama, vLLM and others
 * speak too, with the tool {@code propose_fix} forced. For a server that has shown not to know
 * tools, the schema is the answer's format, or goes into the system text.
 */
public final class AskOpenai {
  private final TokenLimit limit;
  static final String KEY = "selfheal.openai.model";

  /** The exchange variable with the {@link OpenaiDialect.Request} under way. */
  static final String REQUEST = "openaiRequest";

  private final OpenaiSettings settings;
  private final OpenaiDialect dialect;
  private final ProposalTool tool = new ProposalTool();
  private final SecondQuestion secondQuestion = new SecondQuestion();
  private final JsonMapper json = JsonMapper.builder().build();

  public AskOpenai(TokenLimit limit, OpenaiSettings settings, OpenaiDialect dialect) {
    this.limit = limit;
    this.settings = settings;
    this.dialect = dialect;
  }

  /**
   * Makes the message the request: JSON body, and the headers that camel-http sends it by.
   *
   * @param prompt the question
   * @throws TokenLimitException when the repair has used up its tokens
   */
  public void ask(@Variable("prompt") RepairPrompt prompt, Exchange exchange)
      throws JsonProcessingException {
    limit.check(prompt);
    ModelOrder models = exchange.getVariable(ModelOrder.VARIABLE, ModelOrder.class);
    if (models == null) {
      models = new ModelOrder(KEY, settings.models(), prompt.issue().attempts());
      exchange.setVariable(ModelOrder.VARIABLE, models);
    }
    OpenaiDialect.Request form = dialect.request(models.model());
    exchange.setVariable(REQUEST, form);
    Message message = exchange.getMessage();
    message.removeHeaders("CamelHttp*");
    message.setHeader(Exchange.HTTP_METHOD, "POST");
    message.setHeader(Exchange.HTTP_URI, settings.baseUrl() + "/chat/completions");
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setHeader("Accept", "application/json");
    settings
        .apiKey()
        .reveal()
        .ifPresent(key -> message.setHeader("Authorization", "Bearer " + key.strip()));
    message.setBody(json.writeValueAsBytes(request(prompt, form)));
  }

  private ObjectNode request(RepairPrompt prompt, OpenaiDialect.Request form)
      throws JsonProcessingException {
    boolean tools = form.format() == AnswerFormat.TOOLS;
    ObjectNode request = json.createObjectNode().put("model", form.model()).put("stream", false);
    request.put(form.tokenLimit(), settings.maxTokens());
    ArrayNode messages = request.putArray("messages");
    turn(messages, "system", tools ? prompt.system() : prompt.system() + schemaInWords());
    turn(messages, "user", prompt.user());
    prompt
        .rejection()
        .ifPresent(
            rejection -> {
              // Plain turns instead of a tool call and its result: every server's chat template
              // takes them.
              turn(messages, "assistant", SecondQuestion.answer(rejection));
              turn(messages, "user", secondQuestion.text(rejection));
            });
    if (tools) {
      ObjectNode function =
          request.putArray("tools").addObject().put("type", "function").putObject("function");
      function
          .put("name", tool.name())
          .put("description", tool.description())
          .set("parameters", tool.schema());
      request
          .putObject("tool_choice")
          .put("type", "function")
          .putObject("function")
          .put("name", tool.name());
    }
    if (form.format() == AnswerFormat.JSON_SCHEMA) {
      request
          .putObject("response_format")
          .put("type", "json_schema")
          .putObject("json_schema")
          .put("name", tool.name())
          .set("schema", tool.schema());
    }
    return request;
  }

  private String schemaInWords() throws JsonProcessingException {
    return "\n\nYou cannot call tools here. Answer with nothing but the JSON object that would be the input of "
        + tool.name()
        + ", in the form of this JSON schema:\n"
        + json.writerWithDefaultPrettyPrinter().writeValueAsString(tool.schema());
  }

  private static void turn(ArrayNode messages, String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }
}

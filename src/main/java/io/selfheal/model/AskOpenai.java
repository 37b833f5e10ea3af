package io.selfheal.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.selfheal.prompt.RepairPrompt;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;

/**
 * Writes a prompt as a request of the OpenAI chat-completions API, which Ollama, vLLM and others
 * speak too, with the tool {@code propose_fix} forced. For a server that has said it knows no
 * tools, the schema goes into the system text.
 */
public final class AskOpenai {
  private final TokenLimit limit;
  private final OpenaiSettings settings;
  private final ProposalTool tool = new ProposalTool();
  private final SecondQuestion secondQuestion = new SecondQuestion();
  private final JsonMapper json = JsonMapper.builder().build();

  public AskOpenai(TokenLimit limit, OpenaiSettings settings) {
    this.limit = limit;
    this.settings = settings;
  }

  /**
   * Makes the message the request: JSON body, and the headers that camel-http sends it by.
   *
   * @param prompt the question
   * @param refused what the server has refused before, of {@link ReadOpenaiAnswer#NOT_EVERYWHERE};
   *     null for nothing
   * @throws TokenLimitException when the repair has used up its tokens
   */
  public void ask(
      @Variable("prompt") RepairPrompt prompt,
      @Variable("refused") Set<String> refused,
      Message message)
      throws JsonProcessingException {
    limit.check(prompt);
    message.removeHeaders("CamelHttp*");
    message.setHeader(Exchange.HTTP_METHOD, "POST");
    message.setHeader(Exchange.HTTP_URI, settings.baseUrl() + "/chat/completions");
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setHeader("Accept", "application/json");
    settings
        .apiKey()
        .reveal()
        .ifPresent(key -> message.setHeader("Authorization", "Bearer " + key.strip()));
    message.setBody(json.writeValueAsBytes(request(prompt, refused == null ? Set.of() : refused)));
  }

  private ObjectNode request(RepairPrompt prompt, Set<String> refused)
      throws JsonProcessingException {
    boolean tools = !refused.contains("tools");
    ObjectNode request =
        json.createObjectNode().put("model", settings.model()).put("stream", false);
    // OpenAI's reasoning models want the newer name, other servers know only the older one.
    request.put(
        refused.contains("max_tokens") ? "max_completion_tokens" : "max_tokens",
        settings.maxTokens());
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

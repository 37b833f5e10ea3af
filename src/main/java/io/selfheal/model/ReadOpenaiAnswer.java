package io.selfheal.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.selfheal.model.ReadProposal.Usage;
import io.selfheal.prompt.RepairPrompt;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an answer of the OpenAI chat-completions API: a tool call, or JSON in the text where the
 * server knows no tools.
 */
public final class ReadOpenaiAnswer {
  private static final Logger LOG = LoggerFactory.getLogger(ReadOpenaiAnswer.class);
  private static final Pattern CHARSET =
      Pattern.compile("charset=\"?([A-Za-z0-9._-]+)", Pattern.CASE_INSENSITIVE);

  private static final Pattern TOOLS_REFUSED = Pattern.compile("(?i)tool|function.?call");
  private static final Pattern SCHEMA_REFUSED =
      Pattern.compile("(?i)response.?format|json.?schema|schema|grammar|guided|structured");

  private static final int MAX_DETAIL = 300;

  private final ReadProposal readProposal;
  private final ModelPrices prices;
  private final OpenaiSettings settings;
  private final OpenaiDialect dialect;
  private final Clock clock;
  private final JsonMapper json = JsonMapper.builder().build();

  public ReadOpenaiAnswer(
      ReadProposal readProposal,
      ModelPrices prices,
      OpenaiSettings settings,
      OpenaiDialect dialect,
      Clock clock) {
    this.readProposal = readProposal;
    this.prices = prices;
    this.settings = settings;
    this.dialect = dialect;
    this.clock = clock;
  }

  /**
   * The proposal, or null when the server has refused the request and is to be asked in another
   * way: without what it does not know, for less, or for another model.
   *
   * @throws ProposalException when the answer does not hold
   * @throws ModelUnavailableException when a later try may succeed
   * @throws ModelException when something has to be changed first
   */
  public FixProposal read(@Variable("prompt") RepairPrompt prompt, Exchange exchange) {
    Message message = exchange.getMessage();
    int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    String text = text(message);
    JsonNode answer = parse(text);
    if (status != 200) {
      String detail = detail(answer, text);
      var asked = exchange.getVariable(AskOpenai.REQUEST, OpenaiDialect.Request.class);
      String retryAfter = message.getHeader("Retry-After", String.class);
      next(failure(asked.model(), status, detail, retryAfter), status, detail, exchange);
      return null;
    }
    JsonNode choice = answer.path("choices").path(0);
    if (choice.isMissingNode()) {
      throw new ModelException(
          "%s answered something that is no chat completion: %s. Check selfheal.openai.base-url."
              .formatted(settings.baseUrl(), shortened(text)));
    }
    var request = exchange.getVariable(AskOpenai.REQUEST, OpenaiDialect.Request.class);
    return proposal(prompt, request, choice, usage(request.model(), prompt, answer.path("usage")));
  }

  /**
   * A call that got no answer at all. Where the model was too slow, the next one may not be.
   *
   * @throws ModelUnavailableException when there is no other one, or the server is not there
   */
  public void unreachable(@Body IOException failure, Exchange exchange) {
    var unavailable =
        new ModelUnavailableException(
            "no answer from selfheal.openai.base-url = %s: %s"
                .formatted(settings.baseUrl(), failure),
            null,
            failure);
    var models = exchange.getVariable(ModelOrder.VARIABLE, ModelOrder.class);
    if (models == null || !(failure instanceof SocketTimeoutException)) {
      throw unavailable;
    }
    var prompt = exchange.getVariable("prompt", RepairPrompt.class);
    exchange.setVariable("prompt", models.next(prompt, unavailable));
  }

  /** What to ask for after a refusal: another form, a smaller prompt, or the next model. */
  private void next(RuntimeException failure, int status, String detail, Exchange exchange) {
    var request = exchange.getVariable(AskOpenai.REQUEST, OpenaiDialect.Request.class);
    var models = exchange.getVariable(ModelOrder.VARIABLE, ModelOrder.class);
    var prompt = exchange.getVariable("prompt", RepairPrompt.class);
    boolean badRequest =
        status == 400 || status == 413 || status == 422 || status == 500 || status == 501;
    if (badRequest && ContextOverflow.in(detail)) {
      Optional<RepairPrompt> smaller = models.shrink(prompt);
      if (smaller.isPresent()) {
        exchange.setVariable("prompt", smaller.get());
        return;
      }
    } else if (badRequest) {
      if (detail.contains("max_tokens") && dialect.useNewerTokenLimit(request)) {
        return;
      }
      Pattern refusal = request.format() == AnswerFormat.TOOLS ? TOOLS_REFUSED : SCHEMA_REFUSED;
      if (refusal.matcher(detail).find() && dialect.without(request)) {
        return;
      }
    }
    if (status == 401) {
      throw failure;
    }
    exchange.setVariable("prompt", models.next(prompt, failure));
  }

  private FixProposal proposal(
      RepairPrompt prompt, OpenaiDialect.Request request, JsonNode choice, Usage usage) {
    JsonNode call =
        choice.path("message").path("tool_calls").path(0).path("function").path("arguments");
    String text = text(choice.path("message"));
    String finish = choice.path("finish_reason").asText("");
    // The arguments are a string of JSON; some servers send the object itself.
    String arguments = call.isObject() ? call.toString() : call.asText("");
    if (finish.equals("length")) {
      throw readProposal.cutOff(prompt, arguments.isEmpty() ? text : arguments, usage);
    }
    if (arguments.isBlank()) {
      String refusal = choice.path("message").path("refusal").asText("");
      if (request.format() == AnswerFormat.TOOLS && !readProposal.holdsProposal(text)) {
        // It may not know tools and ignores them, so the next question asks in another way.
        dialect.without(request);
      }
      return readProposal.readText(prompt, text.isBlank() ? refusal : text, usage);
    }
    JsonNode input = parse(arguments);
    if (input.isMissingNode()) {
      throw readProposal.rejected(
          prompt, arguments, usage, "The arguments of propose_fix are not valid JSON.");
    }
    return readProposal.read(prompt, input, usage);
  }

  /**
   * The content, as text or as parts; what a reasoning parser has taken for thoughts without it.
   */
  private static String text(JsonNode message) {
    JsonNode content = message.path("content");
    StringBuilder text = new StringBuilder(content.isTextual() ? content.asText() : "");
    content.forEach(part -> text.append(part.path("text").asText("")));
    if (!text.toString().isBlank()) {
      return text.toString();
    }
    String thoughts = message.path("reasoning_content").asText("");
    return thoughts.isEmpty() ? message.path("reasoning").asText("") : thoughts;
  }

  private Usage usage(String model, RepairPrompt prompt, JsonNode usage) {
    long input = usage.path("prompt_tokens").asLong(0);
    long estimate = TokenLimit.estimate(prompt);
    if (input > 0 && input < estimate / 3) {
      LOG.warn(
          "{} counted {} tokens in a prompt of about {}: it seems to cut prompts to its context size; enlarge it (for"
              + " Ollama: OLLAMA_CONTEXT_LENGTH).",
          settings.baseUrl(),
          input,
          estimate);
    }
    long output = usage.path("completion_tokens").asLong(0);
    return new Usage(model, input, output, prices.estimate(model, input, output).orElse(null));
  }

  private RuntimeException failure(String model, int status, String detail, String retryAfter) {
    String url = settings.baseUrl();
    String said = detail.isEmpty() ? "HTTP " + status : "HTTP " + status + ", " + detail;
    return switch (status) {
      case 401, 403 ->
          new ModelException(
              "%s refused selfheal.openai.api-key (%s); set a key that may use selfheal.openai.model = %s"
                  .formatted(url, said, model));
      case 404 ->
          new ModelException(
              "%s does not know selfheal.openai.model = %s or the address (%s); selfheal.openai.base-url usually ends in /v1"
                  .formatted(url, model, said));
      case 408, 429, 500, 502, 503, 504, 529 ->
          new ModelUnavailableException(
              "%s has no room now (%s)".formatted(url, said), waitFor(retryAfter), null);
      default ->
          new ModelException(
              "%s refused the request for selfheal.openai.model = %s (%s)"
                  .formatted(url, model, said));
    };
  }

  /** Seconds or a date, RFC 9110 section 10.2.3; null where there is neither. */
  private Duration waitFor(String retryAfter) {
    if (retryAfter == null) {
      return null;
    }
    try {
      return Duration.ofSeconds(Math.max(0, Long.parseLong(retryAfter.strip())));
    } catch (NumberFormatException notSeconds) {
      try {
        var until =
            ZonedDateTime.parse(retryAfter.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant();
        Duration wait = Duration.between(clock.instant(), until);
        return wait.isNegative() ? Duration.ZERO : wait;
      } catch (DateTimeParseException notADate) {
        return null;
      }
    }
  }

  private String detail(JsonNode answer, String text) {
    JsonNode error = answer.path("error");
    String detail = error.isTextual() ? error.asText() : error.path("message").asText("");
    return shortened(detail.isEmpty() ? text : detail);
  }

  /** One line, without the key that some servers repeat. */
  private String shortened(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    String masked =
        settings.apiKey().reveal().map(key -> line.replace(key.strip(), "***")).orElse(line);
    return masked.length() <= MAX_DETAIL ? masked : masked.substring(0, MAX_DETAIL) + "…";
  }

  private JsonNode parse(String text) {
    try {
      JsonNode node = json.readTree(text);
      return node == null ? MissingNode.getInstance() : node;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static String text(Message message) {
    byte[] bytes = message.getBody(byte[].class);
    return bytes == null
        ? ""
        : new String(bytes, charset(message.getHeader(Exchange.CONTENT_TYPE, String.class)));
  }

  /** JSON is UTF-8 unless the server says otherwise. */
  private static Charset charset(String contentType) {
    Matcher charset = CHARSET.matcher(contentType == null ? "" : contentType);
    try {
      return charset.find() ? Charset.forName(charset.group(1)) : StandardCharsets.UTF_8;
    } catch (IllegalArgumentException unknown) {
      return StandardCharsets.UTF_8;
    }
  }
}

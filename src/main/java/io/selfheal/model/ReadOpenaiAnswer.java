package io.selfheal.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.selfheal.model.ReadProposal.Usage;
import io.selfheal.prompt.RepairPrompt;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** Parts of the request that some servers refuse. */
  static final List<String> NOT_EVERYWHERE = List.of("max_tokens", "tools");

  private static final int MAX_DETAIL = 300;

  private final ReadProposal readProposal;
  private final OpenaiSettings settings;
  private final Clock clock;
  private final JsonMapper json = JsonMapper.builder().build();

  public ReadOpenaiAnswer(ReadProposal readProposal, OpenaiSettings settings, Clock clock) {
    this.readProposal = readProposal;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * The proposal, or null when the server has refused something that it can be asked without: then
   * the variable {@code refused} names it.
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
      if (status == 400 && refuses(detail, exchange)) {
        return null;
      }
      throw failure(status, detail, message.getHeader("Retry-After", String.class));
    }
    JsonNode choice = answer.path("choices").path(0);
    if (choice.isMissingNode()) {
      throw new ModelException(
          "%s answered something that is no chat completion: %s. Check selfheal.openai.base-url."
              .formatted(settings.baseUrl(), shortened(text)));
    }
    return proposal(prompt, choice, usage(prompt, answer.path("usage")));
  }

  /** A call that got no answer at all. */
  public void unreachable(IOException failure) {
    throw new ModelUnavailableException(
        "no answer from selfheal.openai.base-url = %s: %s".formatted(settings.baseUrl(), failure),
        null,
        failure);
  }

  /** Whether the server has refused a part of the request that was not left out before. */
  private static boolean refuses(String detail, Exchange exchange) {
    Set<?> before = exchange.getVariable("refused", Set.of(), Set.class);
    Optional<String> refused =
        NOT_EVERYWHERE.stream()
            .filter(part -> detail.contains(part) && !before.contains(part))
            .findFirst();
    refused.ifPresent(
        part -> {
          var all = new TreeSet<Object>(before);
          all.add(part);
          exchange.setVariable("refused", all);
        });
    return refused.isPresent();
  }

  private FixProposal proposal(RepairPrompt prompt, JsonNode choice, Usage usage) {
    JsonNode call =
        choice.path("message").path("tool_calls").path(0).path("function").path("arguments");
    String text = choice.path("message").path("content").asText("");
    String finish = choice.path("finish_reason").asText("");
    // The arguments are a string of JSON; some servers send the object itself.
    String arguments = call.isObject() ? call.toString() : call.asText("");
    if (finish.equals("length")) {
      throw readProposal.cutOff(prompt, arguments.isEmpty() ? text : arguments, usage);
    }
    if (arguments.isBlank()) {
      String refusal = choice.path("message").path("refusal").asText("");
      return readProposal.readText(prompt, text.isBlank() ? refusal : text, usage);
    }
    JsonNode input = parse(arguments);
    if (input.isMissingNode()) {
      throw readProposal.rejected(
          prompt, arguments, usage, "The arguments of propose_fix are not valid JSON.");
    }
    return readProposal.read(prompt, input, usage);
  }

  private Usage usage(RepairPrompt prompt, JsonNode usage) {
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
    return new Usage(settings.model(), input, usage.path("completion_tokens").asLong(0));
  }

  private RuntimeException failure(int status, String detail, String retryAfter) {
    String url = settings.baseUrl();
    String said = detail.isEmpty() ? "HTTP " + status : "HTTP " + status + ", " + detail;
    return switch (status) {
      case 401, 403 ->
          new ModelException(
              "%s refused selfheal.openai.api-key (%s); set a key that may use selfheal.openai.model = %s"
                  .formatted(url, said, settings.model()));
      case 404 ->
          new ModelException(
              "%s does not know selfheal.openai.model = %s or the address (%s); selfheal.openai.base-url usually ends in /v1"
                  .formatted(url, settings.model(), said));
      case 408, 429, 500, 502, 503, 504, 529 ->
          new ModelUnavailableException(
              "%s has no room now (%s)".formatted(url, said), waitFor(retryAfter), null);
      default ->
          new ModelException(
              "%s refused the request for selfheal.openai.model = %s (%s)"
                  .formatted(url, settings.model(), said));
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

package io.selfheal.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.issue.Spent;
import io.selfheal.masking.SecretMask;
import io.selfheal.model.FixProposal.Verdict;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.RepairPrompt.Rejection;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a model's answer into a proposal. Only the shape is checked here; whether paths are allowed
 * and the edits apply is decided against the checkout. Unknown fields are ignored, everything else
 * that does not hold is a {@link ProposalException} whose message the model can act on.
 */
public final class ReadProposal {
  private static final int MAX_EDITS = 40;
  private static final int MAX_PATH = 500;
  private static final int MAX_TITLE = 120;
  private static final int MAX_PROSE = 20_000;
  private static final int MAX_EDIT_TEXT = 200_000;
  private static final int MAX_TEXT_ANSWER = 1_000_000;
  private static final int MAX_JSON_STARTS = 50;

  private static final Pattern FENCE =
      Pattern.compile("```[A-Za-z]*\\s*\\n(.*?)```", Pattern.DOTALL);
  private static final String THOUGHT = "</think>";

  private final JsonMapper json = JsonMapper.builder().build();
  private final InjectionGuard guard = new InjectionGuard();

  /**
   * What an answer cost.
   *
   * @param modelId who answered
   * @param inputTokens tokens of the question alone
   * @param outputTokens tokens of the answer alone
   * @param costUsd of both, estimated; null where the price is not known
   */
  public record Usage(String modelId, long inputTokens, long outputTokens, BigDecimal costUsd) {
    public Usage(String modelId, long inputTokens, long outputTokens) {
      this(modelId, inputTokens, outputTokens, null);
    }
  }

  /**
   * Reads the tool's input.
   *
   * @throws ProposalException when it does not hold
   */
  public FixProposal read(RepairPrompt prompt, JsonNode input, Usage usage) {
    return new Reading(prompt, input.toString(), usage).proposal(input);
  }

  /**
   * Reads an answer in text: a JSON object, bare, in a Markdown fence or within prose, as models
   * give it that know no tools.
   *
   * @throws ProposalException when there is none or it does not hold
   */
  public FixProposal readText(RepairPrompt prompt, String text, Usage usage) {
    var reading = new Reading(prompt, text, usage);
    if (text.length() > MAX_TEXT_ANSWER) {
      throw reading.rejected("The answer is longer than " + MAX_TEXT_ANSWER + " characters.");
    }
    return find(text)
        .map(input -> read(prompt, input, usage))
        .orElseThrow(
            () ->
                reading.rejected(
                    "The answer is text and not a call of propose_fix. Call propose_fix, with nothing before or after it."));
  }

  /** Whether the text has a proposal in it, whatever that is worth. */
  boolean holdsProposal(String text) {
    return text.length() <= MAX_TEXT_ANSWER && find(text).isPresent();
  }

  /** An answer that ended because it reached the limit of its length. */
  public ProposalException cutOff(RepairPrompt prompt, String answer, Usage usage) {
    return new Reading(prompt, answer, usage)
        .rejected(
            "The answer was cut off at its maximum length. Make fewer and shorter edits, and search only for the"
                + " lines that change.");
  }

  /** An answer that cannot be used for the given reason. */
  public ProposalException rejected(
      RepairPrompt prompt, String answer, Usage usage, String reason) {
    return new Reading(prompt, answer, usage).rejected(reason);
  }

  private Optional<JsonNode> find(String text) {
    // Some servers leave out where thinking begins; nothing behind it means that it never ended.
    int thought = text.lastIndexOf(THOUGHT);
    String behind = thought < 0 ? text : text.substring(thought + THOUGHT.length());
    String answer = behind.isBlank() ? text : behind;
    Matcher fence = FENCE.matcher(answer);
    while (fence.find()) {
      Optional<JsonNode> input = parse(fence.group(1)).flatMap(ReadProposal::toolInput);
      if (input.isPresent()) {
        return input;
      }
    }
    int start = answer.indexOf('{');
    for (int i = 0; start >= 0 && i < MAX_JSON_STARTS; i++) {
      Optional<JsonNode> input = parse(answer.substring(start)).flatMap(ReadProposal::toolInput);
      if (input.isPresent()) {
        return input;
      }
      start = answer.indexOf('{', start + 1);
    }
    return Optional.empty();
  }

  private Optional<JsonNode> parse(String text) {
    try {
      return Optional.ofNullable(json.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The answer itself, or what models without native tools write around it. */
  private static Optional<JsonNode> toolInput(JsonNode node) {
    for (JsonNode candidate :
        List.of(node, node.path("arguments"), node.path("parameters"), node.path("input"))) {
      if (candidate.isObject() && candidate.has("verdict")) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** What is known of the two. */
  private static BigDecimal sum(BigDecimal a, BigDecimal b) {
    return a == null ? b : b == null ? a : a.add(b);
  }

  private final class Reading {
    private final RepairPrompt prompt;
    private final String answer;
    private final Usage usage;
    private final Spent spent;

    private Reading(RepairPrompt prompt, String answer, Usage usage) {
      this.prompt = prompt;
      this.answer = answer;
      this.usage = usage;
      Rejection before = prompt.rejection().orElse(new Rejection("", "", 0, 0, null));
      this.spent =
          new Spent(
              before.inputTokens() + usage.inputTokens(),
              before.outputTokens() + usage.outputTokens(),
              sum(before.costUsd(), usage.costUsd()));
    }

    private FixProposal proposal(JsonNode input) {
      if (!input.isObject()) {
        throw rejected("The input of propose_fix must be a JSON object.");
      }
      Verdict verdict = verdict(input);
      String rootCause = prose(input, "root_cause");
      String title = title(input);
      String description = prose(input, "description");
      // A report changes nothing, whatever edits come with it.
      List<Edit> edits = verdict == Verdict.REPORT ? List.of() : edits(input);
      var proposal =
          new FixProposal(
              prompt,
              verdict,
              rootCause,
              title,
              description,
              edits,
              answer,
              usage.modelId(),
              spent.inputTokens(),
              spent.outputTokens(),
              spent.costUsd());
      guard
          .finding(prompt, proposal)
          .ifPresent(
              reason -> {
                throw rejected(reason);
              });
      return proposal;
    }

    private Verdict verdict(JsonNode input) {
      return switch (text(input, "verdict").strip().toLowerCase(Locale.ROOT)) {
        case "fix" -> Verdict.FIX;
        case "report" -> Verdict.REPORT;
        default -> throw rejected("`verdict` must be \"fix\" or \"report\".");
      };
    }

    private String title(JsonNode input) {
      String title = notBlank(input, "title").replaceAll("\\s+", " ").strip();
      return title.length() <= MAX_TITLE ? title : title.substring(0, MAX_TITLE - 1).strip() + "…";
    }

    private String prose(JsonNode input, String field) {
      String text = notBlank(input, field);
      if (text.length() > MAX_PROSE) {
        throw rejected("`" + field + "` is longer than " + MAX_PROSE + " characters.");
      }
      return text.strip();
    }

    private List<Edit> edits(JsonNode input) {
      JsonNode list = input.path("edits");
      if (list.isTextual()) {
        // Some models send the array as a string of JSON.
        list = parse(list.asText()).orElse(list);
      }
      if (!list.isArray()) {
        throw rejected("`edits` must be an array of {path, search, replace}.");
      }
      if (list.isEmpty()) {
        throw rejected(
            "`verdict` is \"fix\" but `edits` is empty. Give the edits, or set `verdict` to \"report\".");
      }
      if (list.size() > MAX_EDITS) {
        throw rejected(
            "There are "
                + list.size()
                + " edits, at most "
                + MAX_EDITS
                + " are taken. Make the smallest change at the cause.");
      }
      var edits = new ArrayList<Edit>();
      for (int i = 0; i < list.size(); i++) {
        edits.add(edit(list.get(i), "edits[" + i + "]"));
      }
      return edits;
    }

    private Edit edit(JsonNode node, String name) {
      if (!node.isObject()) {
        throw rejected("`" + name + "` must be an object with path, search and replace.");
      }
      String path = editText(node, name, "path", MAX_PATH);
      String search = editText(node, name, "search", MAX_EDIT_TEXT);
      String replace = editText(node, name, "replace", MAX_EDIT_TEXT);
      if (path.isBlank()) {
        throw rejected("`" + name + ".path` is empty.");
      }
      if (search.equals(replace) && !search.isEmpty()) {
        throw rejected("`" + name + "` changes nothing: search and replace are the same.");
      }
      refuseMasked(name + ".search", search, "leave the value out of the lines you search for");
      refuseMasked(
          name + ".replace",
          replace,
          "the value itself is not known here; have the program read it from where it does now");
      return new Edit(path, search, replace);
    }

    /** The file holds the secret, not what stands for it in the prompt. */
    private void refuseMasked(String name, String text, String whatToDo) {
      SecretMask.placeholder(text)
          .ifPresent(
              placeholder -> {
                throw rejected(
                    "`%s` contains %s, which stands for a masked value and is in no file: %s."
                        .formatted(name, placeholder, whatToDo));
              });
    }

    private String editText(JsonNode node, String name, String field, int limit) {
      JsonNode value = node.path(field);
      if (!value.isTextual()) {
        throw rejected("`" + name + "." + field + "` is missing or not a string.");
      }
      if (value.asText().length() > limit) {
        throw rejected("`" + name + "." + field + "` is longer than " + limit + " characters.");
      }
      return value.asText();
    }

    private String notBlank(JsonNode input, String field) {
      String text = text(input, field);
      if (text.isBlank()) {
        throw rejected("`" + field + "` is empty.");
      }
      return text;
    }

    private String text(JsonNode input, String field) {
      JsonNode value = input.path(field);
      if (!value.isTextual()) {
        throw rejected("`" + field + "` is missing or not a string.");
      }
      return value.asText();
    }

    private ProposalException rejected(String reason) {
      return new ProposalException(prompt, answer, spent, reason);
    }
  }
}

package io.selfheal.model;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Which Bedrock models cache a prompt's beginning. A model that refuses a request which asks for it
 * is remembered as long as the process lives.
 */
public final class PromptCaching {
  /** From Bedrock's list of models with prompt caching; others refuse a cache point. */
  private static final Pattern OFFERED =
      Pattern.compile(
          "anthropic\\.claude-(?:sonnet|opus|haiku)-\\d|anthropic\\.claude-3-[57]-(?:sonnet-20250219|haiku)"
              + "|amazon\\.nova-(?:micro|lite|pro|premier)");

  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  boolean offered(String modelId) {
    return OFFERED.matcher(modelId).find() && !refused.contains(modelId);
  }

  /**
   * @return whether the model was asked to cache until now
   */
  boolean refuse(String modelId) {
    return OFFERED.matcher(modelId).find() && refused.add(modelId);
  }
}

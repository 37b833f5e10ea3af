package io.selfheal.chaos;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** A share of the requests meets a fault, each kind as likely as the others. */
public final class RandomMishaps implements Mishap {
  /** What can go wrong with a request. */
  public enum Kind {
    /** The service's own internal error. */
    ERROR,
    /** The service asks to slow down. */
    THROTTLED,
    /** The service never sees it. */
    RESET,
    /** The service does it, and its answer is lost. */
    ANSWER_LOST,
    /** The service does it after a while. */
    SLOW,
    /** The service never sees it, and the client waits. */
    TIMEOUT
  }

  private final Random random;
  private final double share;
  private final List<Kind> kinds;
  private final Duration timeout;
  private final AtomicBoolean over = new AtomicBoolean();
  private final LongAdder calls = new LongAdder();
  private final Map<String, LongAdder> met = new ConcurrentHashMap<>();

  /**
   * @param share of all requests, 0 to 1
   * @param timeout after which a request without an answer ends in a reset
   */
  public RandomMishaps(long seed, double share, List<Kind> kinds, Duration timeout) {
    this.random = new Random(seed);
    this.share = share;
    this.kinds = List.copyOf(kinds);
    this.timeout = timeout;
  }

  /** No more of it. */
  public void end() {
    over.set(true);
  }

  @Override
  public ResponseDefinition meet(Call call) throws Exception {
    calls.increment();
    Kind kind = next();
    if (kind == null) {
      return call.forward();
    }
    met.computeIfAbsent(call.service() + " " + kind, key -> new LongAdder()).increment();
    return switch (kind) {
      case ERROR -> error(call.service());
      case THROTTLED -> throttled(call.service());
      case RESET -> HttpProxy.reset();
      case ANSWER_LOST -> {
        call.forward();
        yield HttpProxy.reset();
      }
      case SLOW -> {
        Thread.sleep(1_000 + millis(2_000));
        yield call.forward();
      }
      case TIMEOUT -> {
        Thread.sleep(timeout.toMillis());
        yield HttpProxy.reset();
      }
    };
  }

  /** Null for none. */
  Kind next() {
    synchronized (random) {
      return !over.get() && random.nextDouble() < share
          ? kinds.get(random.nextInt(kinds.size()))
          : null;
    }
  }

  int millis(int below) {
    synchronized (random) {
      return random.nextInt(below);
    }
  }

  Duration timeout() {
    return timeout;
  }

  void count(String what) {
    calls.increment();
    if (what != null) {
      met.computeIfAbsent(what, key -> new LongAdder()).increment();
    }
  }

  /** How many requests met what. */
  @Override
  public String toString() {
    long faults = met.values().stream().mapToLong(LongAdder::sum).sum();
    return faults + " faults in " + calls + " requests: " + new TreeMap<>(met);
  }

  private static ResponseDefinition error(String service) {
    return switch (service) {
      case "dynamodb", "stream" ->
          aws(500, "com.amazonaws.dynamodb.v20120810#InternalServerError", "Internal server error");
      case "sqs" -> aws(500, "com.amazonaws.sqs#InternalFailure", "Internal failure");
      case "ssm" -> aws(500, "InternalServerError", "An error occurred on the server side.");
      case "bedrock" ->
          aResponse()
              .withStatus(500)
              .withHeader("x-amzn-ErrorType", "InternalServerException")
              .withHeader("Content-Type", "application/json")
              .withBody("{\"message\":\"The system encountered an unexpected error.\"}")
              .build();
      default ->
          aResponse()
              .withStatus(502)
              .withHeader("Content-Type", "text/html")
              .withBody("<html><body>Bad Gateway</body></html>")
              .build();
    };
  }

  private static ResponseDefinition throttled(String service) {
    return switch (service) {
      case "dynamodb" ->
          aws(
              400,
              "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
              "The level of configured provisioned throughput for the table was exceeded.");
      case "stream" ->
          aws(
              400,
              "com.amazonaws.dynamodb.v20120810#LimitExceededException",
              "Too many operations for a given subscriber.");
      case "sqs" -> aws(400, "com.amazonaws.sqs#RequestThrottled", "The request was denied.");
      case "ssm" -> aws(400, "ThrottlingException", "Rate exceeded");
      case "bedrock" ->
          aResponse()
              .withStatus(429)
              .withHeader("x-amzn-ErrorType", "ThrottlingException")
              .withHeader("Content-Type", "application/json")
              .withBody("{\"message\":\"Too many requests, please wait before trying again.\"}")
              .build();
      default ->
          aResponse()
              .withStatus(403)
              .withHeader("Retry-After", "1")
              .withHeader("Content-Type", "application/json; charset=utf-8")
              .withBody(
                  "{\"message\":\"You have exceeded a secondary rate limit. Please wait a few minutes before you try again.\"}")
              .build();
    };
  }

  private static ResponseDefinition aws(int status, String type, String message) {
    ResponseDefinitionBuilder answer = aResponse().withStatus(status);
    return answer
        .withHeader("Content-Type", "application/x-amz-json-1.0")
        .withBody("{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(type, message))
        .build();
  }
}

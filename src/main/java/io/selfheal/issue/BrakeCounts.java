package io.selfheal.issue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/**
 * What the brakes count, for each application: items of the issue table beside the issues, {@code
 * brake#<app>#<day>} and {@code brake#<app>#storm#<window>}. Each count is one atomic write, so
 * that it is right over all processes. Days are those of UTC. The attribute {@code expires} (epoch
 * seconds) lets DynamoDB delete them, where the table has it as its time to live.
 */
public final class BrakeCounts {
  private static final Duration KEPT = Duration.ofDays(3);

  private final DynamoDbClient client;
  private final String table;
  private final Clock clock;

  public BrakeCounts(DynamoDbClient client, String table, Clock clock) {
    this.client = client;
    this.table = table;
    this.clock = clock;
  }

  /**
   * Counts one repair of today.
   *
   * @return false, and nothing counted, when {@code limit} are counted already
   */
  public boolean takeRepair(String app, long limit) {
    return take(day(app), "repairs", limit);
  }

  /** Takes back a repair of today that came to nothing, as something outside was down. */
  public void giveBackRepair(String app) {
    add(day(app), "repairs", -1);
  }

  /** Repairs of today. */
  public long repairs(String app) {
    return read(day(app), "repairs");
  }

  /** Counts tokens, questions and answers together, on today. */
  public void addTokens(String app, long tokens) {
    if (tokens > 0) {
      add(day(app), "tokens", tokens);
    }
  }

  /** Tokens of today. */
  public long tokens(String app) {
    return read(day(app), "tokens");
  }

  /**
   * Counts one new distinct error in the present window.
   *
   * @return how many the window has now
   */
  public long addNewError(String app, Duration window) {
    return add(window(app, window, 0), "errors", 1);
  }

  /** New distinct errors in the present window, or in the one before it when those are more. */
  public long newErrors(String app, Duration window) {
    return Math.max(
        read(window(app, window, 0), "errors"), read(window(app, window, -1), "errors"));
  }

  /**
   * Counts one error that is repaired although a storm goes on.
   *
   * @return false, and nothing counted, when the present window has {@code limit} already
   */
  public boolean takeStormRepair(String app, Duration window, long limit) {
    return take(window(app, window, 0), "repairs", limit);
  }

  private String day(String app) {
    return "brake#" + app + "#" + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private String window(String app, Duration window, int offset) {
    long length = Math.max(1, window.toSeconds());
    long start = (Math.floorDiv(clock.instant().getEpochSecond(), length) + offset) * length;
    return "brake#" + app + "#storm#" + Instant.ofEpochSecond(start);
  }

  private long read(String key, String attribute) {
    AttributeValue value =
        client
            .getItem(get -> get.tableName(table).key(key(key)).consistentRead(true))
            .item()
            .get(attribute);
    return value == null ? 0 : Long.parseLong(value.n());
  }

  private long add(String key, String attribute, long amount) {
    return Long.parseLong(
        client
            .updateItem(
                update ->
                    update
                        .tableName(table)
                        .key(key(key))
                        .updateExpression("SET expires = :expires ADD #count :amount")
                        .expressionAttributeNames(Map.of("#count", attribute))
                        .expressionAttributeValues(
                            Map.of(":amount", number(amount), ":expires", expires()))
                        .returnValues(ReturnValue.UPDATED_NEW))
            .attributes()
            .get(attribute)
            .n());
  }

  private boolean take(String key, String attribute, long limit) {
    if (limit < 1) {
      return false;
    }
    try {
      client.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(key(key))
                  .updateExpression("SET expires = :expires ADD #count :one")
                  .conditionExpression("attribute_not_exists(#count) OR #count < :limit")
                  .expressionAttributeNames(Map.of("#count", attribute))
                  .expressionAttributeValues(
                      Map.of(":one", number(1), ":limit", number(limit), ":expires", expires())));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  private AttributeValue expires() {
    return number(clock.instant().plus(KEPT).getEpochSecond());
  }

  private static Map<String, AttributeValue> key(String key) {
    return Map.of("pk", AttributeValue.fromS(key));
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }
}

package io.selfheal.issue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * What processes have counted and not yet added to the issues, one item {@code counts#<id>} of the
 * issue table each. Counts move from a journal to their issues in one transaction, so that a
 * process that dies at any moment leaves each in exactly one of both. Every write has the next
 * sequence number; whoever finds another one than it knows has lost the journal.
 */
public final class CountJournals {
  /** So many issues can get their counts in one transaction. */
  public static final int MOST_ADDED = 99;

  /** In the attribute {@code unfinished}, so that the sweep's index has what is not empty. */
  private static final String UNFINISHED = "COUNTS";

  /** After it DynamoDB may delete an empty one, where the table has a time to live. */
  private static final Duration KEPT = Duration.ofDays(3);

  private static final String SEQUENCE = "sequence";
  private static final String REFUSED = "ConditionalCheckFailed";

  private final DynamoDbClient client;
  private final String table;
  private final IssueTable issues;
  private final Clock clock;

  public CountJournals(DynamoDbClient client, String table, IssueTable issues, Clock clock) {
    this.client = client;
    this.table = table;
    this.issues = issues;
    this.clock = clock;
  }

  /** How often an issue was seen. */
  public record Counted(String app, String fingerprint, long count, Instant lastSeen) {
    String key() {
      return IssueTable.key(app, fingerprint);
    }
  }

  /**
   * @param sequence 1 for the first write, then one more for each
   * @param writer who has written it last: the process of that id, or one that takes it over
   */
  public record Journal(String id, long sequence, String writer, List<Counted> counts) {}

  /**
   * What has become of a transaction.
   *
   * @param lost the journal is somebody else's by now
   * @param gone issues that are not in the table any more
   * @param merged issues that were merged
   */
  public record Outcome(boolean written, boolean lost, Set<Counted> gone, Set<Counted> merged) {}

  /**
   * Writes a journal.
   *
   * @return false when its sequence number is not the next one
   */
  public boolean write(Journal journal) {
    Put put = put(journal);
    try {
      client.putItem(
          request ->
              request
                  .tableName(table)
                  .item(put.item())
                  .conditionExpression(put.conditionExpression())
                  .expressionAttributeNames(put.expressionAttributeNames())
                  .expressionAttributeValues(
                      put.hasExpressionAttributeValues() ? put.expressionAttributeValues() : null));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /**
   * Adds counts to their issues and writes the journal without them, both or neither.
   *
   * @param added at most {@link #MOST_ADDED}, each issue once
   * @param evenMerged those of them that are added although their issue is merged; the others are
   *     told in the outcome
   */
  public Outcome add(List<Counted> added, Set<Counted> evenMerged, Journal left) {
    List<TransactWriteItem> items = new ArrayList<>();
    Put journal = put(left);
    items.add(TransactWriteItem.builder().put(journal).build());
    for (Counted counted : added) {
      items.add(addition(counted, evenMerged.contains(counted)));
    }
    try {
      client.transactWriteItems(write -> write.transactItems(items));
      return new Outcome(true, false, Set.of(), Set.of());
    } catch (TransactionCanceledException e) {
      List<CancellationReason> reasons = e.cancellationReasons();
      if (reasons.isEmpty()
          || reasons.stream().noneMatch(reason -> REFUSED.equals(reason.code()))) {
        throw e;
      }
      Set<Counted> gone = new HashSet<>();
      Set<Counted> merged = new HashSet<>();
      for (int i = 1; i < reasons.size(); i++) {
        if (REFUSED.equals(reasons.get(i).code())) {
          (reasons.get(i).item().isEmpty() ? gone : merged).add(added.get(i - 1));
        }
      }
      return new Outcome(false, REFUSED.equals(reasons.get(0).code()), gone, merged);
    }
  }

  private TransactWriteItem addition(Counted counted, boolean evenMerged) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":count", AttributeValue.fromN(Long.toString(counted.count())));
    values.put(":seen", AttributeValue.fromS(IssueTable.stamp(counted.lastSeen())));
    if (!evenMerged) {
      values.put(":merged", AttributeValue.fromS(IssueStatus.MERGED.name()));
    }
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(table)
                    .key(key(counted.key()))
                    .updateExpression("SET last_seen = :seen ADD occurrences :count")
                    .conditionExpression(
                        evenMerged
                            ? "attribute_exists(pk)"
                            : "attribute_exists(pk) AND #status <> :merged")
                    .expressionAttributeNames(evenMerged ? null : Map.of("#status", "status"))
                    .expressionAttributeValues(values)
                    .returnValuesOnConditionCheckFailure(
                        ReturnValuesOnConditionCheckFailure.ALL_OLD))
        .build();
  }

  private Put put(Journal journal) {
    Map<String, AttributeValue> item = new HashMap<>(key("counts#" + journal.id()));
    item.put(SEQUENCE, AttributeValue.fromN(Long.toString(journal.sequence())));
    item.put("writer", AttributeValue.fromS(journal.writer()));
    item.put("last_change", AttributeValue.fromS(IssueTable.stamp(clock.instant())));
    if (journal.counts().isEmpty()) {
      item.put(
          "expires",
          AttributeValue.fromN(Long.toString(clock.instant().plus(KEPT).getEpochSecond())));
    } else {
      item.put("unfinished", AttributeValue.fromS(UNFINISHED));
      item.put("counts", AttributeValue.fromB(packed(journal.counts())));
    }
    Put.Builder put = Put.builder().tableName(table).item(item);
    if (journal.sequence() == 1) {
      return put.conditionExpression("attribute_not_exists(#key)")
          .expressionAttributeNames(Map.of("#key", "pk"))
          .build();
    }
    return put.conditionExpression("#sequence = :before")
        .expressionAttributeNames(Map.of("#sequence", SEQUENCE))
        .expressionAttributeValues(
            Map.of(":before", AttributeValue.fromN(Long.toString(journal.sequence() - 1))))
        .build();
  }

  public Optional<Journal> find(String id) {
    Map<String, AttributeValue> item =
        client
            .getItem(get -> get.tableName(table).key(key("counts#" + id)).consistentRead(true))
            .item();
    if (item.isEmpty()) {
      return Optional.empty();
    }
    AttributeValue counts = item.get("counts");
    return Optional.of(
        new Journal(
            id,
            Long.parseLong(item.get(SEQUENCE).n()),
            item.get("writer").s(),
            counts == null ? List.of() : unpacked(counts.b())));
  }

  /** Journals that hold counts and were not written for so long. */
  public List<Journal> abandoned(Duration quiet) {
    return issues
        .unfinishedKeys(UNFINISHED, clock.instant().minus(quiet))
        .map(key -> find(key.substring("counts#".length())))
        .flatMap(Optional::stream)
        .filter(journal -> !journal.counts().isEmpty())
        .toList();
  }

  private static Map<String, AttributeValue> key(String key) {
    return Map.of("pk", AttributeValue.fromS(key));
  }

  private static SdkBytes packed(List<Counted> counts) {
    String text =
        counts.stream()
            .map(
                counted ->
                    counted.app()
                        + "\t"
                        + counted.fingerprint()
                        + "\t"
                        + counted.count()
                        + "\t"
                        + counted.lastSeen().toEpochMilli())
            .collect(Collectors.joining("\n"));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Deflater fast = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream deflating = new DeflaterOutputStream(packed, fast)) {
      deflating.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      fast.end();
    }
    return SdkBytes.fromByteArrayUnsafe(packed.toByteArray());
  }

  private static List<Counted> unpacked(SdkBytes packed) {
    try (InflaterInputStream inflating = new InflaterInputStream(packed.asInputStream())) {
      return new String(inflating.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t"))
          .map(
              part ->
                  new Counted(
                      part[0],
                      part[1],
                      Long.parseLong(part[2]),
                      Instant.ofEpochMilli(Long.parseLong(part[3]))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.selfheal.issue;

import io.selfheal.stacktrace.LogContext;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * The table that holds the state: one item is one distinct error of one application. This is the
 * only code that knows the names of its attributes. Every transition is one conditional write;
 * whoever loses the race gets an empty answer and stops.
 *
 * <p>New items are written by Camel's aws2-ddb component with {@link #newItem}; what needs update
 * expressions, which that component does not have, is written here.
 */
public final class IssueTable {
  /** The sparse index over what is unfinished. */
  public static final String UNFINISHED_INDEX = "unfinished";

  private static final Logger LOG = LoggerFactory.getLogger(IssueTable.class);

  /**
   * Keeps an item under DynamoDB's 400 KB, whatever the log said: a character takes up to three
   * bytes.
   */
  private static final int LONGEST_MESSAGE = 100_000;

  private static final int LONGEST_REASON = 4_000;

  /** Three of these and the message stay below 400 KB together. */
  private static final int LONGEST_DIFF = 10_000;

  private static final int LONGEST_REVIEW = 4_000;

  /** From where an issue goes to the queue. */
  private static final Set<IssueStatus> SENT_FROM =
      Set.of(IssueStatus.NEW, IssueStatus.QUEUED, IssueStatus.REPAIRING, IssueStatus.SUPPRESSED);

  /** What {@link #summaries} reads. */
  private static final List<String> SUMMARY =
      List.of(
          "app",
          "fingerprint",
          "status",
          "exception_type",
          "title",
          "language",
          "occurrences",
          "first_seen",
          "last_seen",
          "log_group",
          "attempts",
          "branch",
          "pull_request_url",
          "issue_url",
          "brake",
          "reason",
          "input_tokens",
          "output_tokens",
          "cost_usd",
          "fingerprint_version",
          "last_change");

  private final DynamoDbClient client;
  private final String table;
  private final Clock clock;
  private final AtomicReference<Boolean> indexed = new AtomicReference<>();

  public IssueTable(DynamoDbClient client, String table, Clock clock) {
    this.client = client;
    this.table = table;
    this.clock = clock;
  }

  public static String key(String app, String fingerprint) {
    return app + "#" + fingerprint;
  }

  /**
   * The item of an error that was never seen before, for {@code aws2-ddb} PutItem: {@code NEW}, or
   * {@code REPORTED} with its reason where no repair is to be tried.
   */
  public Map<String, AttributeValue> newItem(Issue issue) {
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    item.put("pk", text(key(issue.app(), issue.fingerprint())));
    item.put("app", text(issue.app()));
    item.put("fingerprint", text(issue.fingerprint()));
    boolean reported = issue.status() == IssueStatus.REPORTED;
    IssueStatus status = reported ? IssueStatus.REPORTED : IssueStatus.NEW;
    item.put("status", text(status.name()));
    if (status.unfinished()) {
      item.put("unfinished", text(status.name()));
    }
    if (reported) {
      putText(item, "reason", shortened(issue.reason(), LONGEST_REASON));
    }
    item.put("last_change", text(now()));
    putText(item, "message", shortened(issue.message(), LONGEST_MESSAGE));
    putText(item, "exception_type", shortened(issue.exceptionType(), 500));
    putText(item, "title", shortened(issue.title(), 300));
    putText(item, "language", issue.language());
    putText(item, "log_group", issue.logGroup());
    putText(item, "log_stream", issue.logStream());
    putText(item, "level", issue.context().level());
    putText(item, "logger", issue.context().logger());
    putText(item, "request_id", issue.context().requestId());
    putText(item, "trace_id", issue.context().traceId());
    item.put("occurrences", number(issue.occurrences()));
    item.put("first_seen", text(stamp(issue.firstSeen())));
    item.put("last_seen", text(stamp(issue.lastSeen())));
    item.put("attempts", number(0));
    item.put("input_tokens", number(0));
    item.put("output_tokens", number(0));
    item.put("fingerprint_version", number(issue.fingerprintVersion()));
    putText(item, "trace_parent", issue.traceParent());
    item.put("stored_as", text(UUID.randomUUID().toString()));
    return item;
  }

  /**
   * Whether the table has this very item of {@link #newItem}. A write whose answer was lost is
   * repeated by the AWS SDK, and then refused because the item is there.
   */
  public boolean hasStored(Map<String, AttributeValue> newItem) {
    Map<String, AttributeValue> stored =
        client
            .getItem(
                get ->
                    get.tableName(table)
                        .key(Map.of("pk", newItem.get("pk")))
                        .projectionExpression("stored_as")
                        .consistentRead(true))
            .item();
    return newItem.get("stored_as").equals(stored.get("stored_as"));
  }

  /** The condition of that PutItem: the error has no item yet. */
  public Map<String, ExpectedAttributeValue> absent() {
    return Map.of("pk", ExpectedAttributeValue.builder().exists(false).build());
  }

  /**
   * Adds occurrences to an issue.
   *
   * @return whether the item is still there
   */
  public boolean addOccurrences(
      String app, String fingerprint, long occurrences, Instant lastSeen) {
    Change change =
        new Change().set("last_seen", text(stamp(lastSeen))).add("occurrences", occurrences);
    return update(app, fingerprint, change.condition("attribute_exists(pk)")).isPresent();
  }

  /** The item's key. */
  public Map<String, AttributeValue> keyOf(String app, String fingerprint) {
    return Map.of("pk", text(key(app, fingerprint)));
  }

  public Optional<Issue> find(String app, String fingerprint) {
    Map<String, AttributeValue> item =
        client
            .getItem(get -> get.tableName(table).key(keyOf(app, fingerprint)).consistentRead(true))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(read(item));
  }

  /**
   * Reads one item that need not be there.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException when the table cannot be reached
   */
  public void reach(Duration timeout) {
    client.getItem(
        get ->
            get.tableName(table)
                .key(Map.of("pk", text("health")))
                .overrideConfiguration(override -> override.apiCallTimeout(timeout)));
  }

  /** Every issue, newest first. Items that are no issue (checkpoints) are left out. */
  public List<Issue> all() {
    List<Issue> issues = new ArrayList<>();
    client
        .scanPaginator(
            scan -> scan.tableName(table).filterExpression("attribute_exists(fingerprint)"))
        .items()
        .forEach(item -> issues.add(read(item)));
    issues.sort((a, b) -> b.lastSeen().compareTo(a.lastSeen()));
    return issues;
  }

  /**
   * Every issue without its trace, in no order: a tenth of the bytes of {@link #all}, though the
   * table charges for whole items.
   */
  public List<Issue> summaries() {
    Map<String, String> names = new LinkedHashMap<>();
    SUMMARY.forEach(attribute -> names.put("#" + attribute, attribute));
    List<Issue> issues = new ArrayList<>();
    client
        .scanPaginator(
            scan ->
                scan.tableName(table)
                    .filterExpression("attribute_exists(fingerprint)")
                    .projectionExpression(String.join(", ", names.keySet()))
                    .expressionAttributeNames(names))
        .items()
        .forEach(item -> issues.add(read(item)));
    return issues;
  }

  /**
   * Unfinished issues whose last change is too old for their state: {@code NEW} ones the stream has
   * lost, {@code QUEUED} ones whose message was lost, {@code REPAIRING} ones whose worker died;
   * these first. Each is read when it is asked for.
   *
   * @param newFor how old a {@code NEW} issue must be
   * @param queuedFor how old a {@code QUEUED} issue must be
   */
  public Stream<Issue> stale(Duration newFor, Duration queuedFor) {
    Instant now = clock.instant();
    // A lease is renewed by its holder, and each renewal is a change; so an old one has run out.
    return Stream.concat(
        unfinished(IssueStatus.REPAIRING, now.minus(Lease.LENGTH)),
        Stream.concat(unsent(newFor), unfinished(IssueStatus.QUEUED, now.minus(queuedFor))));
  }

  /** {@code NEW} issues, at least that old, each read when it is asked for. */
  public Stream<Issue> unsent(Duration newFor) {
    return unfinished(IssueStatus.NEW, clock.instant().minus(newFor));
  }

  private Stream<Issue> unfinished(IssueStatus status, Instant before) {
    return unfinishedKeys(status.name(), before).map(this::find).flatMap(Optional::stream);
  }

  /** Keys of the items with that word in {@code unfinished} and no change since. */
  Stream<String> unfinishedKeys(String word, Instant before) {
    Map<String, AttributeValue> values =
        Map.of(":status", text(word), ":before", text(stamp(before)));
    String condition = "unfinished = :status AND last_change < :before";
    SdkIterable<Map<String, AttributeValue>> items =
        hasIndex()
            ? client
                .queryPaginator(
                    query ->
                        query
                            .tableName(table)
                            .indexName(UNFINISHED_INDEX)
                            .keyConditionExpression(condition)
                            .expressionAttributeValues(values))
                .items()
            : client
                .scanPaginator(
                    scan ->
                        scan.tableName(table)
                            .filterExpression(condition)
                            .expressionAttributeValues(values))
                .items();
    return items.stream().map(item -> item.get("pk").s());
  }

  /** The index may project keys only, so the item itself is read. */
  private Optional<Issue> find(String key) {
    int hash = key.lastIndexOf('#');
    return find(key.substring(0, hash), key.substring(hash + 1));
  }

  /** Whether the table has the index; said once in the log when it has not. */
  private boolean hasIndex() {
    Boolean known = indexed.get();
    if (known == null) {
      known =
          client
              .describeTable(describe -> describe.tableName(table))
              .table()
              .globalSecondaryIndexes()
              .stream()
              .map(GlobalSecondaryIndexDescription::indexName)
              .anyMatch(UNFINISHED_INDEX::equals);
      if (indexed.compareAndSet(null, known) && !known) {
        LOG.warn(
            "The table {} has no index '{}' (unfinished, last_change): the sweep scans the whole table instead",
            table,
            UNFINISHED_INDEX);
      }
    }
    return known;
  }

  /**
   * {@code NEW}, or stale {@code QUEUED} or {@code REPAIRING}, → {@code QUEUED}.
   *
   * @return whether it is the caller who sends the message
   */
  public boolean queue(Issue seen) {
    return queue(seen, Duration.ZERO);
  }

  /**
   * As above.
   *
   * @param wait until the sweep begins to count the message as lost
   */
  public boolean queue(Issue seen, Duration wait) {
    if (!SENT_FROM.contains(seen.status())) {
      return false;
    }
    Change change =
        new Change()
            .status(IssueStatus.QUEUED)
            .set("last_change", text(stamp(clock.instant().plus(wait))))
            .remove("lease_owner");
    if (seen.status() == IssueStatus.QUEUED) {
      change.add("sent_again", 1);
    } else {
      change.remove("sent_again");
    }
    if (seen.status() == IssueStatus.SUPPRESSED) {
      // What an earlier try or a person said is part of the next prompt; the brake's words are not.
      change.setTo("reason", "if_not_exists(reason_before, :nothing)").value(":nothing", text(""));
      change.remove("reason_before");
    }
    // Nobody may have touched it since it was read: of two that found it stale, one sends the
    // message.
    change.condition("#status = :seen AND last_change = :changed");
    change.name("#status", "status");
    change.value(":seen", text(seen.status().name()));
    change.value(":changed", text(stamp(seen.lastChange())));
    return update(seen.app(), seen.fingerprint(), change).isPresent();
  }

  /**
   * {@code REPAIRING} → {@code SUPPRESSED} by a brake; the try does not count. The sweep sends it
   * again once the brake is off.
   *
   * @param brake its name
   */
  public boolean holdBack(Lease lease, String brake, String reason) {
    Change change = held(brake, reason).add("attempts", -1).remove("repaired_at");
    return update(lease, change).isPresent();
  }

  /**
   * {@code NEW} or {@code QUEUED} → {@code SUPPRESSED} by a brake, as above.
   *
   * @return whether it was the caller who did it
   */
  public boolean holdBack(Issue seen, String brake, String reason) {
    if (seen.status() != IssueStatus.NEW && seen.status() != IssueStatus.QUEUED) {
      return false;
    }
    Change change = held(brake, reason);
    change.condition("#status = :seen AND last_change = :changed");
    change.value(":seen", text(seen.status().name()));
    change.value(":changed", text(stamp(seen.lastChange())));
    return update(seen.app(), seen.fingerprint(), change).isPresent();
  }

  private Change held(String brake, String reason) {
    return new Change()
        .set("status", text(IssueStatus.SUPPRESSED.name()))
        // It waits for work, so the sweep's index has it.
        .set("unfinished", text(IssueStatus.SUPPRESSED.name()))
        .set("last_change", text(now()))
        .set("brake", text(brake))
        .setTo("reason_before", "if_not_exists(reason, :nothing)")
        .value(":nothing", text(""))
        .reason(reason)
        .remove("lease_owner");
  }

  /**
   * Fingerprints of what the brakes hold back of an application, those that wait longest.
   *
   * @param most as a storm may have left very many
   */
  public List<String> heldBack(String app, int most) {
    String prefix = app + "#";
    return unfinishedKeys(IssueStatus.SUPPRESSED.name(), clock.instant().plusMillis(1))
        .filter(key -> key.startsWith(prefix) && key.lastIndexOf('#') == app.length())
        .limit(most)
        .map(key -> key.substring(prefix.length()))
        .toList();
  }

  /** Undoes {@link #queue} when the message could not be sent. */
  public void unqueue(String app, String fingerprint) {
    Change change = new Change().status(IssueStatus.NEW).set("last_change", text(now()));
    change.condition("#status = :queued").value(":queued", text(IssueStatus.QUEUED.name()));
    update(app, fingerprint, change);
  }

  /**
   * Takes an issue into work: {@code NEW}, {@code QUEUED}, or {@code REPAIRING} with a lease that
   * has run out, → {@code REPAIRING}. The try counts from here, so that a repair that kills its
   * process ends too.
   *
   * @return the issue with {@code attempts} counting this try; empty when somebody else has it or
   *     it is finished
   */
  public Optional<Issue> lease(String app, String fingerprint, String owner) {
    String now = now();
    Change change =
        new Change()
            .status(IssueStatus.REPAIRING)
            .set("last_change", text(now))
            .set("lease_owner", text(owner))
            .set("repaired_at", text(now))
            .remove("sent_again")
            .add("attempts", 1);
    change.condition(
        "#status IN (:new, :queued) OR (#status = :repairing AND last_change < :expired)");
    change.value(":new", text(IssueStatus.NEW.name()));
    change.value(":queued", text(IssueStatus.QUEUED.name()));
    change.value(":repairing", text(IssueStatus.REPAIRING.name()));
    change.value(":expired", text(stamp(clock.instant().minus(Lease.LENGTH))));
    return update(app, fingerprint, change);
  }

  /** Keeps a lease for another {@link Lease#LENGTH}; false when it was lost. */
  public boolean renew(Lease lease) {
    return update(lease, new Change().set("last_change", text(now()))).isPresent();
  }

  /** {@code REPAIRING} → {@code QUEUED}: the try failed, the queue delivers the message again. */
  public boolean tryAgain(Lease lease, String reason, Spent spent) {
    return tryAgain(lease, reason, spent, Duration.ZERO);
  }

  /**
   * As above.
   *
   * @param wait for how long the queue keeps the message back on purpose: only after it does the
   *     sweep begin to count the message as lost
   */
  public boolean tryAgain(Lease lease, String reason, Spent spent, Duration wait) {
    return update(
            lease, leaving(IssueStatus.QUEUED, spent, clock.instant().plus(wait)).reason(reason))
        .isPresent();
  }

  /**
   * {@code REPAIRING} → {@code QUEUED}: something outside is down, so the try does not count.
   *
   * @param wait for how long the queue keeps the message back
   */
  public boolean postpone(Lease lease, String reason, Duration wait) {
    Change change =
        new Change()
            .status(IssueStatus.QUEUED)
            .set("last_change", text(stamp(clock.instant().plus(wait))))
            .reason(reason)
            .add("attempts", -1)
            .add("outages", 1)
            .remove("lease_owner")
            .remove("repaired_at");
    return update(lease, change).isPresent();
  }

  /** The same, with tokens whose price is not known. */
  public boolean tryAgain(Lease lease, String reason, long inputTokens, long outputTokens) {
    return tryAgain(lease, reason, new Spent(inputTokens, outputTokens, null));
  }

  /**
   * {@code REPAIRING} → {@code FAILED}, {@code REPORTED} or {@code SUPPRESSED}; back to {@code
   * PULL_REQUEST_OPEN} where the try was to add to a pull request, which is there all the same.
   */
  public boolean finish(
      Lease lease,
      IssueStatus status,
      String title,
      String reason,
      long inputTokens,
      long outputTokens) {
    return finish(lease, status, title, reason, new Spent(inputTokens, outputTokens, null));
  }

  /** The same, with what the try has cost. */
  public boolean finish(Lease lease, IssueStatus status, String title, String reason, Spent spent) {
    Change change = leaving(status, spent).reason(reason);
    if (title != null) {
      change.set("title", text(shortened(title, 300)));
    }
    change.condition("attribute_not_exists(go_on_from)");
    if (update(lease, change).isPresent()) {
      return true;
    }
    Change back = leaving(IssueStatus.PULL_REQUEST_OPEN, spent).reason(reason).remove("go_on_from");
    return update(lease, back).isPresent();
  }

  /**
   * {@code REPAIRING} → {@code PULL_REQUEST_OPEN}; or {@code MERGED} or {@code REJECTED}, where the
   * pull request of an earlier try is found that people have dealt with.
   */
  public boolean pullRequestOpened(
      Lease lease,
      IssueStatus status,
      String title,
      String branch,
      String url,
      long inputTokens,
      long outputTokens) {
    return pullRequestOpened(
        lease, status, title, branch, url, new Spent(inputTokens, outputTokens, null), null, null);
  }

  /**
   * The same, with what the try has cost.
   *
   * @param before the issue as the try has claimed it; null if it never had a pull request
   * @param diff what the try has changed, secrets masked; null if it is not to be kept
   */
  public boolean pullRequestOpened(
      Lease lease,
      IssueStatus status,
      String title,
      String branch,
      String url,
      Spent spent,
      Issue before,
      String diff) {
    Change change =
        leaving(status, spent)
            .set("title", text(shortened(title, 300)))
            .set("branch", text(branch))
            .set("pull_request_url", text(url))
            .remove("reason")
            .remove("go_on_from");
    boolean added = before != null && before.history().goOnFrom() != null;
    boolean same = before != null && url.equals(before.pullRequestUrl());
    if (diff != null) {
      String all = same && added ? before.history().diff() + "\n" + diff : diff;
      String kept = shortened(all, LONGEST_DIFF);
      change.set("diff", text(kept));
      if (status == IssueStatus.MERGED) {
        change.set("merged_diff", text(kept));
      } else if (status == IssueStatus.REJECTED) {
        change.set("rejected_diff", text(kept));
      }
    }
    if (!same) {
      change
          .set("told_at", text(now()))
          .set("told_occurrences", number(before == null ? 1 : before.occurrences()))
          .remove("check_repairs")
          .remove("handled_comment")
          .remove("confirmed_at")
          .remove("merge_commit")
          .remove("merged_head");
    }
    if (status == IssueStatus.MERGED) {
      change.set("merged_at", text(now()));
    } else {
      change.remove("merged_at");
    }
    return update(lease, change).isPresent();
  }

  /**
   * Any state → {@code NEW} with all tries left.
   *
   * @param hint a word for the model, kept as the reason, which is part of the next prompt
   */
  public Optional<Issue> retry(String app, String fingerprint, Optional<String> hint) {
    Change change =
        new Change()
            .status(IssueStatus.NEW)
            .set("last_change", text(now()))
            .set("attempts", number(0))
            .set("brake", text("person"))
            .remove("reason_before")
            .remove("go_on_from")
            .remove("lease_owner");
    hint.ifPresentOrElse(
        words -> change.reason("A person who sent the issue again says: " + words),
        () -> change.remove("reason"));
    change.condition("attribute_exists(pk)");
    return update(app, fingerprint, change);
  }

  /**
   * A state in which nothing is under way or done → {@code SUPPRESSED}, until a person sends it
   * again: the sweep leaves it alone.
   *
   * @param reason why, for those who look at it later
   * @return empty when it is in work, has a pull request or is gone
   */
  public Optional<Issue> suppress(String app, String fingerprint, String reason) {
    Change change =
        new Change()
            .status(IssueStatus.SUPPRESSED)
            .set("last_change", text(now()))
            .set("brake", text("person"))
            .remove("reason_before")
            .reason(reason);
    change.condition("#status IN (:new, :queued, :reported, :failed, :suppressed)");
    change.value(":new", text(IssueStatus.NEW.name()));
    change.value(":queued", text(IssueStatus.QUEUED.name()));
    change.value(":reported", text(IssueStatus.REPORTED.name()));
    change.value(":failed", text(IssueStatus.FAILED.name()));
    change.value(":suppressed", text(IssueStatus.SUPPRESSED.name()));
    return update(app, fingerprint, change);
  }

  /**
   * {@code MERGED} → {@code NEW} when the error was seen after its merge; where nobody has told
   * when that was, after the issue's last change.
   *
   * @param deployGrace how long after the merge the version before it still runs
   * @return whether it was
   */
  public boolean regressed(String app, String fingerprint, Instant seen, Duration deployGrace) {
    Change change =
        new Change()
            .status(IssueStatus.NEW)
            .set("last_change", text(now()))
            .set("attempts", number(0))
            .reason("The error was seen again after its pull request was merged");
    change.condition(
        "#status = :merged AND (merged_at < :deployed"
            + " OR attribute_not_exists(merged_at) AND last_change < :seen)");
    change.value(":deployed", text(stamp(seen.minus(deployGrace))));
    change.value(":merged", text(IssueStatus.MERGED.name()));
    change.value(":seen", text(stamp(seen)));
    return update(app, fingerprint, change).isPresent();
  }

  /**
   * The issues whose pull request is open, and those that were merged and are not yet confirmed. A
   * scan of the table: half a read unit for each issue of 4 KB, so it is for long intervals.
   */
  public List<Issue> followed() {
    List<Issue> followed = new ArrayList<>();
    client
        .scanPaginator(
            scan ->
                scan.tableName(table)
                    .filterExpression(
                        "#status = :open OR (#status = :merged AND attribute_not_exists(confirmed_at))")
                    .expressionAttributeNames(Map.of("#status", "status"))
                    .expressionAttributeValues(
                        Map.of(
                            ":open",
                            text(IssueStatus.PULL_REQUEST_OPEN.name()),
                            ":merged",
                            text(IssueStatus.MERGED.name()))))
        .items()
        .forEach(item -> followed.add(read(item)));
    return followed;
  }

  /**
   * {@code PULL_REQUEST_OPEN} → {@code MERGED}.
   *
   * @param at when, as the SCM says
   * @param commit what the base branch got by it; null if unknown
   * @param head the branch's tip that was merged; null if unknown
   * @return the issue as it is now; empty when somebody else has changed it
   */
  public Optional<Issue> merged(Issue seen, Instant at, String commit, String head) {
    if (seen.status() != IssueStatus.PULL_REQUEST_OPEN) {
      return Optional.empty();
    }
    Change change =
        new Change()
            .status(IssueStatus.MERGED)
            .set("last_change", text(now()))
            .set("merged_at", text(stamp(at)))
            .remove("confirmed_at")
            .remove("reason")
            .setText("merge_commit", commit)
            .setText("merged_head", head)
            .setText("merged_diff", seen.history().diff());
    return update(seen.app(), seen.fingerprint(), unchanged(seen, change));
  }

  /**
   * {@code PULL_REQUEST_OPEN} → {@code REJECTED}.
   *
   * @param review what people said, secrets masked; null if nothing
   */
  public boolean rejected(Issue seen, String reason, String review, String handledComment) {
    if (seen.status() != IssueStatus.PULL_REQUEST_OPEN) {
      return false;
    }
    Change change =
        new Change()
            .status(IssueStatus.REJECTED)
            .set("last_change", text(now()))
            .reason(reason)
            .setText("rejected_diff", seen.history().diff())
            .setText("handled_comment", handledComment);
    if (review == null || review.isBlank()) {
      change.remove("review");
    } else {
      change.set("review", text(shortened(review, LONGEST_REVIEW)));
    }
    return update(seen.app(), seen.fingerprint(), unchanged(seen, change)).isPresent();
  }

  /**
   * {@code PULL_REQUEST_OPEN} → {@code NEW}: the next repair adds a commit to the pull request.
   *
   * @param reason for the model, secrets masked
   * @param tip the branch's tip that the reason is about
   * @param handledComment up to where comments are read; null to leave it
   * @param forChecks whether it is for failed checks, which is counted
   */
  public boolean goOn(
      Issue seen, String reason, String tip, String handledComment, boolean forChecks) {
    if (seen.status() != IssueStatus.PULL_REQUEST_OPEN) {
      return false;
    }
    Change change =
        new Change()
            .status(IssueStatus.NEW)
            .set("last_change", text(now()))
            .set("attempts", number(0))
            .set("go_on_from", text(tip))
            .reason(reason)
            .setText("handled_comment", handledComment);
    if (forChecks) {
      change.add("check_repairs", 1);
    } else {
      change.set("brake", text("person"));
    }
    return update(seen.app(), seen.fingerprint(), unchanged(seen, change)).isPresent();
  }

  /** Notes up to where a pull request's comments were read. */
  public void commentHandled(Issue seen, String handledComment) {
    update(
        seen.app(),
        seen.fingerprint(),
        unchanged(seen, new Change().set("handled_comment", text(handledComment))));
  }

  /** Notes which number of occurrences the pull request names now. */
  public void occurrencesTold(Issue seen, long occurrences) {
    Change change =
        new Change().set("told_occurrences", number(occurrences)).set("told_at", text(now()));
    update(seen.app(), seen.fingerprint(), unchanged(seen, change));
  }

  /** The error has stayed away since its merge; the issue is not followed any more. */
  public void confirmed(Issue seen) {
    update(
        seen.app(),
        seen.fingerprint(),
        unchanged(seen, new Change().set("confirmed_at", text(now()))));
  }

  private static Change unchanged(Issue seen, Change change) {
    change.condition("#status = :seen AND last_change = :changed");
    change.name("#status", "status");
    change.value(":seen", text(seen.status().name()));
    return change.value(":changed", text(stamp(seen.lastChange())));
  }

  /**
   * Takes a task that one process at a time is to do, or keeps it.
   *
   * @param owner unique for each process
   * @param length for how long, unless it is kept or {@link #endTurn ended}
   * @return whether it is the caller's now
   */
  public boolean takeTurn(String task, String owner, Duration length) {
    return turn(
        task,
        "attribute_not_exists(pk) OR held_until < :now OR #owner = :owner",
        Map.of(
            ":owner",
            text(owner),
            ":next",
            text(owner),
            ":now",
            text(now()),
            ":expires",
            text(stamp(clock.instant().plus(length)))));
  }

  /**
   * Gives a task up.
   *
   * @param next when it may be taken again, by whomever
   */
  public void endTurn(String task, String owner, Instant next) {
    turn(
        task,
        "#owner = :owner",
        Map.of(":owner", text(owner), ":next", text("nobody"), ":expires", text(stamp(next))));
  }

  private boolean turn(String task, String condition, Map<String, AttributeValue> values) {
    try {
      client.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(Map.of("pk", text("lease#" + task)))
                  .updateExpression("SET #owner = :next, held_until = :expires")
                  .conditionExpression(condition)
                  .expressionAttributeNames(Map.of("#owner", "owner"))
                  .expressionAttributeValues(values));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /**
   * How many issues of the application wait for their reviewers, or are in work since before the
   * given one and may open a pull request too. Of two that are taken into work at the same moment,
   * one is before the other.
   *
   * @param leased as {@link #lease} returned it
   */
  public long openPullRequestsBefore(Issue leased) {
    return count(
        "app = :app AND (#status = :open OR (#status = :repairing AND fingerprint <> :this"
            + " AND (repaired_at < :now OR (repaired_at = :now AND fingerprint < :this))))",
        Map.of("#status", "status"),
        Map.of(
            ":app",
            text(leased.app()),
            ":open",
            text(IssueStatus.PULL_REQUEST_OPEN.name()),
            ":repairing",
            text(IssueStatus.REPAIRING.name()),
            ":this",
            text(leased.fingerprint()),
            ":now",
            text(stamp(leased.lastChange()))));
  }

  /** How many issues of the application wait for their reviewers, in the queue, or are in work. */
  public long openOrUnderWay(String app) {
    return count(
        "app = :app AND #status IN (:open, :queued, :repairing)",
        Map.of("#status", "status"),
        Map.of(
            ":app",
            text(app),
            ":open",
            text(IssueStatus.PULL_REQUEST_OPEN.name()),
            ":queued",
            text(IssueStatus.QUEUED.name()),
            ":repairing",
            text(IssueStatus.REPAIRING.name())));
  }

  /** Keeps the address of the SCM's issue that tells of a report. */
  public void issueOpened(String app, String fingerprint, String url) {
    Change change = new Change().set("issue_url", text(url));
    update(app, fingerprint, change.condition("attribute_exists(pk)"));
  }

  private long count(String filter, Map<String, String> names, Map<String, AttributeValue> values) {
    return client
        .scanPaginator(
            scan ->
                scan.tableName(table)
                    .consistentRead(true)
                    .select(Select.COUNT)
                    .filterExpression(filter)
                    .expressionAttributeNames(names)
                    .expressionAttributeValues(values))
        .stream()
        .mapToLong(page -> page.count())
        .sum();
  }

  /**
   * Deletes every issue. What else the table holds stays: how far logs were read, what the brakes
   * counted.
   *
   * @return how many
   */
  public int clear() {
    int deleted = 0;
    for (Map<String, AttributeValue> item :
        client
            .scanPaginator(
                scan ->
                    scan.tableName(table)
                        .filterExpression("attribute_exists(fingerprint)")
                        .projectionExpression("pk"))
            .items()) {
      client.deleteItem(delete -> delete.tableName(table).key(Map.of("pk", item.get("pk"))));
      deleted++;
    }
    return deleted;
  }

  /**
   * Deletes an issue that is a test and is not in work.
   *
   * @return whether it was there
   */
  public boolean deleteTest(String app, String fingerprint) {
    try {
      client.deleteItem(
          delete ->
              delete
                  .tableName(table)
                  .key(keyOf(app, fingerprint))
                  .conditionExpression("exception_type = :test AND #status <> :repairing")
                  .expressionAttributeNames(Map.of("#status", "status"))
                  .expressionAttributeValues(
                      Map.of(
                          ":test",
                          text(Issue.TEST_ERROR),
                          ":repairing",
                          text(IssueStatus.REPAIRING.name()))));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /**
   * Looks at the table itself.
   *
   * @throws software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException when there is
   *     none of this name
   */
  public TableShape shape() {
    TableDescription described =
        client.describeTable(describe -> describe.tableName(table)).table();
    StreamSpecification stream = described.streamSpecification();
    boolean keyed =
        described.keySchema().stream()
            .anyMatch(key -> key.keyType() == KeyType.HASH && key.attributeName().equals("pk"));
    return new TableShape(
        described.tableStatusAsString(),
        keyed && described.keySchema().size() == 1,
        stream == null || !Boolean.TRUE.equals(stream.streamEnabled())
            ? Optional.empty()
            : Optional.of(stream.streamViewTypeAsString()),
        described.globalSecondaryIndexes().stream()
            .anyMatch(
                index ->
                    index.indexName().equals(UNFINISHED_INDEX)
                        && index.keySchema().stream()
                            .map(KeySchemaElement::attributeName)
                            .toList()
                            .equals(List.of("unfinished", "last_change"))));
  }

  /** Reads what a source noted under the key, e.g. how far a log group was read. */
  public Optional<String> checkpoint(String key) {
    return Optional.ofNullable(
            client
                .getItem(get -> get.tableName(table).key(Map.of("pk", text("checkpoint#" + key))))
                .item()
                .get("position"))
        .map(AttributeValue::s);
  }

  /** Notes something for a source. */
  public void saveCheckpoint(String key, String position) {
    client.putItem(
        put ->
            put.tableName(table)
                .item(Map.of("pk", text("checkpoint#" + key), "position", text(position))));
  }

  /** Reads an item, or an image of the table's stream. */
  public static Issue read(Map<String, AttributeValue> item) {
    return new Issue(
        string(item, "app"),
        string(item, "fingerprint"),
        IssueStatus.valueOf(string(item, "status")),
        string(item, "message"),
        string(item, "exception_type"),
        string(item, "title"),
        string(item, "language"),
        count(item, "occurrences"),
        instant(item, "first_seen"),
        instant(item, "last_seen"),
        string(item, "log_group"),
        string(item, "log_stream"),
        (int) count(item, "attempts"),
        string(item, "branch"),
        string(item, "pull_request_url"),
        string(item, "reason"),
        count(item, "input_tokens"),
        count(item, "output_tokens"),
        (int) count(item, "fingerprint_version"),
        instant(item, "last_change"),
        new LogContext(
            string(item, "level"),
            string(item, "logger"),
            string(item, "request_id"),
            string(item, "trace_id")),
        decimal(item, "cost_usd"),
        string(item, "issue_url"),
        string(item, "brake"),
        new PullRequestHistory(
            string(item, "diff"),
            instantOrNull(item, "merged_at"),
            string(item, "merge_commit"),
            string(item, "merged_head"),
            string(item, "merged_diff"),
            string(item, "rejected_diff"),
            string(item, "review"),
            string(item, "go_on_from"),
            (int) count(item, "check_repairs"),
            string(item, "handled_comment"),
            count(item, "told_occurrences"),
            instantOrNull(item, "told_at"),
            instantOrNull(item, "confirmed_at")),
        (int) count(item, "outages"),
        string(item, "trace_parent"),
        (int) count(item, "sent_again"));
  }

  private Change leaving(IssueStatus status, Spent spent) {
    return leaving(status, spent, clock.instant());
  }

  private Change leaving(IssueStatus status, Spent spent, Instant lastChange) {
    Change change =
        new Change()
            .status(status)
            .set("last_change", text(stamp(lastChange)))
            .remove("lease_owner")
            .remove("outages")
            .add("input_tokens", spent.inputTokens())
            .add("output_tokens", spent.outputTokens());
    if (spent.costUsd() != null) {
      change.add("cost_usd", spent.costUsd());
    }
    return change;
  }

  private Optional<Issue> update(Lease lease, Change change) {
    String more = change.condition == null ? "" : " AND " + change.condition;
    change.condition("#status = :held AND lease_owner = :owner" + more);
    change.name("#status", "status");
    change.value(":held", text(IssueStatus.REPAIRING.name()));
    change.value(":owner", text(lease.owner()));
    return update(lease.app(), lease.fingerprint(), change);
  }

  private Optional<Issue> update(String app, String fingerprint, Change change) {
    try {
      return Optional.of(
          read(
              client
                  .updateItem(
                      update ->
                          update
                              .tableName(table)
                              .key(keyOf(app, fingerprint))
                              .updateExpression(change.expression())
                              .conditionExpression(change.condition)
                              .expressionAttributeNames(
                                  change.names.isEmpty() ? null : change.names)
                              .expressionAttributeValues(change.values)
                              .returnValues(ReturnValue.ALL_NEW))
                  .attributes()));
    } catch (ConditionalCheckFailedException e) {
      return Optional.empty();
    }
  }

  private String now() {
    return stamp(clock.instant());
  }

  /** Always with milliseconds, so that texts sort as times do. */
  static String stamp(Instant time) {
    String iso = Instant.ofEpochMilli(time.toEpochMilli()).toString();
    return iso.length() == "2026-01-01T00:00:00Z".length() ? iso.replace("Z", ".000Z") : iso;
  }

  private static void putText(Map<String, AttributeValue> item, String name, String value) {
    if (value != null) {
      item.put(name, text(value));
    }
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  private static String string(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null || value.s() == null || value.s().isEmpty() ? null : value.s();
  }

  private static BigDecimal decimal(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null || value.n() == null ? null : new BigDecimal(value.n());
  }

  private static long count(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null || value.n() == null ? 0 : Long.parseLong(value.n());
  }

  private static Instant instantOrNull(Map<String, AttributeValue> item, String name) {
    String value = string(item, name);
    return value == null ? null : Instant.parse(value);
  }

  private static Instant instant(Map<String, AttributeValue> item, String name) {
    String value = string(item, name);
    return value == null ? Instant.EPOCH : Instant.parse(value);
  }

  private static String shortened(String value, int longest) {
    if (value == null || value.length() <= longest) {
      return value;
    }
    int half = (longest - 20) / 2;
    return value.substring(0, half) + "\n… cut …\n" + value.substring(value.length() - half);
  }

  /** One conditional write in the making. */
  private static final class Change {
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();
    private final StringJoiner set = new StringJoiner(", ", "SET ", "").setEmptyValue("");
    private final StringJoiner remove = new StringJoiner(", ", " REMOVE ", "").setEmptyValue("");
    private final StringJoiner add = new StringJoiner(", ", " ADD ", "").setEmptyValue("");
    private String condition;

    Change status(IssueStatus status) {
      set("status", text(status.name()));
      return status.unfinished() ? set("unfinished", text(status.name())) : remove("unfinished");
    }

    Change reason(String reason) {
      return set("reason", text(shortened(reason, LONGEST_REASON)));
    }

    Change set(String attribute, AttributeValue value) {
      set.add("#" + attribute + " = :" + attribute);
      return name("#" + attribute, attribute).value(":" + attribute, value);
    }

    /** Sets an attribute to what an expression says. */
    Change setTo(String attribute, String expression) {
      set.add("#" + attribute + " = " + expression);
      return name("#" + attribute, attribute);
    }

    Change setText(String attribute, String value) {
      return value == null ? this : set(attribute, text(value));
    }

    Change add(String attribute, long amount) {
      return add(attribute, BigDecimal.valueOf(amount));
    }

    Change add(String attribute, BigDecimal amount) {
      add.add("#" + attribute + " :add_" + attribute);
      return name("#" + attribute, attribute)
          .value(":add_" + attribute, AttributeValue.fromN(amount.toPlainString()));
    }

    Change remove(String attribute) {
      remove.add("#" + attribute);
      return name("#" + attribute, attribute);
    }

    Change name(String placeholder, String attribute) {
      names.put(placeholder, attribute);
      return this;
    }

    Change value(String placeholder, AttributeValue value) {
      values.put(placeholder, value);
      return this;
    }

    Change condition(String expression) {
      condition = expression;
      return this;
    }

    String expression() {
      return set.toString() + remove + add;
    }
  }
}

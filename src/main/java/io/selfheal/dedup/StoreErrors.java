package io.selfheal.dedup;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.PullRequestHistory;
import io.selfheal.stacktrace.LogContext;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Prepares what step 2 writes, and keeps the counts right whatever becomes of a write: occurrences
 * are taken out of {@link Occurrences} before it and given back when it fails.
 */
public final class StoreErrors {
  /** The exchange property with the name of the span that an error is stored in, if any. */
  public static final String TRACE_PARENT = "selfhealTraceParent";

  private static final Logger LOG = LoggerFactory.getLogger(StoreErrors.class);

  /** The exchange property with the {@link Occurrences.Seen} of the write under way. */
  private static final String SEEN = "selfhealSeen";

  /** The exchange property with the item of the write under way. */
  private static final String ITEM = "selfhealItem";

  private final Occurrences occurrences;
  private final IssueTable issues;
  private final Function<String, ErrorRules> rules;
  private final UnaryOperator<String> masked;

  /**
   * @param rules those of an application, by its name
   * @param masked hides secrets in what is stored
   */
  public StoreErrors(
      Occurrences occurrences,
      IssueTable issues,
      Function<String, ErrorRules> rules,
      UnaryOperator<String> masked) {
    this.occurrences = occurrences;
    this.rules = rules;
    this.issues = issues;
    this.masked = masked;
  }

  /** The errors that this process does not know to be stored, each once. */
  public List<ErrorEvent> unknown(List<ErrorEvent> errors) {
    Map<String, ErrorEvent> unknown = new LinkedHashMap<>();
    for (ErrorEvent error : errors) {
      if (!occurrences.known(error.app(), error.fingerprint().value())) {
        unknown.putIfAbsent(IssueTable.key(error.app(), error.fingerprint().value()), error);
      }
    }
    return List.copyOf(unknown.values());
  }

  /**
   * Makes the message an {@code aws2-ddb} PutItem of the error's item, on condition that there is
   * none. An error of the environment is {@code REPORTED} from the start, so that no queue and no
   * model ever sees it.
   */
  public void newItem(Exchange exchange) {
    Message message = exchange.getMessage();
    ErrorEvent error = message.getBody(ErrorEvent.class);
    long count = occurrences.drain(error.app(), error.fingerprint().value());
    exchange.setProperty(
        SEEN,
        new Occurrences.Seen(
            error.app(), error.fingerprint().value(), count, error.timestamp(), error.timestamp()));
    Map<String, AttributeValue> item =
        issues.newItem(issue(error, count, exchange.getProperty(TRACE_PARENT, String.class)));
    exchange.setProperty(ITEM, item);
    message.setHeader(Ddb2Constants.ITEM, item);
    message.setHeader(Ddb2Constants.UPDATE_CONDITION, issues.absent());
  }

  /** The item was written. */
  public void stored(Exchange exchange) {
    Occurrences.Seen seen = exchange.getProperty(SEEN, Occurrences.Seen.class);
    occurrences.markKnown(seen.app(), seen.fingerprint());
    LOG.info("New issue {} of {}", seen.fingerprint(), seen.app());
  }

  /** There was an item already; it may be this one, when the answer to its write was lost. */
  @SuppressWarnings("unchecked")
  public void alreadyStored(Exchange exchange) {
    if (isThisOne(exchange.getProperty(ITEM, Map.class))) {
      stored(exchange);
      return;
    }
    Occurrences.Seen seen = exchange.getProperty(SEEN, Occurrences.Seen.class);
    occurrences.markKnown(seen.app(), seen.fingerprint());
    giveBack(seen);
  }

  private boolean isThisOne(Map<String, AttributeValue> item) {
    try {
      return issues.hasStored(item);
    } catch (SdkException e) {
      // Rather counted once more than not at all
      return false;
    }
  }

  /**
   * The item could not be written.
   *
   * @throws Exception why, so that the source delivers the error again
   */
  public void notStored(Exchange exchange) throws Exception {
    Occurrences.Seen seen = exchange.getProperty(SEEN, Occurrences.Seen.class);
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    // The source delivers the error again, and it is counted then.
    if (seen != null && seen.count() > 1) {
      giveBack(
          new Occurrences.Seen(
              seen.app(), seen.fingerprint(), seen.count() - 1, seen.firstSeen(), seen.lastSeen()));
    }
    throw failure;
  }

  private void giveBack(Occurrences.Seen seen) {
    if (seen.count() > 0) {
      occurrences.giveBack(seen);
    }
  }

  private Issue issue(ErrorEvent error, long count, String traceParent) {
    Instant when = error.timestamp();
    LogContext context = error.context();
    Verdict verdict = rules.apply(error.app()).verdict(error.trace(), () -> context);
    boolean environment = verdict.kind() == Verdict.Kind.ENVIRONMENT;
    return new Issue(
        error.app(),
        error.fingerprint().value(),
        environment ? IssueStatus.REPORTED : IssueStatus.NEW,
        masked.apply(error.text()),
        error.trace().exceptionType(),
        masked.apply(title(error)),
        error.trace().language(),
        Math.max(0, count),
        when,
        when,
        error.logGroup(),
        error.logStream(),
        0,
        null,
        null,
        environment ? verdict.why() : null,
        0,
        0,
        error.fingerprint().version(),
        when,
        context.mapped(masked),
        null,
        null,
        null,
        PullRequestHistory.NONE,
        0,
        traceParent,
        0);
  }

  private static String title(ErrorEvent error) {
    String message = error.trace().message();
    String line = message == null ? "" : message.lines().findFirst().orElse("").strip();
    return error.trace().exceptionType() + (line.isEmpty() ? "" : ": " + line);
  }
}

package io.selfheal.pullrequest;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.selfheal.issue.BrakeCounts;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Issues;
import io.selfheal.issue.Lease;
import io.selfheal.issue.MutableClock;
import io.selfheal.local.EmbeddedAws;
import io.selfheal.model.FixProposal;
import io.selfheal.model.ModelException;
import io.selfheal.model.ModelUnavailableException;
import io.selfheal.model.ProposalException;
import io.selfheal.model.TokenLimitException;
import io.selfheal.prompt.ClaimIssue;
import io.selfheal.prompt.HealSettings;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.queue.DelayRetry;
import io.selfheal.settings.ConfigurationException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.jgit.errors.TransportException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.SsmException;

@ExtendWith(EmbeddedAws.class)
class EndRepairTest {
  private final Lease lease = new Lease("shop", FINGERPRINT, "me");
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final FixProposal report =
      new FixProposal(
          null,
          FixProposal.Verdict.REPORT,
          "The key hunter2 is old.",
          "Renew the key",
          "",
          List.of(),
          "{}",
          "m",
          70,
          7);
  private IssueTable issues;
  private BrakeCounts counts;
  private EndRepair end;

  @BeforeEach
  void leaseAnIssue(EmbeddedAws aws) {
    DynamoDbClient client = aws.dynamoDb();
    String table = aws.newTable();
    MutableClock clock = new MutableClock();
    issues = new IssueTable(client, table, clock);
    Issue issue = Issues.seen("shop", FINGERPRINT, clock.instant());
    client.putItem(put -> put.tableName(table).item(issues.newItem(issue)));
    issues.lease("shop", FINGERPRINT, "me");
    exchange.setProperty(ClaimIssue.LEASE, lease);
    counts = new BrakeCounts(client, table, clock);
    HealSettings settings = new HealSettings(2, Duration.ofSeconds(1), 24_000, 200_000, false, 100);
    end = new EndRepair(issues, counts, settings, text -> text.replace("hunter2", "***"));
  }

  @Test
  void aFailedTryWaitsForTheNextWithItsReasonAndItsTokens() {
    end.failed(new ProposalException(null, "", 100, 10, "no file hunter2.py"), exchange);

    assertThat(find().status()).isEqualTo(IssueStatus.QUEUED);
    assertThat(find().reason()).isEqualTo("no file ***.py");
    assertThat(find().inputTokens()).isEqualTo(100);
    assertThat(find().outputTokens()).isEqualTo(10);
  }

  @Test
  void theLastTryFailsTheIssue() {
    end.failed(new IllegalStateException("first"), exchange);
    issues.lease("shop", FINGERPRINT, "me");
    end.failed(new IllegalStateException("second"), exchange);

    assertThat(find().status()).isEqualTo(IssueStatus.FAILED);
    assertThat(find().reason()).isEqualTo("All 2 tries are used up; the last one: second");
  }

  @Test
  void anOutageIsNoTry() {
    AwsErrorDetails throttled = AwsErrorDetails.builder().errorCode("ThrottlingException").build();
    AwsErrorDetails expired = AwsErrorDetails.builder().errorCode("ExpiredTokenException").build();
    for (Exception outage :
        List.of(
            SsmException.builder().statusCode(500).message("internal error").build(),
            SsmException.builder().statusCode(400).awsErrorDetails(throttled).build(),
            SsmException.builder().statusCode(400).awsErrorDetails(expired).build(),
            SdkClientException.create("Unable to execute HTTP request"),
            new ModelUnavailableException("no room", null, null),
            new ConnectException("Connection refused"),
            new TransportException("ssh://git.example: timeout"))) {
      issues.retry("shop", FINGERPRINT, Optional.empty());
      issues.lease("shop", FINGERPRINT, "me");
      ConfigurationException failure = new ConfigurationException("/shop/key could not be read");
      failure.initCause(outage);

      end.failed(failure, exchange);

      assertThat(find().status()).as(outage.toString()).isEqualTo(IssueStatus.QUEUED);
      assertThat(find().attempts()).as(outage.toString()).isZero();
      assertThat(find().reason()).isEqualTo("/shop/key could not be read");
    }
  }

  @Test
  void anOutageThatLastsWaitsLongerEachTimeAndEndsAtTheLimit() {
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      end.failed(new ConnectException("Connection refused"), exchange);
      assertThat(find().outages()).isEqualTo(i + 1);
      waits.add(exchange.getProperty(DelayRetry.OUTAGE, Duration.class));
      issues.lease("shop", FINGERPRINT, "me");
    }
    assertThat(waits)
        .startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    assertThat(waits).endsWith(Duration.ofMinutes(15));

    // Now they count
    end.failed(new ConnectException("Connection refused"), exchange);
    assertThat(find().status()).isEqualTo(IssueStatus.QUEUED);
    assertThat(find().attempts()).isEqualTo(1);
  }

  @Test
  void anOutageThatTheModelWasPaidBeforeIsATry() {
    exchange.getMessage().setBody(report);

    end.failed(new ScmUnavailableException("down", null, null), exchange);

    assertThat(find().status()).isEqualTo(IssueStatus.QUEUED);
    assertThat(find().attempts()).isEqualTo(1);
    assertThat(exchange.getProperty(DelayRetry.OUTAGE)).isNull();
  }

  @Test
  void anOutageGivesItsRepairOfTheDayBack() {
    counts.takeRepair("shop", 5);

    end.failed(new ConnectException("Connection refused"), exchange);

    assertThat(counts.repairs("shop")).isZero();
  }

  @Test
  void aRefusalOfGitIsATry() {
    end.failed(
        new IllegalStateException(new TransportException("ssh://git.example: Cannot log in at")),
        exchange);

    assertThat(find().attempts()).isEqualTo(1);
  }

  @Test
  void anEndThatCannotBeWrittenDownIsTakenUpAgain(EmbeddedAws aws) {
    HealSettings settings = new HealSettings(2, Duration.ofSeconds(1), 24_000, 200_000, false, 100);
    IssueTable gone = new IssueTable(aws.dynamoDb(), "no-such-table", new MutableClock());

    new EndRepair(gone, counts, settings, text -> text)
        .failed(new IllegalStateException("bug"), exchange);

    assertThat(exchange.getProperty(DelayRetry.OUTAGE)).isEqualTo(Lease.LENGTH);
  }

  @Test
  void whatSomebodyHasToChangeEndsTheRepairAtOnceAndSaysSo() {
    for (Exception failure :
        List.of(
            new ModelException("set selfheal.openai.api-key"),
            new ScmException("set selfheal.apps.shop.scm-token"),
            new TokenLimitException("raise selfheal.heal.max-tokens-per-repair"),
            new ConfigurationException("selfheal.apps.shop.scm-token", "", "set it"),
            missingParameter())) {
      issues.retry("shop", FINGERPRINT, Optional.empty());
      issues.lease("shop", FINGERPRINT, "me");

      end.failed(failure, exchange);

      assertThat(find().status()).isEqualTo(IssueStatus.FAILED);
      assertThat(find().attempts()).isEqualTo(1);
      assertThat(find().reason())
          .startsWith(failure.getMessage())
          .contains("none was made")
          .contains("selfheal issues retry 0123456789ab");
    }
  }

  @Test
  void tokensAndCostsOfEachTryAreCounted() {
    end.failed(new ProposalException(null, "", 100, 10, "no"), exchange);
    issues.lease("shop", FINGERPRINT, "me");
    end.reported(report, lease);

    assertThat(counts.tokens("shop")).isEqualTo(187);
  }

  @Test
  void theLastAnswersFailureSaysWhatPeopleCanDo() {
    for (int i = 0; i < 2; i++) {
      end.failed(new ProposalException(null, "", 100, 10, "`edits` is empty."), exchange);
      issues.lease("shop", FINGERPRINT, "me");
    }

    assertThat(find().status()).isEqualTo(IssueStatus.FAILED);
    assertThat(find().reason())
        .startsWith("All 2 tries are used up; the model's last answer was not accepted")
        .contains("`edits` is empty.")
        .contains("--hint");
  }

  /** What does not hold about an answer quotes the answer, and log text with it. */
  @Test
  void wordsOfTheModelAreNotLogged() {
    Logger logger = (Logger) LoggerFactory.getLogger(EndRepair.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      end.failed(new ProposalException(null, "", 1, 1, "`canary` occurs nowhere"), exchange);
      issues.lease("shop", FINGERPRINT, "me");
      end.failed(new ProposalException(null, "", 1, 1, "`canary` occurs nowhere"), exchange);
    } finally {
      logger.detachAppender(log);
    }

    assertThat(log.list).hasSizeGreaterThanOrEqualTo(2);
    assertThat(log.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(2)
        .noneMatch(line -> line.contains("canary"));
  }

  @Test
  void aReportIsANormalOutcome() {
    end.reported(report, lease);

    assertThat(find().status()).isEqualTo(IssueStatus.REPORTED);
    assertThat(find().title()).isEqualTo("Renew the key");
    assertThat(find().reason()).isEqualTo("The key *** is old.");
    assertThat(find().inputTokens()).isEqualTo(70);
  }

  @Test
  void whatIsProbablyFixedIsReportedWithTheReason() {
    RepairPrompt prompt = SamplePrompts.prompt();
    end.probablyFixed(
        new RepairPrompt(
            prompt.issue(),
            prompt.app(),
            prompt.workTree(),
            "",
            "",
            Optional.empty(),
            new RepairPrompt.Deployed(
                Optional.of("Another version"), Optional.of("Probably already fixed, hunter2"))),
        lease);

    assertThat(find().status()).isEqualTo(IssueStatus.REPORTED);
    assertThat(find().reason()).isEqualTo("Probably already fixed, ***");
    assertThat(find().title()).isNotNull();
  }

  @Test
  void whoLostTheLeaseWritesNothing() {
    end.reported(report, new Lease("shop", FINGERPRINT, "somebody else"));

    assertThat(find().status()).isEqualTo(IssueStatus.REPAIRING);
  }

  @Test
  void aMessageThatWasNeverClaimedChangesNothing() {
    exchange.removeProperty(ClaimIssue.LEASE);

    end.failed(new IllegalStateException("not JSON"), exchange);

    assertThat(find().status()).isEqualTo(IssueStatus.REPAIRING);
  }

  private Issue find() {
    return issues.find("shop", FINGERPRINT).orElseThrow();
  }

  private static ConfigurationException missingParameter() {
    ConfigurationException missing = new ConfigurationException("/shop/key does not exist");
    missing.initCause(ParameterNotFoundException.builder().statusCode(400).build());
    return missing;
  }
}

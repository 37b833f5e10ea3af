package io.selfheal.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.MutableClock;
import io.selfheal.issue.PullRequestHistory;
import io.selfheal.local.EmbeddedAws;
import io.selfheal.settings.Secret;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.workspace.RepairRecords;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The dashboard in headless Chromium, with 10,000 issues of which one is hostile. */
@ExtendWith(EmbeddedAws.class)
@Timeout(300)
class DashboardTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final String KEY = "people-key-1";
  private static final String HOSTILE =
      "</script><img src=x onerror=alert(1)>\u202e\"'<svg/onload=alert(2)>";
  private static final int COUNT = 10_000;

  @TempDir private static Path profile;
  @TempDir private static Path data;
  private static Browser browser;
  private static DynamoDbClient dynamoDb;
  private static String tableName;
  private static IssueTable table;
  private static List<Issue> issues;

  private WebServer server;

  @BeforeAll
  static void begin(EmbeddedAws aws) throws Exception {
    Optional<Path> chromium = Browser.installed();
    assumeTrue(chromium.isPresent(), "Chromium is not installed here");
    browser = new Browser(chromium.get(), profile);
    dynamoDb = aws.dynamoDb();
    tableName = aws.newTable();
    table = new IssueTable(dynamoDb, tableName, new MutableClock());
    issues = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      issues.add(issue(i));
    }
    Map<String, AttributeValue> item = new HashMap<>(table.newItem(issues.get(0)));
    item.put("status", AttributeValue.fromS("PULL_REQUEST_OPEN"));
    item.put("pull_request_url", AttributeValue.fromS("javascript:alert(3)"));
    item.put("attempts", AttributeValue.fromN("1"));
    dynamoDb.putItem(put -> put.tableName(tableName).item(item));
    RepairRecords records = new RepairRecords(Optional.of(data));
    String fingerprint = issues.get(0).fingerprint();
    records.write(
        fingerprint,
        1,
        "prompt.txt",
        "Instructions\n<<<log ab>>>\n" + HOSTILE + "\n<<<end ab>>>\n");
    records.write(fingerprint, 1, "change.diff", "@@ -1 +1 @@\n-" + HOSTILE + "\n+fine\n");
    records.write(fingerprint, 1, "answer.json", HOSTILE);
    records.write(fingerprint, 1, "verify-before.txt", "$ x\n" + HOSTILE + "\nexit code 1\n");
    records.write(fingerprint, 1, "verify-after.txt", "$ x\nexit code 0\n");
  }

  @AfterAll
  static void end() throws Exception {
    if (browser != null) {
      browser.close();
      dynamoDb.close();
    }
  }

  @BeforeEach
  void serve() throws Exception {
    serve(Secret.NONE);
  }

  private void serve(Secret key) throws Exception {
    server = new WebServer(key, table, () -> issues, new MutableClock(), data);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"1200, 900, false", "1200, 900, true", "390, 844, false", "390, 844, true"})
  void axeFindsNoViolation(int width, int height, boolean dark) throws Exception {
    browser.look(width, height, dark);
    openAll();
    assertThat(violations()).as("all issues").isEmpty();
    assertThat(browser.value("document.documentElement.scrollWidth <= innerWidth").asBoolean())
        .as("nothing is wider than the window")
        .isTrue();

    openOne();
    browser.value("document.querySelectorAll('details').forEach(each => each.open = true)");
    assertThat(violations()).as("one issue").isEmpty();
    assertThat(browser.value("document.documentElement.scrollWidth <= innerWidth").asBoolean())
        .as("nothing is wider than the window")
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void axeFindsNoViolationWhereTheKeyIsAskedFor(boolean dark) throws Exception {
    server.close();
    serve(Secret.of(KEY));
    browser.look(1200, 900, dark);
    browser.open(server.at("/"));
    browser.await("!document.getElementById('key').hidden");

    assertThat(violations()).isEmpty();
  }

  @Test
  void theKeyIsAskedForOnceAndKeptInTheTab() throws Exception {
    server.close();
    serve(Secret.of(KEY));
    browser.open(server.at("/"));
    browser.await("!document.getElementById('key').hidden");
    enterKey("wrong");
    browser.await("document.getElementById('key-error').textContent.includes('not the right one')");
    assertThat(browser.value("document.activeElement.id").asText()).isEqualTo("key-text");
    enterKey(KEY);
    browser.await("document.querySelectorAll('#rows a').length === 50");

    browser.open(server.at("/"));
    browser.await("document.querySelectorAll('#rows a').length === 50");
    assertThat(browser.value("localStorage.length").asInt()).isZero();
  }

  @Test
  void whatWasWrittenByOthersStaysText() throws Exception {
    int before = browser.complaints().size();
    browser.look(1200, 900, false);
    openAll();
    openOne();
    browser.value("document.querySelectorAll('details').forEach(each => each.open = true)");

    String shown = browser.value("document.getElementById('one').textContent").asText();
    assertThat(shown).contains(HOSTILE, "javascript:alert(3)", "red (exit code 1) before");
    assertThat(
            browser
                .value(
                    "document.querySelectorAll('#one img, #one script, #one svg, #rows img, a[href^=javascript]').length")
                .asInt())
        .isZero();
    assertThat(browser.complaints().subList(before, browser.complaints().size())).isEmpty();
  }

  @Test
  void tenThousandIssuesArePagedAndSearched() throws Exception {
    browser.look(1200, 900, false);
    openAll();
    assertThat(browser.value("document.getElementById('page').textContent").asText())
        .isEqualTo("1 to 50 of 10,000");
    assertThat(browser.value("document.querySelectorAll('*').length").asInt())
        .as("elements of the page")
        .isLessThan(2_000);

    browser.value("document.getElementById('next').click()");
    browser.await("document.getElementById('page').textContent === '51 to 100 of 10,000'");
    browser.value("q.value = 'needle-4242!'; q.dispatchEvent(new Event('input', {bubbles: true}))");
    browser.await("document.getElementById('page').textContent === '1 to 1 of 1'");
    browser.value("q.value = ''; q.dispatchEvent(new Event('input', {bubbles: true}))");
    browser.value("document.querySelector('[data-state=FAILED]').click()");
    browser.await("document.getElementById('found').textContent.endsWith('found')");
    browser.await(
        "[...document.querySelectorAll('#rows .badge')].every(each => each.textContent === 'failed')");

    double longest =
        browser
            .value(
                """
                new Promise(done => {
                  let longest = 0, last = performance.now(), frames = 0;
                  const frame = now => {
                    longest = Math.max(longest, now - last);
                    last = now;
                    scrollBy(0, 40);
                    ++frames < 60 ? requestAnimationFrame(frame) : done(longest);
                  };
                  requestAnimationFrame(frame);
                })""")
            .asDouble();
    assertThat(longest).as("longest frame while scrolling, ms").isLessThan(2_000);
  }

  @Test
  void everythingIsReachedByKeyboard() throws Exception {
    browser.look(1200, 900, false);
    openAll();
    browser.press("Tab", 9);
    assertThat(browser.value("document.activeElement.className").asText()).isEqualTo("skip");
    browser.press("Enter", 13);
    assertThat(browser.value("document.activeElement.id").asText()).isEqualTo("main");

    browser.value("document.querySelector('#rows a').focus()");
    browser.press("Enter", 13);
    browser.await("document.activeElement.id === 'one-title'");
    browser.value("document.querySelector('#one a').focus()");
    browser.press("Enter", 13);
    browser.await("document.activeElement.id === 'main' && !document.getElementById('all').hidden");
  }

  @Test
  void anIssueIsSuppressedAndSentAgain() throws Exception {
    browser.look(1200, 900, false);
    String fingerprint = issues.get(1).fingerprint();
    dynamoDb.putItem(put -> put.tableName(tableName).item(table.newItem(issues.get(1))));
    browser.open(server.at("/#/shop/" + fingerprint));
    browser.await("document.getElementById('one-title') && document.getElementById('reason')");
    browser.value("reason.value = 'a drill'; reason.form.requestSubmit()");
    browser.await("document.getElementById('said').textContent.includes('is suppressed')");
    assertThat(table.find("shop", fingerprint).orElseThrow().reason()).endsWith("says: a drill");

    browser.value("hint.value = 'look at cart.py'; hint.form.requestSubmit()");
    browser.await("document.getElementById('said').textContent.includes('new again')");
    Issue again = table.find("shop", fingerprint).orElseThrow();
    assertThat(again.status()).isEqualTo(IssueStatus.NEW);
    assertThat(again.reason()).endsWith("says: look at cart.py");
  }

  private void openAll() throws Exception {
    browser.open(server.at("/"));
    browser.await(
        "document.querySelectorAll('#rows a').length === 50 && document.querySelector('#days svg')");
  }

  private void openOne() throws Exception {
    browser.value("location.hash = '#/shop/" + issues.get(0).fingerprint() + "'");
    browser.await("!document.getElementById('one').hidden && document.querySelector('#one pre')");
  }

  private void enterKey(String key) throws Exception {
    browser.value(
        "document.getElementById('key-text').value = '"
            + key
            + "'; document.getElementById('key-form').requestSubmit()");
  }

  private static List<String> violations() throws Exception {
    try (var in = DashboardTest.class.getResourceAsStream("/web/axe.min.js")) {
      browser.value(new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\n;0");
    }
    JsonNode found =
        browser.value(
            """
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
                .then(result => result.violations.flatMap(each =>
                    each.nodes.map(node => each.id + ' ' + node.html.slice(0, 150) + ' ' + node.failureSummary)))""");
    List<String> violations = new ArrayList<>();
    found.forEach(each -> violations.add(each.asText()));
    return violations;
  }

  private static Issue issue(int number) {
    IssueStatus status = IssueStatus.values()[number % IssueStatus.values().length];
    boolean first = number == 0;
    return new Issue(
        number % 3 == 0 || number < 2 ? "shop" : "billing",
        "%08x".formatted(number * 2_654_435L) + "abcdef0123456789abcdef01",
        first ? IssueStatus.PULL_REQUEST_OPEN : status,
        first ? HOSTILE : "KeyError",
        "KeyError",
        first ? HOSTILE : "KeyError: needle-" + number + "!",
        "python",
        1 + number % 700,
        NOW.minusSeconds(number * 400L),
        NOW.minusSeconds(number * 30L),
        "/aws/lambda/create-order",
        "stream",
        number % 3,
        null,
        first ? "javascript:alert(3)" : null,
        first ? HOSTILE : null,
        5_000,
        300,
        1,
        NOW,
        LogContext.NONE,
        new BigDecimal("0.0213"),
        null,
        null,
        PullRequestHistory.NONE,
        0,
        null,
        0);
  }
}

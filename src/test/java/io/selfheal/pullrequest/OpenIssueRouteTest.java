package io.selfheal.pullrequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Issues;
import io.selfheal.issue.MutableClock;
import io.selfheal.local.EmbeddedAws;
import io.selfheal.model.FixProposal;
import io.selfheal.model.ModelPrices;
import io.selfheal.model.RouteContext;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.ScmTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EmbeddedAws.class)
class OpenIssueRouteTest {
  private static final String ISSUES = "/repos/acme/shop/issues";
  private static final String FIND = ISSUES + "?state=all&per_page=100&labels=selfheal";

  @TempDir Path dir;
  private final WireMockServer github = new WireMockServer(wireMockConfig().dynamicPort());
  private IssueTable issues;

  @BeforeEach
  void start(EmbeddedAws aws) {
    github.start();
    MutableClock clock = new MutableClock();
    String table = aws.newTable();
    issues = new IssueTable(aws.dynamoDb(), table, clock);
    var issue = Issues.seen("shop", SamplePrompts.FINGERPRINT, clock.instant());
    aws.dynamoDb().putItem(put -> put.tableName(table).item(issues.newItem(issue)));
  }

  @AfterEach
  void everyRequestIsOneThatGitHubKnows() throws Exception {
    try {
      assertThat(ApiDescription.of("github").violations(github.getAllServeEvents(), "")).isEmpty();
    } finally {
      github.stop();
    }
  }

  @Test
  void aReportIsOpenedOnceAtGitHub() throws Exception {
    github.stubFor(get(urlEqualTo(FIND)).willReturn(okJson("[]")));
    github.stubFor(
        post(urlEqualTo(ISSUES))
            .willReturn(
                aResponse()
                    .withStatus(201)
                    .withBody("{\"html_url\": \"https://github.com/acme/shop/issues/7\"}")));

    assertThat(open(atGitHub()).getException()).isNull();

    assertThat(issueUrl()).isEqualTo("https://github.com/acme/shop/issues/7");
    github.verify(
        postRequestedFor(urlEqualTo(ISSUES))
            .withHeader("Authorization", equalTo("Bearer ghp_secret"))
            .withRequestBody(matchingJsonPath("$.title", equalTo("Renew the certificate")))
            .withRequestBody(matchingJsonPath("$.labels[0]", equalTo("selfheal"))));
    String body = github.getAllServeEvents().get(0).getRequest().getBodyAsString();
    assertThat(body)
        .contains("The *** is old.", "KeyError: 'order_items'", SamplePrompts.FINGERPRINT)
        .doesNotContain("hunter2");

    github.stubFor(
        get(urlEqualTo(FIND))
            .willReturn(
                okJson(
                    """
                    [{"html_url": "https://github.com/acme/shop/pull/3", "pull_request": {}, "body": "`%1$s`"},
                     {"html_url": "https://github.com/acme/shop/issues/5", "body": null},
                     {"html_url": "https://github.com/acme/shop/issues/7", "state": "closed", "body": "Fingerprint: `%1$s`"}]
                    """
                        .formatted(SamplePrompts.FINGERPRINT))));
    open(atGitHub());
    github.verify(1, postRequestedFor(urlEqualTo(ISSUES)));
    assertThat(issueUrl()).isEqualTo("https://github.com/acme/shop/issues/7");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410, 500})
  void aRefusalLosesNothing(int status) throws Exception {
    github.stubFor(get(urlEqualTo(FIND)).willReturn(aResponse().withStatus(status)));

    Exchange out = open(atGitHub());

    assertThat(out.getException()).isNull();
    assertThat(issueUrl()).isNull();
  }

  @Test
  void aHostWithoutARouteLosesNothing() throws Exception {
    Exchange out = open(SamplePrompts.app("gitlab", null, Secret.NONE));

    assertThat(out.getException()).isNull();
    assertThat(issueUrl()).isNull();
  }

  @Test
  void aLocalReportIsOneFile() throws Exception {
    open(SamplePrompts.app());
    open(SamplePrompts.app());

    Path file = dir.resolve("shop/issues/1.md").toAbsolutePath();
    assertThat(issueUrl()).isEqualTo(file.toUri().toString());
    assertThat(file).content().startsWith("# Renew the certificate\n").contains("The *** is old.");
    try (var files = Files.list(file.getParent())) {
      assertThat(files.filter(path -> path.toString().endsWith(".md"))).hasSize(1);
    }
  }

  private Application atGitHub() {
    return SamplePrompts.app(
        "github", github.baseUrl() + "/repos/acme/shop", Secret.of("ghp_secret"));
  }

  private String issueUrl() {
    return issues.find("shop", SamplePrompts.FINGERPRINT).orElseThrow().issueUrl();
  }

  private Exchange open(Application app) throws Exception {
    FixProposal report =
        new FixProposal(
            SamplePrompts.prompt(SamplePrompts.issue(), app),
            FixProposal.Verdict.REPORT,
            "The hunter2 is old.",
            "Renew the certificate",
            "It ran out.",
            List.of(),
            "{}",
            "m",
            70,
            7);
    ReportIssue bean = new ReportIssue(issues, text -> text.replace("hunter2", "***"));
    DescribePullRequest describe =
        new DescribePullRequest(new ModelPrices(null, null), text -> text);
    try (var route =
        new RouteContext()
            .bind("scmApi", new ScmApi(new MutableClock(), new ScmTokens(new MutableClock())))
            .bind("reportIssue", bean)
            .bind("localIssues", new LocalIssues(dir, bean))
            .bind("endRepair", new EndRepair(issues, null, null, text -> text))
            .bind("localForge", new LocalForge(dir, describe, new MutableClock()))
            .bind("readPullRequest", new ReadPullRequest())
            .bind("describePullRequest", describe)
            .start(
                Map.of(),
                "routes/07-call-scm.camel.yaml",
                "routes/07-open-pull-request/open-pull-request.camel.yaml",
                "routes/07-open-pull-request/github.camel.yaml",
                "routes/07-open-pull-request/local.camel.yaml")) {
      return route.send("direct:open-issue", report, Map.of());
    }
  }
}

package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorRulesTest {
  private static final LogContext CONTEXT =
      new LogContext("ERROR", "shop.payments.Charge", null, null);
  private static final StackTrace ERROR =
      new StackTrace(
          "python",
          "shop.errors.PaymentError",
          "order 4711 timed out",
          List.of(
              new Frame("/srv/shop/jobs/nightly.py", 3, "run", null, true, "charge(o)"),
              new Frame("/usr/lib/site-packages/acme/pay.py", 9, "charge", null, false, "post(o)")),
          List.of(new StackTrace("python", "KeyError", "'o'", List.of(), List.of(), true)),
          true);

  private final Fingerprints fingerprints = new Fingerprints();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type:PaymentError",
        "type:shop.errors.*",
        "type:paymenterror message:*timed*",
        "message:\"order * timed out\"",
        "cause:KeyError",
        "path:jobs/*.py",
        "path:/srv/shop/*",
        "path:nightly.py",
        "function:charge",
        "logger:shop.payments.*",
        "logger:Charge*; language:python level:error",
        "type:Other\nlevel:error !type:Other",
        "# a comment; type:Other with \"one quote\n type:PaymentError",
        "!logger:billing"
      })
  void ignoresWhatARuleSays(String ignore) {
    ErrorRules rules = rules("ignore", ignore);

    assertThat(rules.ignores(ERROR, () -> CONTEXT)).isTrue();
    Verdict verdict = rules.verdict(ERROR, () -> CONTEXT);
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.IGNORED);
    assertThat(ignore).contains(verdict.rule());
    assertThat(verdict.why()).contains("selfheal.apps.shop.ignore");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type:Payment",
        "type:KeyError",
        "type:PaymentError message:timed",
        "type:PaymentError level:warning",
        "cause:PaymentError",
        "path:ightly.py",
        "function:harge",
        "!language:python",
        "logger:shop"
      })
  void ignoresNothingElse(String ignore) {
    assertThat(rules("ignore", ignore).ignores(ERROR, () -> CONTEXT)).isFalse();
  }

  @Test
  void unknownLoggerMatchesNoPattern() {
    assertThat(rules("ignore", "logger:*").ignores(ERROR, () -> LogContext.NONE)).isFalse();
  }

  @Test
  void nothingIsIgnoredWithoutRules() {
    assertThat(
            ErrorRules.defaults()
                .ignores(
                    ERROR,
                    () -> {
                      throw new AssertionError("the context is looked for");
                    }))
        .isFalse();
  }

  @Test
  void framesAreTheApplicationsOwnByTheLongestBeginning() {
    ErrorRules rules =
        rules(
            Map.of("in-app", "acme, com.acme", "not-in-app", "/srv/shop/jobs, com.acme.vendored"));

    StackTrace marked = rules.marked(ERROR);
    assertThat(marked.frames()).extracting(Frame::inApp).containsExactly(false, true);
    assertThat(rules.fingerprint(fingerprints, marked, () -> CONTEXT).components())
        .contains("frame: acme/pay.py in charge | post(o)")
        .doesNotContain("frame: nightly.py in run | charge(o)");

    assertThat(inApp(rules, "com.acme.Order.total")).isTrue();
    assertThat(inApp(rules, "com.acme.vendored.Json.read")).isFalse();
    assertThat(inApp(rules, "com.acmecorp.Order.total")).isFalse();
  }

  @Test
  void theMessageCountsWhereItIsWanted() {
    List<String> usual = components(ErrorRules.defaults(), ERROR);
    assertThat(usual).noneMatch(one -> one.startsWith("message: "));

    List<String> with = components(rules("fingerprint-message", "true"), ERROR);
    assertThat(with)
        .startsWith(usual.toArray(String[]::new))
        .contains("message: order <number> timed out");
  }

  @Test
  void theMessageDoesNotCountWhereItIsNotWanted() {
    StackTrace bare = new StackTrace("python", "KeyError", "'x'", List.of(), List.of(), true);
    assertThat(components(ErrorRules.defaults(), bare)).hasSize(3);
    assertThat(components(rules("fingerprint-message", "false"), bare))
        .containsExactly("language: python", "type: KeyError");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type:PaymentError -> payments | rule: payments",
        "type:PaymentError -> \"late payments\" {type} | rule: late payments,rule: PaymentError",
        "type:* -> {path}:{function} | rule: nightly.py:run",
        "type:* -> x-{message} | rule: x-order <number> timed out",
        "type:* -> {logger} | rule: shop.payments.Charge",
        "type:Other -> other; type:* -> first; type:* -> second | rule: first"
      })
  void aRuleReplacesTheComponents(String rule, String components) {
    ErrorRules rules = rules("fingerprint-rules", rule);
    assertThat(components(rules, ERROR)).containsExactly(components.split(","));
    assertThat(rules.fingerprintRule(ERROR, () -> CONTEXT)).isPresent();
  }

  @Test
  void aRuleExtendsTheComponents() {
    List<String> usual = components(ErrorRules.defaults(), ERROR);
    List<String> more = components(rules("fingerprint-rules", "type:* -> {default} tenant"), ERROR);
    assertThat(more).hasSize(usual.size() + 1).containsAll(usual).endsWith("rule: tenant");
  }

  @Test
  void whatIsFilledInIsNoSlot() {
    StackTrace error =
        new StackTrace("python", "E", "{type} {default}", List.of(), List.of(), true);
    assertThat(components(rules("fingerprint-rules", "type:E -> {message}"), error))
        .containsExactly("rule: {type} {default}");
  }

  @Test
  void errorsWithoutMatchingRuleKeepTheirFingerprint() {
    ErrorRules rules = rules("fingerprint-rules", "type:Other -> other");
    assertThat(rules.fingerprint(fingerprints, ERROR, () -> CONTEXT))
        .isEqualTo(fingerprints.of(ERROR));
  }

  @Test
  void environmentErrorsCanBeSwitchedOff() {
    StackTrace memory = new StackTrace("python", "MemoryError", "", List.of(), List.of(), true);
    assertThat(ErrorRules.defaults().verdict(memory, () -> CONTEXT).rule())
        .isEqualTo("out-of-memory");
    assertThat(rules("environment-errors", "false").verdict(memory, () -> CONTEXT).kind())
        .isEqualTo(Verdict.Kind.REPAIR);
  }

  @Test
  void anApplicationCanHaveEnvironmentErrorsOfItsOwn() {
    StackTrace ledger = new StackTrace("python", "shop.LedgerDown", "", List.of(), List.of(), true);
    Verdict verdict =
        rules("environment-rules", "type:LedgerDown -> ledger-down \"Look at its status page.\"")
            .verdict(ledger, () -> CONTEXT);
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.ENVIRONMENT);
    assertThat(verdict.rule()).isEqualTo("ledger-down");
    assertThat(verdict.why())
        .contains("Look at its status page.", "selfheal.apps.shop.environment-errors");
  }

  @Test
  void rulesBelongToOneApplication() {
    Settings settings =
        Settings.load(
            Optional.empty(), Map.of(), Map.of("selfheal.apps.shop.ignore", "type:PaymentError"));
    var rules = ErrorRules.of(settings, settings.applicationNames());
    assertThat(rules.apply("shop").ignores(ERROR, () -> CONTEXT)).isTrue();
    assertThat(rules.apply("other").ignores(ERROR, () -> CONTEXT)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ignore | typ:KeyError | 'typ:KeyError' is no condition; use one of type: cause:",
        "ignore | KeyError | 'KeyError' is no condition",
        "ignore | type: | write a pattern of 1 to 500 characters behind type:",
        "ignore | message:\"no end | close the double quotes",
        "ignore | type:A -> b | leave it out",
        "fingerprint-rules | type:A | write '-> name' behind the conditions",
        "fingerprint-rules | -> a | begins with a condition",
        "fingerprint-rules | type:A -> {typ} | '{typ}' has braces; known are {type} {message}",
        "fingerprint-rules | type:A -> a{default} | the last as a word of its own",
        "fingerprint-message | yes | write true or false",
        "environment-errors | no | write true or false",
        "environment-rules | type:A -> down | what people should look at"
      })
  void namesTheKeyAndTheRuleThatCannotBeUsed(String key, String value, String whatToDo) {
    assertThatThrownBy(() -> rules(key, value))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("selfheal.apps.shop." + key + " = ")
        .hasMessageContaining(whatToDo);
  }

  @Test
  void nothingIsBothTheApplicationsOwnAndNot() {
    assertThatThrownBy(() -> rules(Map.of("in-app", "acme", "not-in-app", "a, acme")))
        .hasMessageContainingAll("selfheal.apps.shop.in-app = acme", "not-in-app");
  }

  private List<String> components(ErrorRules rules, StackTrace error) {
    return rules.fingerprint(fingerprints, error, () -> CONTEXT).components();
  }

  private static boolean inApp(ErrorRules rules, String function) {
    StackTrace error =
        new StackTrace(
            "java",
            "E",
            "",
            List.of(new Frame("A.java", 1, function, null, false, null)),
            List.of(),
            true);
    return rules.marked(error).frames().get(0).inApp();
  }

  private static ErrorRules rules(String key, String value) {
    return rules(Map.of(key, value));
  }

  private static ErrorRules rules(Map<String, String> keys) {
    Map<String, String> settings = new HashMap<>();
    keys.forEach((key, value) -> settings.put("selfheal.apps.shop." + key, value));
    return ErrorRules.of(Settings.load(Optional.empty(), Map.of(), settings), "shop");
  }
}

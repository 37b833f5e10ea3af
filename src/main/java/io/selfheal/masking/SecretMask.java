package io.selfheal.masking;

import io.selfheal.settings.Secret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Replaces what looks like a secret or like personal data by a placeholder such as {@code
 * <email:3f2a>}. The same value gets the same placeholder, so that a reader can still see which
 * values were equal; the placeholder is a keyed hash, so that nobody without the key can try a list
 * of values against it. Masking a masked text changes nothing. Thread-safe; takes linear time, as
 * every pattern's length is bounded and none can backtrack.
 */
public final class SecretMask {
  private static final String KEY_BEGIN = "-----BEGIN ";
  private static final String KEY_END = "-----END ";
  private static final String KEY_LABEL = "PRIVATE KEY";

  /** The longest label before {@code PRIVATE KEY} is {@code ENCRYPTED}; some more is allowed. */
  private static final int LONGEST_LABEL = 40;

  private static final int KEY_BYTES = 32;

  /** What every key has a line of, and code that names the marks has not. */
  private static final Pattern KEY_LINE = Pattern.compile("[A-Za-z0-9+/=]{40}+");

  /** Headers of an encrypted key stand between its mark and its first line. */
  private static final int KEY_HEADERS = 240;

  /** A kind of secret; one of the {@link #GROUPS} that matches is what is replaced. */
  private record Rule(String kind, Pattern pattern) {
    static Rule of(String kind, String regex) {
      return new Rule(kind, Pattern.compile(regex));
    }
  }

  /** Quoted values first: only the bare one may be code. */
  private static final List<String> GROUPS = List.of("escaped", "quoted", "single", "secret");

  private static final String NAMES =
      "(?:password|passwd|passphrase|pwd|secret|token(?!s?_?(?:count|type|limit|usage|index|iz))"
          + "|(?:api|access|private|secret|account|auth|signing|encryption|license)[_-]?key"
          + "|credentials?|session[_-]?id|x-amz-signature|x-amz-security-token|cookie)";

  private static final String PREFIXED_TOKENS =
      "(?<![A-Za-z0-9_-])(?<secret>gh[pousr]_[A-Za-z0-9]{30,255}+|github_pat_[A-Za-z0-9_]{22,255}+"
          + "|gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas)-[A-Za-z0-9_.-]{16,255}+"
          + "|xox[abeoprs]-[A-Za-z0-9-]{10,255}+|xapp-[A-Za-z0-9-]{10,255}+"
          + "|[sr]k_(?:live|test)_[A-Za-z0-9]{10,255}+|sk-[A-Za-z0-9_-]{20,255}+"
          + "|AIza[A-Za-z0-9_-]{30,60}+|ya29\\.[A-Za-z0-9_-]{20,1024}+|GOCSPX-[A-Za-z0-9_-]{20,60}+"
          + "|npm_[A-Za-z0-9]{30,60}+|pypi-[A-Za-z0-9_-]{30,255}+|hf_[A-Za-z0-9]{30,60}+"
          + "|SG\\.[A-Za-z0-9_-]{16,64}+\\.[A-Za-z0-9_-]{16,128}+|dop_v1_[a-f0-9]{40,80}+"
          + "|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{30,64}+|hvs\\.[A-Za-z0-9_-]{20,255}+"
          + "|glsa_[A-Za-z0-9_]{30,60}+)";

  /** Secrets that show by their own form, wherever they stand. */
  private static final List<Rule> FORMS =
      List.of(
          Rule.of("url-password", "://[^\\s/@:\"']{0,256}+:(?<secret>[^\\s/@\"']{1,512}+)@"),
          Rule.of(
              "jwt",
              "(?<![A-Za-z0-9_-])(?<secret>eyJ[A-Za-z0-9_-]{8,8192}+\\.[A-Za-z0-9_-]{8,8192}+\\.[A-Za-z0-9_-]{0,8192}+)"),
          Rule.of(
              "aws-key",
              "(?<![A-Za-z0-9])(?<secret>(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}+)(?![A-Za-z0-9])"),
          Rule.of("token", PREFIXED_TOKENS),
          Rule.of("token", "hooks\\.slack\\.com/services/(?<secret>[A-Za-z0-9/]{10,255}+)"));

  private static final Rule AUTHORIZATION =
      Rule.of(
          "authorization",
          "(?i)(?<![a-z0-9])(?:proxy-)?authorization[\"']?\\s{0,5}+[:=]\\s{0,5}+[\"']?"
              + "(?:(?:bearer|basic|token|digest|negotiate|aws4-hmac-sha256)\\s{1,5}+)?+(?<secret>[^\\s\"'<][^\"'\\r\\n<]{0,4096}+)");

  private static final Rule BEARER =
      Rule.of("token", "(?i)(?<![a-z0-9])bearer\\s{1,5}+(?<secret>[a-z0-9._~+/=-]{8,4096}+)");

  /** {@code name = value} in the notations of logs, shells, JSON and programs. */
  private static final Rule NAMED =
      Rule.of(
          "secret",
          "(?i)"
              + NAMES
              + "[a-z0-9_]{0,32}+\\\\?[\"']?\\s{0,5}+(?::|=>?)\\s{0,5}+(?:[bru](?=[\"']))?+"
              + "(?:\\\\\"(?<escaped>[^\"\\\\\\r\\n]{1,4096}+)\\\\\"|\"(?<quoted>(?:[^\"\\\\\\r\\n]|\\\\[^\\r\\n]){1,4096}+)\""
              + "|'(?<single>(?:[^'\\\\\\r\\n]|\\\\[^\\r\\n]){1,4096}+)'"
              + "|(?<secret>(?:(?!<[a-z-]{3,13}:)[^\\s\"',;&}\\])]){1,4096}+))");

  /** What only log text has: source code is full of names, options and data that look like it. */
  private static final List<Rule> IN_LOGS =
      List.of(
          NAMED,
          Rule.of(
              "secret",
              "(?i)<(?:[a-z0-9]{1,32}+:)?+[a-z0-9_-]{0,32}"
                  + NAMES
                  + "[a-z0-9_-]{0,32}+>(?<secret>[^<\\r\\n]{1,4096}+)</"),
          Rule.of(
              "secret",
              "(?i)(?<![a-z0-9-])--[a-z0-9-]{0,32}"
                  + NAMES
                  + "\\h{1,5}+(?<secret>[^\\s\"'<-][^\\s\"']{0,4096}+)"),
          Rule.of(
              "email",
              "(?<![A-Za-z0-9._%+-])(?!git@)(?<secret>[A-Za-z0-9._%+-]{1,64}+@[A-Za-z0-9-]{1,63}+(?:\\.[A-Za-z0-9-]{1,63}+){1,20}+)"),
          Rule.of(
              "iban",
              "(?<![A-Za-z0-9])(?<secret>[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}+(?: ?[A-Z0-9]{1,3})?+)(?![A-Za-z0-9])"),
          Rule.of(
              "card",
              "(?<![A-Za-z0-9.-])(?<secret>[2-6][0-9](?:[ -]?[0-9]){11,17}+)(?![0-9A-Za-z])"),
          Rule.of(
              "phone",
              "(?<![A-Za-z0-9+)])(?<secret>\\+[1-9](?:[ ()-]{0,2}+[0-9]){9,14}+)(?![0-9A-Za-z]|\\.[0-9])"));

  private static final Pattern PLACEHOLDER =
      Pattern.compile(
          "<(?:url-password|jwt|aws-key|token|authorization|secret|email|iban|card|phone|private-key):[0-9a-f]{4}>");

  /** Values of assignments that are no secrets, but code or nothing. */
  private static final Set<String> NO_VALUES =
      Set.of("none", "null", "nil", "true", "false", "undefined", "str", "string", "***", "...");

  private final SecretKeySpec key;

  /** Placeholders differ from process to process. */
  public SecretMask() {
    this(Secret.NONE);
  }

  /**
   * @param key makes placeholders the same in every process that has it, {@code
   *     selfheal.masking.key}; a random one without
   */
  public SecretMask(Secret key) {
    byte[] bytes = key.reveal().map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
    if (bytes == null) {
      bytes = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(bytes);
    }
    this.key = new SecretKeySpec(bytes, "HmacSHA256");
  }

  /** Log text or other prose with its secrets and personal data replaced. */
  public String mask(String text) {
    if (text == null || text.isEmpty()) {
      return text;
    }
    String masked = apply(AUTHORIZATION, withoutKeyBlocks(text, false));
    masked = apply(BEARER, masked);
    for (Rule rule : FORMS) {
      masked = apply(rule, masked);
    }
    for (Rule rule : IN_LOGS) {
      masked = apply(rule, masked);
    }
    return masked;
  }

  /**
   * Source code with its secrets replaced: tokens and keys of a known form, and literals with a
   * digit that are assigned to a name such as {@code password}. Names, hashes, UUIDs, data and mail
   * addresses stay, because edits have to match the text; every line keeps its number.
   */
  public String maskSource(String text) {
    if (text == null || text.isEmpty()) {
      return text;
    }
    String masked = withoutKeyBlocks(text, true);
    for (Rule rule : FORMS) {
      masked = apply(rule, masked, SecretMask::isLiteralSecret);
    }
    return apply(NAMED, masked, SecretMask::isLiteralSecret);
  }

  /** The first placeholder in the text, where there is one. */
  public static Optional<String> placeholder(String text) {
    Matcher matcher = PLACEHOLDER.matcher(text);
    return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
  }

  private String apply(Rule rule, String text) {
    return apply(rule, text, SecretMask::isSecret);
  }

  /** Whether what a rule has found is a secret. */
  private interface Judgement {
    boolean isSecret(Rule rule, Matcher found, String group);
  }

  private String apply(Rule rule, String text, Judgement judgement) {
    Matcher matcher = rule.pattern.matcher(text);
    StringBuilder result = null;
    int copied = 0;
    while (matcher.find()) {
      String group = group(rule, matcher);
      String value = matcher.group(group);
      if (isPlaceholder(value) || !judgement.isSecret(rule, matcher, group)) {
        continue;
      }
      if (result == null) {
        result = new StringBuilder(text.length() + 32);
      }
      result.append(text, copied, matcher.start(group)).append(placeholder(rule.kind, value));
      copied = matcher.end(group);
    }
    return result == null ? text : result.append(text, copied, text.length()).toString();
  }

  private static String group(Rule rule, Matcher matcher) {
    if (rule == NAMED) {
      for (String group : GROUPS) {
        if (matcher.group(group) != null) {
          return group;
        }
      }
    }
    return "secret";
  }

  private static boolean isSecret(Rule rule, Matcher found, String group) {
    String value = found.group(group);
    return switch (rule.kind) {
      case "card" -> isCard(value);
      case "iban" -> isIban(value);
      case "secret" -> !group.equals("secret") || !isCode(found.group(), value);
      default -> true;
    };
  }

  /** A bare value that is code: a call, an index, a field, the name again. */
  private static boolean isCode(String assignment, String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (NO_VALUES.contains(lower)
        || value.indexOf('(') >= 0
        || value.indexOf('[') >= 0
        || lower.startsWith("self.")
        || lower.startsWith("this.")) {
      return true;
    }
    if (assignment.regionMatches(true, 0, "tokens", 0, 6)
        && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // max_tokens: 8192
      return true;
    }
    // token = user.token, password=password
    String name = lower.substring(lower.lastIndexOf('.') + 1);
    return name.length() > 2
        && assignment.toLowerCase(Locale.ROOT).startsWith(name)
        && Pattern.matches("[a-z_.]{1,200}", lower);
  }

  private static boolean isLiteralSecret(Rule rule, Matcher found, String group) {
    String value = found.group(group);
    if (rule == NAMED && group.equals("secret")) {
      return false;
    }
    if (rule != NAMED && !rule.kind.equals("url-password")) {
      return true;
    }
    boolean template = value.startsWith("$") || value.startsWith("%") || value.indexOf('{') >= 0;
    boolean variable = Pattern.matches("[A-Z][A-Z0-9_]{0,100}", value) && value.length() < 40;
    return !template
        && !variable
        && value.length() >= 6
        && value.chars().noneMatch(Character::isWhitespace)
        && value.chars().anyMatch(Character::isLetter)
        && (rule != NAMED || value.chars().anyMatch(c -> c >= '0' && c <= '9'));
  }

  /** A placeholder, or the rest of one whose kind reads like a name: {@code secret:3f2a>}. */
  private static boolean isPlaceholder(String value) {
    if (value.startsWith("<")) {
      return PLACEHOLDER.matcher(value).lookingAt();
    }
    if (value.length() < 5 || value.charAt(4) != '>') {
      return false;
    }
    for (int i = 0; i < 4; i++) {
      if (Character.digit(value.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Private keys, from their first line to their last; one that never ends, to the text's end.
   *
   * @param keepLines whether as many lines are left as there were
   */
  private String withoutKeyBlocks(String text, boolean keepLines) {
    int begin = text.indexOf(KEY_BEGIN);
    if (begin < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    int copied = 0;
    while (begin >= 0) {
      int last = Math.min(text.length(), begin + LONGEST_LABEL + KEY_LABEL.length());
      int label = text.substring(begin, last).indexOf(KEY_LABEL);
      if (label < 0 || keepLines && !isKeyNear(text, begin + label)) {
        begin = text.indexOf(KEY_BEGIN, begin + 1);
        continue;
      }
      int end = text.indexOf(KEY_END, begin + label);
      int close = end < 0 ? -1 : text.indexOf("-----", end + KEY_END.length());
      int after = close < 0 ? text.length() : close + 5;
      String block = text.substring(begin, after);
      result.append(text, copied, begin).append(placeholder("private-key", block));
      if (keepLines) {
        result.append("\n".repeat((int) block.chars().filter(c -> c == '\n').count()));
      }
      copied = after;
      begin = text.indexOf(KEY_BEGIN, after);
    }
    return result.append(text, copied, text.length()).toString();
  }

  private static boolean isKeyNear(String text, int from) {
    int to = Math.min(text.length(), from + KEY_LABEL.length() + KEY_HEADERS);
    return KEY_LINE.matcher(text).region(from, to).find();
  }

  /** Fourteen to nineteen digits that satisfy the Luhn check (ISO/IEC 7812-1). */
  private static boolean isCard(String value) {
    int sum = 0;
    int digits = 0;
    for (int i = value.length() - 1; i >= 0; i--) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        continue;
      }
      int weighed = digits++ % 2 == 0 ? digit : digit * 2;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return digits >= 14 && digits <= 19 && sum % 10 == 0;
  }

  /** Fifteen to thirty-four characters whose check digits are right (ISO 13616, ISO 7064). */
  private static boolean isIban(String value) {
    String iban = value.replace(" ", "");
    if (iban.length() < 15 || iban.length() > 34) {
      return false;
    }
    StringBuilder number = new StringBuilder();
    (iban.substring(4) + iban.substring(0, 4))
        .chars()
        .forEach(c -> number.append(Character.digit(c, 36)));
    return new BigInteger(number.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
  }

  private String placeholder(String kind, String value) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] hash = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
      return "<" + kind + ":" + HexFormat.of().formatHex(hash, 0, 2) + ">";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HmacSHA256", e);
    }
  }
}

package io.selfheal.masking;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what looks like a secret or like personal data by a placeholder such as {@code
 * <email:3f2a>}. The same value gets the same placeholder, so that a reader can still see which
 * values were equal. Masking a masked text changes nothing. Thread-safe; takes linear time, as
 * every pattern is tried at the start of a word only and none can backtrack.
 */
public final class SecretMask {
  private static final String KEY_BEGIN = "-----BEGIN ";
  private static final String KEY_END = "-----END ";

  /** A kind of secret; the group named {@code secret} is what is replaced. */
  private record Rule(String kind, Pattern pattern) {
    static Rule of(String kind, String regex) {
      return new Rule(kind, Pattern.compile(regex));
    }
  }

  private static final String NAMES =
      "(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key"
          + "|secret[_-]?key|credentials?|x-amz-signature|x-amz-security-token|cookie)";

  private static final List<Rule> RULES =
      List.of(
          Rule.of("url-password", "://[^\\s/@:\"']{0,256}+:(?<secret>[^\\s/@\"'<]{1,512}+)@"),
          Rule.of(
              "authorization",
              "(?i)(?<![a-z0-9])(?:proxy-)?authorization[\"']?\\s{0,5}+[:=]\\s{0,5}+[\"']?"
                  + "(?:(?:bearer|basic|token|digest|negotiate|aws4-hmac-sha256)\\s{1,5}+)?+(?<secret>[^\\s\"'<][^\"'\\r\\n<]{0,4096}+)"),
          Rule.of("token", "(?i)(?<![a-z0-9])bearer\\s{1,5}+(?<secret>[a-z0-9._~+/=-]{8,4096}+)"),
          Rule.of(
              "jwt",
              "(?<![A-Za-z0-9_-])(?<secret>eyJ[A-Za-z0-9_-]{8,8192}+\\.[A-Za-z0-9_-]{8,8192}+\\.[A-Za-z0-9_-]{0,8192}+)"),
          Rule.of(
              "aws-key",
              "(?<![A-Za-z0-9])(?<secret>(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}+)(?![A-Za-z0-9])"),
          Rule.of(
              "token",
              "(?<![A-Za-z0-9_-])(?<secret>gh[pousr]_[A-Za-z0-9]{30,255}+|github_pat_[A-Za-z0-9_]{22,255}+"
                  + "|gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas)-[A-Za-z0-9_.-]{16,255}+"
                  + "|xox[abeoprs]-[A-Za-z0-9-]{10,255}+|xapp-[A-Za-z0-9-]{10,255}+"
                  + "|[sr]k_(?:live|test)_[A-Za-z0-9]{10,255}+|sk-[A-Za-z0-9_-]{20,255}+"
                  + "|AIza[A-Za-z0-9_-]{30,60}+|npm_[A-Za-z0-9]{30,60}+|pypi-[A-Za-z0-9_-]{30,255}+)"),
          Rule.of("token", "hooks\\.slack\\.com/services/(?<secret>[A-Za-z0-9/]{10,255}+)"),
          Rule.of(
              "secret",
              "(?i)"
                  + NAMES
                  + "[a-z0-9_]{0,32}+\\\\?[\"']?\\s{0,5}+(?::|=>?)\\s{0,5}+(?:\\\\?\"(?<quoted>[^\"\\\\\\r\\n<]{1,4096}+)\\\\?\""
                  + "|'(?<single>[^'\\r\\n<]{1,4096}+)'|(?<secret>[^\\s\"'<,;&}\\])]{1,4096}+))"),
          Rule.of(
              "email",
              "(?<![A-Za-z0-9._%+-])(?!git@)(?<secret>[A-Za-z0-9._%+-]{1,64}+@[A-Za-z0-9-]{1,63}+(?:\\.[A-Za-z0-9-]{1,63}+)++)"),
          Rule.of(
              "card",
              "(?<![A-Za-z0-9.-])(?<secret>[3-6][0-9](?:[ -]?[0-9]){11,17}+)(?![0-9A-Za-z])"));

  /** Values of assignments that are no secrets, but code or nothing. */
  private static final Set<String> NO_VALUES =
      Set.of("none", "null", "nil", "true", "false", "undefined", "str", "string", "***", "...");

  /** The text with its secrets replaced. */
  public String mask(String text) {
    if (text == null || text.isEmpty()) {
      return text;
    }
    String masked = withoutKeyBlocks(text);
    for (Rule rule : RULES) {
      masked = apply(rule, masked);
    }
    return masked;
  }

  private static String apply(Rule rule, String text) {
    Matcher matcher = rule.pattern.matcher(text);
    StringBuilder result = null;
    int copied = 0;
    while (matcher.find()) {
      String group = group(rule, matcher);
      String value = matcher.group(group);
      if (!isSecret(rule.kind, value, group)) {
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
    if (rule.kind.equals("secret")) {
      if (matcher.group("quoted") != null) {
        return "quoted";
      }
      if (matcher.group("single") != null) {
        return "single";
      }
    }
    return "secret";
  }

  private static boolean isSecret(String kind, String value, String group) {
    if (isPlaceholder(value)) {
      return false;
    }
    if (kind.equals("card")) {
      return isCard(value);
    }
    if (kind.equals("secret") && group.equals("secret")) {
      String lower = value.toLowerCase();
      return !NO_VALUES.contains(lower)
          && value.indexOf('(') < 0
          && value.indexOf('[') < 0
          && !lower.startsWith("self.")
          && !lower.startsWith("this.");
    }
    return true;
  }

  /** The rest of a placeholder, whose kind reads like a name: {@code secret:3f2a>}. */
  private static boolean isPlaceholder(String value) {
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

  /** Private keys, from their first line to their last; one that never ends, to the text's end. */
  private static String withoutKeyBlocks(String text) {
    int begin = text.indexOf(KEY_BEGIN);
    if (begin < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    int copied = 0;
    while (begin >= 0) {
      int label = text.indexOf("PRIVATE KEY", begin);
      if (label < 0) {
        break;
      }
      if (label - begin > 40) {
        begin = text.indexOf(KEY_BEGIN, begin + 1);
        continue;
      }
      int end = text.indexOf(KEY_END, label);
      int close = end < 0 ? -1 : text.indexOf("-----", end + KEY_END.length());
      int after = close < 0 ? text.length() : close + 5;
      result
          .append(text, copied, begin)
          .append(placeholder("private-key", text.substring(begin, after)));
      copied = after;
      begin = text.indexOf(KEY_BEGIN, after);
    }
    return result.append(text, copied, text.length()).toString();
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

  private static String placeholder(String kind, String value) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
      return "<" + kind + ":" + HexFormat.of().formatHex(hash, 0, 2) + ">";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}

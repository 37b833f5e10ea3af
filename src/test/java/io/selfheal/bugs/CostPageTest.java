package io.selfheal.bugs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.dedup.RequestCountTest;
import io.selfheal.prompt.TokenEstimate;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The arithmetic of docs/cost.md, and the measured numbers in it. */
class CostPageTest {
  private record Line(
      String service,
      String what,
      String how,
      BigDecimal number,
      BigDecimal price,
      BigDecimal each,
      BigDecimal month) {}

  private final String page;
  private final List<List<Line>> tables = new ArrayList<>();

  CostPageTest() throws IOException {
    page = Files.readString(Path.of("docs/cost.md"));
    for (String text : page.lines().toList()) {
      if (text.startsWith("|---")) {
        tables.add(new ArrayList<>());
      } else if (text.startsWith("| ") && !text.contains("**") && !text.contains("| how many |")) {
        List<String> cells = Stream.of(text.substring(1).split("\\|")).map(String::strip).toList();
        tables
            .get(tables.size() - 1)
            .add(
                new Line(
                    cells.get(0),
                    cells.get(1),
                    cells.get(2),
                    number(cells.get(3)),
                    number(cells.get(4)),
                    number(cells.get(5)),
                    number(cells.get(6))));
      }
    }
  }

  @Test
  void everyLineIsItsProduct() {
    assertThat(tables).hasSize(2);
    for (Line line : tables.stream().flatMap(List::stream).toList()) {
      BigDecimal number = value(line.how());
      assertThat(number.setScale(line.number().scale(), RoundingMode.HALF_UP))
          .as(line.service() + ", " + line.what())
          .isEqualByComparingTo(line.number());
      assertThat(
              number
                  .multiply(line.price())
                  .divide(line.each(), MathContext.DECIMAL64)
                  .setScale(2, RoundingMode.HALF_UP))
          .as(line.service() + ", " + line.what())
          .isEqualByComparingTo(line.month());
    }
  }

  @Test
  void theSumsAreThoseOfTheLines() {
    BigDecimal all = sum("");
    BigDecimal bedrock = sum("Bedrock");
    assertThat(page).contains("| **" + all + "** |");
    assertThat(page)
        .contains("the rest of the month " + all.subtract(bedrock) + " USD")
        .contains(
            "An error costs "
                + bedrock.divide(new BigDecimal(1000), 3, RoundingMode.HALF_UP)
                + " USD of Bedrock");
    BigDecimal smaller =
        line("tokens of questions")
            .number()
            .add(line("tokens of answers").number().multiply(new BigDecimal(5)))
            .movePointLeft(6)
            .setScale(2, RoundingMode.HALF_UP);
    assertThat(page).contains("become " + smaller + " USD");
  }

  @Test
  void measuredNumbersAreThoseThatAreMeasured() throws IOException {
    assertThat(factor("write units of the intake", 0)).isEqualTo(RequestCountTest.MOST_REQUESTS);
    double schema =
        TokenEstimate.of(Files.readString(Path.of("src/main/resources/prompts/propose_fix.json")));
    assertThat(factor("tokens of questions", 2))
        .isCloseTo(BugSetTest.meanTokens() + schema, Percentage.withPercentage(5));
    ObjectMapper json = new ObjectMapper();
    double edits = 0;
    for (Bug bug : Bug.all()) {
      edits += TokenEstimate.of(json.writeValueAsString(GoldEdits.of(bug)));
    }
    assertThat(factor("tokens of answers", 2) - 255)
        .isCloseTo(edits / Bug.all().size(), within(15.0));
  }

  @Test
  void pricesOfTheModelAreThoseOfThePriceList() throws IOException {
    Properties prices = new Properties();
    try (var in = Files.newBufferedReader(Path.of("src/main/resources/model/prices.properties"))) {
      prices.load(in);
    }
    String[] sonnet = prices.getProperty("claude-sonnet-4").split(", ");
    assertThat(line("tokens of questions").price()).isEqualByComparingTo(sonnet[0]);
    assertThat(line("tokens of answers").price()).isEqualByComparingTo(sonnet[1]);
  }

  @Test
  void intervalsAreTheDefaultsOfTheirKeys() {
    Settings settings = Settings.load(Optional.empty(), Map.of(), Map.of());
    assertThat(settings.text("selfheal.bedrock.model-id")).contains("claude-sonnet-4");
    assertThat(factor("write units of how far a log was read", 1))
        .isEqualTo(settings.duration("selfheal.cloudwatch.poll-interval").toSeconds());
    assertThat(factor("read units of the sweep", 1))
        .isEqualTo(settings.duration("selfheal.issues.sweep-interval").toSeconds());
    assertThat(factor("read units of following up", 1))
        .isEqualTo(settings.duration("selfheal.follow-up.interval").toSeconds());
    assertThat(factor("receives", 1))
        .isEqualTo(settings.number("selfheal.work.wait-seconds", 1, 20) + 0.1);
    assertThat(factor("receives", 2))
        .isEqualTo(settings.number("selfheal.heal.concurrency", 1, 100));
  }

  private BigDecimal sum(String service) {
    return tables.get(0).stream()
        .filter(line -> line.service().startsWith(service))
        .map(Line::month)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private Line line(String what) {
    return tables.get(0).stream().filter(one -> one.what().equals(what)).findFirst().orElseThrow();
  }

  private double factor(String what, int index) {
    return number(line(what).how().split(" [×/] ")[index]).doubleValue();
  }

  /** From left to right. */
  private static BigDecimal value(String product) {
    String[] words = product.split(" ");
    BigDecimal value = number(words[0]);
    for (int i = 1; i < words.length; i += 2) {
      BigDecimal factor = number(words[i + 1]);
      value =
          words[i].equals("/")
              ? value.divide(factor, MathContext.DECIMAL64)
              : value.multiply(factor);
    }
    return value;
  }

  private static BigDecimal number(String text) {
    return new BigDecimal(text.replace(",", ""));
  }
}

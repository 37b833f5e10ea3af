package io.selfheal.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What tokens cost, estimated from the price table {@code model/prices.properties} or the user's
 * own prices.
 */
public final class ModelPrices {
  private static final String RESOURCE = "/model/prices.properties";
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  private final Optional<Price> own;
  private final Map<String, Price> families;

  /**
   * @param input USD per million input tokens, {@code selfheal.price.input}; null for the table's
   * @param output USD per million output tokens, {@code selfheal.price.output}; null for the
   *     table's
   */
  public ModelPrices(BigDecimal input, BigDecimal output) {
    own =
        input == null || output == null ? Optional.empty() : Optional.of(new Price(input, output));
    families = read();
  }

  /**
   * USD for the tokens, rounded to a hundredth of a cent.
   *
   * @return empty where the model's price is not known
   */
  public Optional<BigDecimal> estimate(String modelId, long inputTokens, long outputTokens) {
    return own.or(() -> family(modelId))
        .map(
            price ->
                price
                    .input()
                    .multiply(BigDecimal.valueOf(inputTokens))
                    .add(price.output().multiply(BigDecimal.valueOf(outputTokens)))
                    .divide(MILLION, 4, RoundingMode.HALF_UP));
  }

  /**
   * The same, where the prompt cache was used: what it reads costs a tenth of an input token, what
   * it writes a quarter more than one, as Bedrock charges for Claude.
   *
   * @param inputTokens without those of the cache
   */
  public Optional<BigDecimal> estimate(
      String modelId, long inputTokens, long cacheRead, long cacheWrite, long outputTokens) {
    // In hundredths of a token, so that nothing is rounded.
    long weighed = 100 * inputTokens + 10 * cacheRead + 125 * cacheWrite;
    return own.or(() -> family(modelId))
        .map(
            price ->
                price
                    .input()
                    .multiply(BigDecimal.valueOf(weighed, 2))
                    .add(price.output().multiply(BigDecimal.valueOf(outputTokens)))
                    .divide(MILLION, 6, RoundingMode.HALF_UP));
  }

  private Optional<Price> family(String modelId) {
    String id = modelId.toLowerCase(Locale.ROOT);
    return families.entrySet().stream()
        .filter(
            family ->
                Pattern.compile("(^|[^a-z0-9])" + Pattern.quote(family.getKey()) + "($|[^a-z0-9.])")
                    .matcher(id)
                    .find())
        .max(Comparator.comparingInt(family -> family.getKey().length()))
        .map(Map.Entry::getValue);
  }

  private static Map<String, Price> read() {
    var table = new Properties();
    try (InputStream in = ModelPrices.class.getResourceAsStream(RESOURCE)) {
      table.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var prices = new TreeMap<String, Price>();
    table
        .stringPropertyNames()
        .forEach(
            family -> {
              String[] price = table.getProperty(family).split(",");
              prices.put(
                  family,
                  new Price(new BigDecimal(price[0].strip()), new BigDecimal(price[1].strip())));
            });
    return prices;
  }

  private record Price(BigDecimal input, BigDecimal output) {}
}

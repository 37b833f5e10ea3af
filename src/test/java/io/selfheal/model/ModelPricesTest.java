package io.selfheal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPricesTest {
  @ParameterizedTest
  @CsvSource({
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0, 18.0000",
    "anthropic.claude-opus-4-1-20250805-v1:0, 90.0000",
    "global.anthropic.claude-opus-4-5-20251101-v1:0, 30.0000",
    "amazon.nova-lite-v1:0, 0.3000",
    "gpt-4o-mini, 0.7500",
    "gpt-4.1-mini-2025-04-14, 2.0000",
    "replay, 0.0000"
  })
  void millionTokensEachWayCostTheFamilysPrice(String model, BigDecimal usd) {
    assertThat(new ModelPrices(null, null).estimate(model, 1_000_000, 1_000_000)).contains(usd);
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2.5-coder:32b",
    "gpt-50",
    "gpt-5.9",
    "arn:aws:bedrock:eu-central-1:1:application-inference-profile/x"
  })
  void unknownModelHasNoPrice(String model) {
    assertThat(new ModelPrices(null, null).estimate(model, 10, 10)).isEmpty();
  }

  @Test
  void ownPricesWin() {
    var prices = new ModelPrices(new BigDecimal("1"), new BigDecimal("2"));
    assertThat(prices.estimate("gpt-4o", 500_000, 500_000)).contains(new BigDecimal("1.5000"));
  }
}

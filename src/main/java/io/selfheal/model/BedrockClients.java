package io.selfheal.model;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.http.conn.ConnectTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.retry.RetryUtils;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClientBuilder;

/**
 * Bedrock clients that wait for a model's answer. The SDK's defaults give up reading after 30
 * seconds and ask again three times, so that a long answer is paid four times and never arrives.
 */
public final class BedrockClients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 5;

  private BedrockClients() {}

  /**
   * A client that waits up to ten minutes for an answer.
   *
   * @param region {@code selfheal.bedrock.region}; null or blank for the default region chain
   */
  public static BedrockRuntimeClient create(String region) {
    return create(region, Duration.ofMinutes(10), builder -> {});
  }

  /**
   * @param region as above
   * @param answerTimeout longest wait for one answer; asked again only where no answer can have
   *     been paid
   * @param more further settings, e.g. an endpoint
   */
  static BedrockRuntimeClient create(
      String region, Duration answerTimeout, Consumer<BedrockRuntimeClientBuilder> more) {
    BedrockRuntimeClientBuilder builder =
        BedrockRuntimeClient.builder()
            .httpClientBuilder(
                ApacheHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(answerTimeout)
                    .tcpKeepAlive(true))
            .overrideConfiguration(
                override ->
                    override
                        .retryStrategy(retries())
                        .apiCallAttemptTimeout(answerTimeout.plus(CONNECT_TIMEOUT))
                        .apiCallTimeout(answerTimeout.multipliedBy(2)));
    if (region != null && !region.isBlank()) {
      builder.region(Region.of(region));
    }
    more.accept(builder);
    return builder.build();
  }

  /**
   * Stands in for the streaming client that Camel's endpoint builds beside the other one, with a
   * region and credentials of its own, although Converse never uses it. Every call fails.
   */
  public static BedrockRuntimeAsyncClient noStreaming() {
    return new BedrockRuntimeAsyncClient() {
      @Override
      public String serviceName() {
        return BedrockRuntimeAsyncClient.SERVICE_NAME;
      }

      @Override
      public void close() {
        // There is nothing to close.
      }
    };
  }

  /**
   * Where Bedrock is asked: as the environment says, or in the region.
   *
   * @param region null or empty for the default region
   */
  public static String endpoint(String region) {
    for (String name : new String[] {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"}) {
      String url = System.getenv(name);
      if (url != null && !url.isBlank()) {
        return url;
      }
    }
    Region used =
        region == null || region.isBlank()
            ? DefaultAwsRegionProviderChain.builder().build().getRegion()
            : Region.of(region);
    return "https://" + BedrockRuntimeClient.serviceMetadata().endpointFor(used);
  }

  private static RetryStrategy retries() {
    return DefaultRetryStrategy.standardStrategyBuilder()
        .maxAttempts(ATTEMPTS)
        .retryOnException(BedrockClients::unpaid)
        .treatAsThrottling(BedrockClients::throttled)
        .backoffStrategy(
            BackoffStrategy.exponentialDelay(Duration.ofMillis(200), Duration.ofSeconds(5)))
        .throttlingBackoffStrategy(
            BackoffStrategy.exponentialDelay(Duration.ofSeconds(1), Duration.ofSeconds(20)))
        .useClientDefaults(false)
        .build();
  }

  /**
   * Whether the failure shows that the model did not answer, so that asking again costs nothing
   * twice.
   */
  private static boolean unpaid(Throwable failure) {
    if (throttled(failure)) {
      return true;
    }
    if (failure instanceof SdkServiceException service) {
      return service.statusCode() == 500
          || service.statusCode() == 502
          || service.statusCode() == 503;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof ConnectTimeoutException
          || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private static boolean throttled(Throwable failure) {
    return failure instanceof SdkException sdk && RetryUtils.isThrottlingException(sdk);
  }
}

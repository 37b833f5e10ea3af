package io.selfheal.camel.parameterstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterResponse;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.SsmException;

class ParameterStorePropertiesFunctionTest {
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Map<String, String> parameters = new HashMap<>();
  private final List<GetParameterRequest> requests = new ArrayList<>();
  private RuntimeException failure;

  @BeforeEach
  void bindClient() {
    context
        .getRegistry()
        .bind(
            "ssm",
            new SsmClient() {
              @Override
              public GetParameterResponse getParameter(GetParameterRequest request) {
                requests.add(request);
                if (failure != null) {
                  throw failure;
                }
                if (!parameters.containsKey(request.name())) {
                  throw ParameterNotFoundException.builder().message("not found").build();
                }
                return GetParameterResponse.builder()
                    .parameter(p -> p.value(parameters.get(request.name())))
                    .build();
              }

              @Override
              public String serviceName() {
                return SERVICE_NAME;
              }

              @Override
              public void close() {}
            });
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void placeholderIsReadDecryptedAndEachTime() {
    parameters.put("/shop/token", "one");
    assertThat(resolve("{{aws-parameterstore:/shop/token}}")).isEqualTo("one");
    parameters.put("/shop/token", "two");

    assertThat(resolve("a-{{aws-parameterstore:/shop/token}}-b")).isEqualTo("a-two-b");
    assertThat(requests).hasSize(2).allMatch(GetParameterRequest::withDecryption);
  }

  @Test
  void defaultIsForMissingParametersOnly() {
    parameters.put("/there", "value");

    assertThat(resolve("{{aws-parameterstore:/there:other}}")).isEqualTo("value");
    assertThat(resolve("{{aws-parameterstore:/missing:other:with:colons}}"))
        .isEqualTo("other:with:colons");
    assertThat(resolve("x{{aws-parameterstore:/missing:}}")).isEqualTo("x");
    failure = denied();
    assertThatThrownBy(() -> resolve("{{aws-parameterstore:/there:other}}"))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void arnMayNameTheParameter() {
    parameters.put("arn:aws:ssm:eu-west-1:111111111111:parameter/shop/token", "value");

    assertThat(
            resolve(
                "{{aws-parameterstore:arn:aws:ssm:eu-west-1:111111111111:parameter/shop/token}}"))
        .isEqualTo("value");
    assertThat(
            resolve(
                "{{aws-parameterstore:arn:aws:ssm:eu-west-1:111111111111:parameter/missing:d}}"))
        .isEqualTo("d");
  }

  @Test
  void missingParameterSaysWhichAndWhatToDo() {
    assertThatThrownBy(() -> resolve("{{aws-parameterstore:/shop/token}}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "parameter /shop/token does not exist in AWS Parameter Store: create it (type SecureString for secrets), or"
                + " write a default, {{aws-parameterstore:/shop/token:default}}");
  }

  @Test
  void optionalParameterMayBeMissing() {
    assertThat(resolve("a{{aws-parameterstore:?/missing}}b")).isEqualTo("ab");
  }

  @Test
  void deniedParameterNamesTheRights() {
    failure = denied();

    assertThatThrownBy(() -> resolve("{{aws-parameterstore:/shop/token}}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("/shop/token")
        .hasMessageContaining("ssm:GetParameter")
        .hasMessageContaining("kms:Decrypt");
  }

  @Test
  void unreachableServiceSaysWhatToCheck() {
    failure = SdkClientException.create("Unable to load region");

    assertThatThrownBy(() -> resolve("{{aws-parameterstore:/shop/token}}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("check region, credentials")
        .hasMessageContaining("Unable to load region");
  }

  @Test
  void placeholderWithoutANameIsRefused() {
    assertThatThrownBy(() -> resolve("{{aws-parameterstore:}}"))
        .hasMessageContaining("names no parameter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{env:PATH}}",
        "a {{ b",
        "a }} b",
        "{\"a\":{\"b\":{\"c\":1}}}",
        "{\"a\":{\"b\":{\"c\":{\"d\":1}}}}",
        "{{{x}}}",
        "back\\slash",
        "ends with \\",
        "ends with \\n",
        "\\",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----\n",
        "?nested=true #{x} ${y} %s $1"
      })
  void valueArrivesUnchanged(String value) {
    parameters.put("/x", value);
    context.getPropertiesComponent().addInitialProperty("key", "{{aws-parameterstore:/x}}");

    assertThat(resolve("{{aws-parameterstore:/x}}")).isEqualTo(value);
    assertThat(resolve("{{key}}")).isEqualTo(value);
  }

  @Test
  void valueThatNoPlaceholderCanCarryIsRefusedWithoutTellingIt() {
    parameters.put("/x", "secret\\{{");

    assertThatThrownBy(() -> resolve("{{aws-parameterstore:/x}}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("/x")
        .hasMessageNotContaining("secret\\");
  }

  @Test
  void routeMayUseIt() throws Exception {
    parameters.put("/greeting", "hello");
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in").setBody(constant("{{aws-parameterstore:/greeting}}"));
          }
        });
    context.start();

    assertThat(context.createProducerTemplate().requestBody("direct:in", "x", String.class))
        .isEqualTo("hello");
  }

  private String resolve(String text) {
    return context.resolvePropertyPlaceholders(text);
  }

  private static SsmException denied() {
    return (SsmException)
        SsmException.builder()
            .statusCode(400)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("AccessDeniedException")
                    .errorMessage("not authorized")
                    .build())
            .build();
  }
}

package io.selfheal.camel.parameterstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.camel.MotoServer;
import io.selfheal.settings.ConfigurationException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

@Timeout(120)
class ParameterStoreMotoIT {
  @Test
  void secureStringIsReadDecrypted() throws Exception {
    try (MotoServer moto = MotoServer.start();
        SsmClient ssm = moto.client(SsmClient.builder());
        DefaultCamelContext context = new DefaultCamelContext()) {
      ssm.putParameter(
          request ->
              request
                  .name("/selfheal/shop/token")
                  .type(ParameterType.SECURE_STRING)
                  .value("line 1\nline 2"));
      context.getRegistry().bind("ssm", ssm);

      assertThat(context.resolvePropertyPlaceholders("{{aws-parameterstore:/selfheal/shop/token}}"))
          .isEqualTo("line 1\nline 2");
      assertThat(
              context.resolvePropertyPlaceholders("{{aws-parameterstore:/selfheal/missing:none}}"))
          .isEqualTo("none");
      assertThatThrownBy(
              () -> context.resolvePropertyPlaceholders("{{aws-parameterstore:/selfheal/missing}}"))
          .isInstanceOf(ConfigurationException.class);
    }
  }
}

package io.selfheal.camel.parameterstore;

import io.selfheal.settings.ConfigurationException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceSupport;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.SsmException;

/**
 * Reads placeholders from AWS Parameter Store, SecureStrings decrypted.
 *
 * <ul>
 *   <li>{@code {{aws-parameterstore:/path}}}: the parameter must exist
 *   <li>{@code {{aws-parameterstore:/path:default}}}: the text after the colon where it does not
 *       exist
 *   <li>{@code {{aws-parameterstore:?/path}}}: nothing where it does not exist
 * </ul>
 *
 * <p>Nothing is cached: each placeholder is one call, so a rotated secret is seen at once. The
 * client is the {@link SsmClient} of the registry, or one with the default credential and region
 * chain.
 */
@org.apache.camel.spi.annotations.PropertiesFunction("aws-parameterstore")
public class ParameterStorePropertiesFunction extends ServiceSupport
    implements PropertiesFunction, CamelContextAware {
  private CamelContext camelContext;
  private SsmClient ownClient;

  @Override
  public String getName() {
    return "aws-parameterstore";
  }

  /**
   * Reads a parameter for a placeholder of Camel. Double braces in the value are escaped, or Camel
   * would take them for placeholders; Camel takes the escapes away at the end.
   *
   * @throws ConfigurationException if it cannot be read; the message names the parameter and what
   *     to do
   */
  @Override
  public String apply(String remainder) {
    String value = read(remainder);
    return value == null ? null : escape(value, remainder);
  }

  /**
   * Reads a parameter as it is, for code that does not go through a placeholder of Camel.
   *
   * @param remainder what stands after {@code aws-parameterstore:}
   * @return null if it does not exist and is optional
   * @throws ConfigurationException as {@link #apply}
   */
  public String read(String remainder) {
    boolean optional = remainder.startsWith("?");
    String text = optional ? remainder.substring(1) : remainder;
    int colon =
        text.indexOf(
            ':', text.startsWith("arn:") ? Math.max(0, text.indexOf(":parameter") + 1) : 0);
    String name = colon < 0 ? text : text.substring(0, colon);
    if (name.isBlank()) {
      throw new ConfigurationException(
          "{{aws-parameterstore:"
              + remainder
              + "}} names no parameter: write {{aws-parameterstore:/path}}");
    }
    try {
      return client()
          .getParameter(request -> request.name(name).withDecryption(true))
          .parameter()
          .value();
    } catch (ParameterNotFoundException e) {
      if (colon >= 0) {
        return text.substring(colon + 1);
      }
      if (optional) {
        return null;
      }
      throw failure(
          name,
          "does not exist in AWS Parameter Store: create it (type SecureString for secrets), or write a default,"
              + " {{aws-parameterstore:"
              + name
              + ":default}}",
          e);
    } catch (SsmException e) {
      if (e.awsErrorDetails() != null && e.awsErrorDetails().errorCode().contains("AccessDenied")) {
        throw failure(
            name,
            "may not be read from AWS Parameter Store: allow ssm:GetParameter on it, and kms:Decrypt on the key of a"
                + " SecureString ("
                + e.awsErrorDetails().errorMessage()
                + ")",
            e);
      }
      throw failure(name, "could not be read from AWS Parameter Store: " + e.getMessage(), e);
    } catch (SdkException e) {
      throw failure(
          name,
          "could not be read from AWS Parameter Store: check region, credentials and AWS_ENDPOINT_URL ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private static ConfigurationException failure(String name, String what, Exception cause) {
    ConfigurationException failure = new ConfigurationException("parameter " + name + " " + what);
    failure.initCause(cause);
    return failure;
  }

  /**
   * Camel resolves placeholders in what a function returns, and undoes {@code \{{} and {@code \}}}
   * at the end. An odd brace goes first, so that no two braces stand together without a backslash
   * before them. Camel's unescaping also drops a backslash among the last two characters; a second
   * one makes up for it.
   */
  private static String escape(String value, String remainder) {
    StringBuilder escaped = new StringBuilder(value.length() + 8);
    int i = 0;
    while (i < value.length()) {
      char c = value.charAt(i);
      if (c != '{' && c != '}') {
        escaped.append(c);
        i++;
        continue;
      }
      int end = i;
      while (end < value.length() && value.charAt(end) == c) {
        end++;
      }
      int pairs = (end - i) / 2;
      if ((end - i) % 2 != 0) {
        escaped.append(c);
      } else if (i > 0 && value.charAt(i - 1) == '\\') {
        throw new ConfigurationException(
            "the value of {{aws-parameterstore:"
                + remainder
                + "}} holds a backslash before double braces, which no"
                + " placeholder can carry");
      }
      for (int pair = 0; pair < pairs; pair++) {
        escaped.append('\\').append(c).append(c);
      }
      i = end;
    }
    int last = escaped.lastIndexOf("\\");
    if (last >= 0 && last >= escaped.length() - 2) {
      escaped.insert(last, '\\');
    }
    return escaped.toString();
  }

  private SsmClient client() {
    SsmClient bound = CamelContextHelper.findSingleByType(camelContext, SsmClient.class);
    if (bound != null) {
      return bound;
    }
    lock.lock();
    try {
      if (ownClient == null) {
        ownClient = SsmClient.create();
      }
      return ownClient;
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void doStop() {
    if (ownClient != null) {
      ownClient.close();
      ownClient = null;
    }
  }

  @Override
  public CamelContext getCamelContext() {
    return camelContext;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.camelContext = camelContext;
  }
}

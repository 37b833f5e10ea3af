package io.selfheal.deploy;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Writes down what the AWS clients of this JVM are asked; the SDK finds and makes it by the file
 * {@code execution.interceptors}, which is why its memory is static.
 */
public final class RecordedCalls implements ExecutionInterceptor {
  private static final Set<String> CALLS = ConcurrentHashMap.newKeySet();

  /** What was called since {@link #forget}, such as {@code DynamoDb:GetItem}. */
  static Set<String> seen() {
    return new TreeSet<>(CALLS);
  }

  static void forget() {
    CALLS.clear();
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    String service =
        attributes
            .getAttribute(SdkExecutionAttribute.SERVICE_NAME)
            .replace(" ", "")
            .replace("DynamoDB", "DynamoDb")
            .replaceFirst("^SQS$", "Sqs");
    CALLS.add(service + ":" + attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
  }
}

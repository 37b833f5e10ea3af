package io.selfheal.issue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A table whose next requests fail as a test says, before they are done or after. */
public final class FailingTable {
  /** What becomes of a request. */
  public enum Fate {
    DONE,
    NOT_DONE,
    /** It is done, and the answer is lost. */
    DONE_AND_LOST
  }

  private final DynamoDbClient client;
  private final Deque<Fate> fates = new ArrayDeque<>();

  public FailingTable(DynamoDbClient client) {
    this.client = client;
  }

  /** What becomes of the next requests, in their order; those after them are done. */
  public void next(Fate... fate) {
    fates.clear();
    fates.addAll(java.util.List.of(fate));
  }

  public DynamoDbClient client() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              if (method.isDefault() && arguments[0] instanceof Consumer) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
              }
              Fate fate = fates.isEmpty() ? Fate.DONE : fates.remove();
              if (fate == Fate.NOT_DONE) {
                throw SdkClientException.create("unreachable");
              }
              try {
                Object answer = method.invoke(client, arguments);
                if (fate == Fate.DONE_AND_LOST) {
                  throw SdkClientException.create("connection reset");
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}

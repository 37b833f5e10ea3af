package io.selfheal.stacktrace;

import java.util.Objects;

/**
 * One call of a stack trace.
 *
 * @param file path or file name as printed; null where the language prints none
 * @param line 1-based; null where none is printed
 * @param function as printed, e.g. {@code handler} or {@code shop.orders.OrderService.qty}
 * @param module the language's module or package, where it is printed apart from the function; else
 *     null
 * @param inApp whether the frame belongs to the application and not to a library or the runtime
 * @param source the source line, where the trace prints it; else null
 */
public record Frame(
    String file, Integer line, String function, String module, boolean inApp, String source) {
  /** Without the fields that hardly tell frames apart, as each known error is looked up by it. */
  @Override
  public int hashCode() {
    int hash = Objects.hashCode(file);
    hash = 31 * hash + Objects.hashCode(line);
    hash = 31 * hash + Objects.hashCode(function);
    return 31 * hash + Objects.hashCode(source);
  }
}

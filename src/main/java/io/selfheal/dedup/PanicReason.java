package io.selfheal.dedup;

import io.selfheal.stacktrace.StackTrace;
import java.util.List;

/**
 * Why a Go or Rust program panicked, in the words of the language's runtime. Every panic is of one
 * type, so that two bugs in one function could not be told apart; what programs say themselves is
 * left out, as it names orders and users.
 */
final class PanicReason {
  private static final List<String> GO =
      List.of(
          "runtime error: index out of range",
          "runtime error: slice bounds out of range",
          "runtime error: integer divide by zero",
          "runtime error: invalid memory address or nil pointer dereference",
          "runtime error: makeslice: ",
          "runtime error: hash of unhashable type",
          "runtime error: comparing uncomparable type",
          "assignment to entry in nil map",
          "interface conversion: ",
          "close of closed channel",
          "close of nil channel",
          "send on closed channel",
          "sync: negative WaitGroup counter",
          "sync: unlock of unlocked mutex",
          "concurrent map ",
          "all goroutines are asleep",
          "stack overflow");

  private static final List<String> RUST =
      List.of(
          "index out of bounds",
          "range end index ",
          "range start index ",
          "slice index starts at ",
          "attempt to add with overflow",
          "attempt to subtract with overflow",
          "attempt to multiply with overflow",
          "attempt to divide by zero",
          "attempt to calculate the remainder with a divisor of zero",
          "assertion ",
          "called `Option::unwrap()`",
          "called `Result::unwrap()`",
          "called `Result::unwrap_err()`",
          "internal error: entered unreachable code",
          "not implemented",
          "not yet implemented",
          "already borrowed",
          "already mutably borrowed",
          "RefCell already ",
          "byte index ");

  private PanicReason() {}

  /** Whether errors of this language have one. */
  static boolean isGivenFor(String language) {
    return language.equals("go") || language.equals("rust");
  }

  /** The reason; empty if the language knows none or the program gave its own. */
  static String of(StackTrace trace) {
    List<String> reasons =
        switch (trace.language()) {
          case "go" -> GO;
          case "rust" -> RUST;
          default -> List.of();
        };
    for (String reason : reasons) {
      if (trace.message().startsWith(reason)) {
        return reason.strip();
      }
    }
    return "";
  }
}

package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonParserTest {
  private final StackTraces traces = new StackTraces();

  @Test
  void readsExceptionGroupWithGroupInside() {
    StackTrace trace =
        only(
            """
              + Exception Group Traceback (most recent call last):
              |   File "/app/tasks.py", line 11, in collect
              |     raise ExceptionGroup("several failed", errs)
              | ExceptionGroup: several failed (2 sub-exceptions)
              +-+---------------- 1 ----------------
                | Traceback (most recent call last):
                |   File "/app/tasks.py", line 2, in one
                |     raise ValueError("bad value %d" % i)
                | ValueError: bad value 0
                +---------------- 2 ----------------
                | Exception Group Traceback (most recent call last):
                |   File "/app/tasks.py", line 9, in collect
                |     raise ExceptionGroup("inner", [TypeError("t"), KeyError("k")])
                | ExceptionGroup: inner (2 sub-exceptions)
                +-+---------------- 1 ----------------
                  | TypeError: t
                  +---------------- 2 ----------------
                  | KeyError: 'k'
                  +------------------------------------
            """);

    assertThat(trace.exceptionType()).isEqualTo("ExceptionGroup");
    assertThat(trace.message()).isEqualTo("several failed (2 sub-exceptions)");
    assertThat(trace.frames()).extracting(Frame::function).containsExactly("collect");
    assertThat(trace.causedBy())
        .extracting(StackTrace::exceptionType)
        .containsExactly("ValueError", "ExceptionGroup", "TypeError", "KeyError");
    assertThat(trace.causedBy().get(0).frames()).extracting(Frame::line).containsExactly(2);
    assertThat(trace.causedBy().get(1).frames()).extracting(Frame::line).containsExactly(9);
    assertThat(trace.complete()).isTrue();
  }

  @Test
  void membersOfGroupThatWasNeverRaisedFollowIt() {
    StackTrace trace =
        only(
            """
              + Exception Group Traceback (most recent call last):
              |   File "/app/gen.py", line 13, in group
              |     raise ExceptionGroup('many', ex + [ExceptionGroup('inner', ex)])
              | ExceptionGroup: many (3 sub-exceptions)
              +-+---------------- 1 ----------------
                | Traceback (most recent call last):
                |   File "/app/gen.py", line 10, in <lambda>
                |     for f in (lambda: 1/0, lambda: [][3]):
                |                       ~^~
                | ZeroDivisionError: division by zero
                +---------------- 2 ----------------
                | ExceptionGroup: inner (2 sub-exceptions)
                +-+---------------- 1 ----------------
                  | Traceback (most recent call last):
                  |   File "/app/gen.py", line 11, in <lambda>
                  |     for f in (lambda: 1/0, lambda: [][3]):
                  |                                    ~~^^^
                  | IndexError: list index out of range
                  +---------------- 2 ----------------
                  | ExceptionGroup: innermost (1 sub-exception)
                  +-+---------------- 1 ----------------
                    | KeyError: 'k'
                    +------------------------------------
            """);

    assertThat(trace.causedBy())
        .extracting(StackTrace::exceptionType)
        .containsExactly(
            "ZeroDivisionError", "ExceptionGroup", "IndexError", "ExceptionGroup", "KeyError");
    assertThat(trace.causedBy().get(1).message()).isEqualTo("inner (2 sub-exceptions)");
    assertThat(trace.causedBy().get(1).frames()).isEmpty();
    assertThat(trace.causedBy().get(2).frames()).extracting(Frame::line).containsExactly(11);
  }

  @Test
  void readsGroupThatCausedAnotherError() {
    StackTrace trace =
        only(
            """
              + Exception Group Traceback (most recent call last):
              |   File "/app/a.py", line 1, in f
              |     g()
              | ExceptionGroup: g (1 sub-exception)
              +-+---------------- 1 ----------------
                | KeyError: 'z'
                +------------------------------------

            The above exception was the direct cause of the following exception:

            Traceback (most recent call last):
              File "/app/a.py", line 3, in h
                raise RuntimeError("outer") from e
            RuntimeError: outer
            """);

    assertThat(trace.exceptionType()).isEqualTo("RuntimeError");
    assertThat(trace.causedBy())
        .extracting(StackTrace::exceptionType)
        .containsExactly("ExceptionGroup", "KeyError");
  }

  @Test
  void readsChainsOfBothWordingsOutermostFirst() {
    StackTrace trace =
        only(
            """
            Traceback (most recent call last):
              File "/app/a.py", line 1, in a
            KeyError: 'a'

            During handling of the above exception, another exception occurred:

            Traceback (most recent call last):
              File "/app/a.py", line 2, in b
            ValueError: b

            The above exception was the direct cause of the following exception:

            Traceback (most recent call last):
              File "/app/a.py", line 3, in c
            app.errors.Outer: c
            """);

    assertThat(trace.exceptionType()).isEqualTo("app.errors.Outer");
    assertThat(trace.causedBy()).extracting(StackTrace::message).containsExactly("b", "'a'");
  }

  @Test
  void readsSyntaxErrorWithoutTraceback() {
    StackTrace trace =
        only(
            """
              File "/app/broken.py", line 3
                return total
                ^^^^^^
            SyntaxError: invalid syntax
            """);

    assertThat(trace.exceptionType()).isEqualTo("SyntaxError");
    assertThat(trace.frames())
        .containsExactly(new Frame("/app/broken.py", 3, null, null, true, "return total"));
  }

  @Test
  void keepsFirstLineOfStatementThatSpansSeveral() {
    StackTrace trace =
        only(
            """
            Traceback (most recent call last):
              File "/app/a.py", line 5, in f
                total(
                ~~~~~^
                    order,
                    ^^^^^^
                ...<3 lines>...
                )
                ^
            TypeError: no
            """);

    assertThat(trace.frames()).extracting(Frame::source).containsExactly("total(");
  }

  @Test
  void keepsMessageOfSeveralLinesButNotNotes() {
    StackTrace message =
        only(
            """
            Traceback (most recent call last):
              File "/app/a.py", line 5, in f
            pydantic_core.ValidationError: 1 validation error for Order
            qty
              Input should be greater than 0
            """);
    StackTrace notes =
        only(
            """
            Traceback (most recent call last):
              File "/app/a.py", line 5, in f
            ValueError: bad value
            while handling batch 7
            """);

    assertThat(message.message())
        .isEqualTo("1 validation error for Order\nqty\n  Input should be greater than 0");
    assertThat(notes.message()).isEqualTo("bad value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Exception in thread Thread-1 (load):",
        "Task exception was never retrieved",
        "Exception ignored in: <function A.__del__ at 0x7f6fe1465bc0>",
        "2026-11-22 07:42:32,455 ERROR root: failed 3",
        "[ERROR]\t2026-11-22T07:42:32.455Z\t4f1b08e5\tfailed"
      })
  void readsTraceBehindIntroduction(String introduction) {
    List<FoundTrace> found =
        traces.find(
            List.of(
                introduction,
                "Traceback (most recent call last):",
                "  File \"a.py\", line 1, in f",
                "KeyError: 'x'"));

    assertThat(found).hasSize(1);
    assertThat(found.get(0).trace().exceptionType()).isEqualTo("KeyError");
    assertThat(found.get(0).text()).startsWith(introduction);
    assertThat(found.get(0).firstLine()).isEqualTo(2);
  }

  @Test
  void readsTraceWithoutFramesOrSource() {
    assertThat(only("Traceback (most recent call last):\nKeyError: 'x'").frames()).isEmpty();
    assertThat(
            only("[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'x'\nTraceback (most recent call last):")
                .exceptionType())
        .isEqualTo("Runtime.ImportModuleError");
  }

  @Test
  void readsMessageOfSeveralLinesThatLambdaPrintsFirst() {
    StackTrace trace =
        only(
            """
            [ERROR] ValidationError: 1 validation error for Order
            qty
              Input should be greater than 0
            Traceback (most recent call last):
              File "/var/task/app.py", line 5, in f
                g()
            """);

    assertThat(trace.exceptionType()).isEqualTo("ValidationError");
    assertThat(trace.message()).endsWith("Input should be greater than 0");
    assertThat(trace.frames()).hasSize(1);
  }

  @Test
  void leavesErrorsOfOtherLanguagesToThem() {
    StackTrace trace = only("[ERROR] TypeError: no\n    at find (/app/orders.js:3:5)");

    assertThat(trace.language()).isEqualTo("javascript");
    assertThat(trace.message()).isEqualTo("no");
  }

  @Test
  void marksTraceThatEndsBeforeItsException() {
    StackTrace trace =
        only("Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()");

    assertThat(trace.complete()).isFalse();
    assertThat(trace.frames()).hasSize(1);
    assertThat(trace.exceptionType()).isEqualTo("unknown");
    assertThat(trace.message()).contains("before the traceback names its exception");
  }

  @Test
  void takesTypeOfCutTraceFromWhatItRaised() {
    String head = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    ";
    StackTrace raised = only(head + "raise shop.OrderError(\"no stock\")");
    StackTrace value = only(head + "raise error");

    assertThat(raised.exceptionType()).isEqualTo("shop.OrderError");
    assertThat(raised.complete()).isFalse();
    assertThat(value.exceptionType()).isEqualTo("unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/local/lib/python3.11/json/decoder.py",
        "/app/.venv/lib/python3.12/site-packages/django/core/handlers/base.py",
        "/usr/lib/python3/dist-packages/yaml/loader.py",
        "C:\\Python311\\Lib\\json\\decoder.py",
        "<frozen importlib._bootstrap>",
        "<string>",
        "/var/runtime/bootstrap.py",
        "/var/lang/lib/python3.13/asyncio/runners.py",
        "/opt/python/requests/api.py"
      })
  void marksLibraryFrames(String file) {
    assertThat(
            only("Traceback (most recent call last):\n  File \""
                    + file
                    + "\", line 1, in f\nKeyError: 'x'")
                .frames())
        .extracting(Frame::inApp)
        .containsExactly(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/task/app.py", "app.py", "C:\\shop\\app.py", "/home/u/lib/money.py"})
  void marksApplicationFrames(String file) {
    assertThat(
            only("Traceback (most recent call last):\n  File \""
                    + file
                    + "\", line 1, in f\nKeyError: 'x'")
                .frames())
        .extracting(Frame::inApp)
        .containsExactly(true);
  }

  private StackTrace only(String text) {
    List<FoundTrace> found = traces.find(text.lines().toList());
    assertThat(found).hasSize(1);
    return found.get(0).trace();
  }
}

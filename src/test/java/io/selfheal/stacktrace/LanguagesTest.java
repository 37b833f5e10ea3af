package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Formats that the corpus does not show. */
class LanguagesTest {
  private final StackTraces traces = new StackTraces();

  @Test
  void readsDotNetWithInnerExceptions() {
    StackTrace trace =
        only(
            """
            Unhandled exception. System.AggregateException: One or more errors occurred. (no such order)
             ---> Shop.OrderException: no such order
             ---> System.Collections.Generic.KeyNotFoundException: The given key '17' was not present in the dictionary.
               at System.Collections.Generic.Dictionary`2.get_Item(TKey key)
               at Shop.Orders.Find(String id) in /src/Shop/Orders.cs:line 12
               --- End of inner exception stack trace ---
               at Shop.Orders.Load(String id) in /src/Shop/Orders.cs:line 20
               at Shop.Api.<>c__DisplayClass0_0.<Get>b__1()
               --- End of inner exception stack trace ---
               at System.Threading.Tasks.Task.Wait()
               at Shop.Program.Main(String[] args) in C:\\src\\Shop\\Program.cs:line 9
            """);

    assertThat(trace.language()).isEqualTo("csharp");
    assertThat(trace.exceptionType()).isEqualTo("System.AggregateException");
    assertThat(trace.message()).isEqualTo("One or more errors occurred. (no such order)");
    assertThat(trace.frames())
        .extracting(Frame::function)
        .containsExactly("Shop.Program.Main", "System.Threading.Tasks.Task.Wait");
    assertThat(trace.frames()).extracting(Frame::inApp).containsExactly(true, false);
    assertThat(trace.frames().get(0).file()).isEqualTo("C:\\src\\Shop\\Program.cs");
    assertThat(trace.causedBy())
        .extracting(StackTrace::exceptionType)
        .containsExactly("Shop.OrderException", "System.Collections.Generic.KeyNotFoundException");
    assertThat(trace.causedBy().get(1).frames()).extracting(Frame::line).containsExactly(12, null);
  }

  @Test
  void readsDotNetBehindConsoleLogger() {
    StackTrace trace =
        only(
            """
            fail: Shop.Api.OrdersController[0]
                  Request failed
                  System.NullReferenceException: Object reference not set to an instance of an object.
                     at Shop.Api.OrdersController.Get(Int32 id) in /src/OrdersController.cs:line 31
                     at lambda_method5(Closure, Object, Object[])
                     at Microsoft.AspNetCore.Mvc.Infrastructure.ActionMethodExecutor.Execute()
                  --- End of stack trace from previous location ---
                     at Microsoft.AspNetCore.Routing.EndpointMiddleware.Invoke()
            """);

    assertThat(trace.exceptionType()).isEqualTo("System.NullReferenceException");
    assertThat(trace.frames()).extracting(Frame::inApp).contains(true, false);
    assertThat(trace.frames().get(trace.frames().size() - 1).line()).isEqualTo(31);
  }

  @Test
  void readsJavaBehindLoggerOfOneLine() {
    StackTrace trace =
        only(
            """
            2026-01-02 03:04:05,678 ERROR [http-1] s.api.Orders - Request 17 failed
            shop.OrderException: no such order:
              17
              18
            \tat app//shop.Orders.find(Orders.java:12) ~[orders.jar:1.2]
            \tat java.base@17.0.9/java.lang.Thread.run(Thread.java:840) [?:?]
            Caused by: java.sql.SQLException: gone
            \tat com.mysql.jdbc.Driver.connect(Driver.java:3)
            \t... 12 common frames omitted
            """);

    assertThat(trace.exceptionType()).isEqualTo("shop.OrderException");
    assertThat(trace.message()).isEqualTo("no such order:\n  17\n  18");
    assertThat(trace.frames())
        .extracting(Frame::function)
        .containsExactly("java.lang.Thread.run", "shop.Orders.find");
    assertThat(trace.frames()).extracting(Frame::module).containsExactly("java.base", null);
    assertThat(trace.causedBy()).extracting(StackTrace::message).containsExactly("gone");
  }

  @Test
  void readsKotlinAndScalaFrames() {
    StackTrace trace =
        only(
            """
            Exception in thread "DefaultDispatcher-worker-1" java.lang.IllegalStateException: no
            \tat shop.OrdersKt$total$2.invokeSuspend(Orders.kt:12)
            \tat kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith(ContinuationImpl.kt:33)
            \tat shop.Orders$.$anonfun$main$1(Orders.scala:7)
            """);

    assertThat(trace.frames()).extracting(Frame::inApp).containsExactly(true, false, true);
    assertThat(trace.message()).isEqualTo("no");
  }

  @Test
  void readsUncaughtErrorWithoutFrames() {
    assertThat(
            only("Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space")
                .exceptionType())
        .isEqualTo("java.lang.OutOfMemoryError");
  }

  @Test
  void readsRubyErrorWithoutMessage() {
    StackTrace trace =
        only(
            """
            /app/orders.rb:12:in 'Shop::Orders#total': (Shop::OrderError)
            \tfrom /app/main.rb:3:in '<main>'
            """);

    assertThat(trace.exceptionType()).isEqualTo("Shop::OrderError");
    assertThat(trace.message()).isEmpty();
    assertThat(trace.frames()).extracting(Frame::line).containsExactly(3, 12);
  }

  @Test
  void readsAggregateErrorOfNode() {
    StackTrace trace =
        only(
            """
            AggregateError: All promises were rejected
                at async run (file:///app/run.mjs:3:5) {
              [errors]: [
                TypeError: a is not a function
                    at first (file:///app/first.mjs:1:7)
                    at async Promise.any (index 0),
                Error: b
                    at second (/app/second.js:1:7)
              ]
            }
            """);

    assertThat(trace.exceptionType()).isEqualTo("AggregateError");
    assertThat(trace.frames()).extracting(Frame::function).containsExactly("run");
    assertThat(trace.causedBy())
        .extracting(StackTrace::message)
        .containsExactly("a is not a function", "b");
    assertThat(trace.complete()).isTrue();
  }

  @Test
  void readsNodeErrorsWithCodesAndOddFrames() {
    StackTrace trace =
        only(
            """
            node:internal/errors:496
                ErrorCaptureStackTrace(err);
                ^

            TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string. Received undefined
                at new NodeError (node:internal/errors:405:5)
                at Object.<anonymous> (/app/index.js:1:6)
                at eval (eval at run (/app/index.js:2:3), <anonymous>:1:1)
                at Module._compile (node:internal/modules/cjs/loader:1256:14)
                at Store.save [as persist] (/app/lib/store.ts:9:11)
                at /app/node_modules/express/lib/router/layer.js:95:5
            """);

    assertThat(trace.exceptionType()).isEqualTo("TypeError");
    assertThat(trace.message()).startsWith("The \"path\" argument");
    assertThat(trace.frames())
        .extracting(Frame::inApp)
        .containsExactly(false, true, false, false, true, false);
  }

  @Test
  void readsGoFatalErrorAndSignal() {
    StackTrace trace =
        only(
            """
            2026/01/02 03:04:05 http: panic serving 10.0.0.1:5000: runtime error: invalid memory address or nil pointer dereference
            goroutine 35 [running]:
            net/http.(*conn).serve.func1()
            \t/usr/local/go/src/net/http/server.go:1898 +0xbe
            panic({0x6b0ea0?, 0x8e3f90?})
            \t/usr/local/go/src/runtime/panic.go:770 +0x132
            shop/store.(*Store).Load(0xc0000, {0x1, 0x2})
            \t/src/shop/store/store.go:16 +0x4a
            created by net/http.(*Server).Serve in goroutine 1
            \t/usr/local/go/src/net/http/server.go:3285 +0x4b4
            """);

    assertThat(trace.message())
        .isEqualTo("runtime error: invalid memory address or nil pointer dereference");
    assertThat(trace.frames())
        .extracting(Frame::function)
        .containsExactly(
            "net/http.(*Server).Serve",
            "shop/store.(*Store).Load",
            "panic",
            "net/http.(*conn).serve.func1");
    assertThat(trace.frames()).extracting(Frame::inApp).containsExactly(false, true, false, false);
    assertThat(
            only("""
                    fatal error: all goroutines are asleep - deadlock!

                    goroutine 1 [chan receive]:
                    main.main()
                    \t/src/shop/main.go:33 +0x39
                    exit status 2
                    """)
                .message())
        .isEqualTo("all goroutines are asleep - deadlock!");
  }

  @Test
  void readsRubyOfRailsAndOfLogger() {
    StackTrace rails =
        only(
            """
            F, [2026-01-02T03:04:05.678901 #12] FATAL -- : [4f1b08e5] NoMethodError (undefined method `total' for nil:NilClass):
            F, [2026-01-02T03:04:05.678901 #12] FATAL -- : [4f1b08e5]
            F, [2026-01-02T03:04:05.678901 #12] FATAL -- : [4f1b08e5] app/models/order.rb:12:in `total'
            F, [2026-01-02T03:04:05.678901 #12] FATAL -- : [4f1b08e5] app/controllers/orders_controller.rb:7:in `show'
            """);
    StackTrace logger =
        only(
            """
            E, [2026-01-02T03:04:05.678901 #12] ERROR -- : divided by 0 (ZeroDivisionError)
            /app/store.rb:11:in 'Integer#/'
            /usr/local/bundle/gems/rack-3.0/lib/rack.rb:3:in 'Rack.call'
            """);

    assertThat(rails.exceptionType()).isEqualTo("NoMethodError");
    assertThat(rails.message()).isEqualTo("undefined method `total' for nil:NilClass");
    assertThat(rails.frames()).extracting(Frame::function).containsExactly("show", "total");
    assertThat(logger.exceptionType()).isEqualTo("ZeroDivisionError");
    assertThat(logger.message()).isEqualTo("divided by 0");
    assertThat(logger.frames()).extracting(Frame::inApp).containsExactly(false, true);
  }

  @Test
  void readsPhpOfLaravelAndErrorLog() {
    StackTrace laravel =
        only(
            """
            [2026-01-02 03:04:05] production.ERROR: no such order {"exception":"[object] (App\\\\OrderException(code: 0): no such order at /var/www/app/Orders.php:12)
            [stacktrace]
            #0 /var/www/app/Http/OrderController.php(9): App\\Orders->find('17')
            #1 /var/www/vendor/laravel/framework/src/Router.php(3): call()
            #2 {main}
            "}
            """);
    StackTrace fatal =
        only(
            "[02-Jan-2026 03:04:05 UTC] PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /var/www/app/Big.php on line 7");

    assertThat(laravel.exceptionType()).isEqualTo("App\\OrderException");
    assertThat(laravel.message()).isEqualTo("no such order");
    assertThat(laravel.frames())
        .extracting(Frame::file)
        .containsExactly(
            "/var/www/vendor/laravel/framework/src/Router.php",
            "/var/www/app/Http/OrderController.php",
            "/var/www/app/Orders.php");
    assertThat(laravel.frames()).extracting(Frame::inApp).containsExactly(false, true, true);
    assertThat(fatal.exceptionType()).isEqualTo("Fatal error");
    assertThat(fatal.frames()).extracting(Frame::line).containsExactly(7);
  }

  @Test
  void readsRustBefore173() {
    StackTrace trace =
        only(
            "thread 'main' panicked at 'index out of bounds: the len is 0 but the index is 3', src/main.rs:4:56\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace");

    assertThat(trace.message()).isEqualTo("index out of bounds: the len is 0 but the index is 3");
    assertThat(trace.frames()).extracting(Frame::file).containsExactly("src/main.rs");
  }

  @Test
  void readsErrorThatRustsMainReturned() {
    StackTrace trace =
        only(
            """
            Error: cannot start shop

            Caused by:
                0: cannot read /etc/shop.toml
                1: No such file or directory (os error 2)

            Stack backtrace:
               0: anyhow::error::<impl anyhow::Error>::msg
                         at /home/app/.cargo/registry/src/anyhow-1.0.86/src/error.rs:27:14
               1: shop::config::read
                         at ./src/config.rs:12:5
               2: shop::main
                         at ./src/main.rs:4:5
            """);

    assertThat(trace.language()).isEqualTo("rust");
    assertThat(trace.exceptionType()).isEqualTo("Error");
    assertThat(trace.message()).isEqualTo("cannot start shop");
    assertThat(trace.causedBy())
        .extracting(StackTrace::message)
        .containsExactly("cannot read /etc/shop.toml", "No such file or directory (os error 2)");
    assertThat(trace.frames()).extracting(Frame::inApp).containsExactly(true, true, false);
  }

  private StackTrace only(String text) {
    List<FoundTrace> found = traces.find(text.lines().toList());
    assertThat(found).hasSize(1);
    return found.get(0).trace();
  }
}

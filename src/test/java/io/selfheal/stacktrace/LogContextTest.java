package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogContextTest {
  private static final String PYTHON =
      "Traceback (most recent call last):\\n  File \\\"/app/shop.py\\\", line 3, in total\\n    return o['t']\\nKeyError: 't'";
  private static final String NODE = "TypeError: no\\n    at find (/app/orders.js:3:5)";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String REQUEST = "0e9b3f4c-1111-4222-8333-123456789abc";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "Lambda | {'timestamp':'t','level':'ERROR','message':'m','logger':'shop','requestId':'$R','stackTrace':['$PYTHON']} | ERROR | shop | $R | -",
        "Lambda Powertools | {'level':'ERROR','service':'s','function_request_id':'$R','xray_trace_id':'1-5759e988-bd862e3fe1be46a994272793','exception':'$PYTHON'} | ERROR | - | $R | 1-5759e988-bd862e3fe1be46a994272793",
        "ECS | {'log.level':'ERROR','log.logger':'c.a.Orders','trace.id':'$T','http.request.id':'r1','error.stack_trace':'$PYTHON'} | ERROR | c.a.Orders | r1 | $T",
        "ECS nested | {'log':{'level':'error','logger':'c.a.Orders'},'trace':{'id':'$T'},'http':{'request':{'id':'r1'}},'error':{'stack_trace':'$PYTHON'}} | error | c.a.Orders | r1 | $T",
        "OTel | {'severityText':'ERROR','scope':{'name':'shop'},'traceId':'$T','attributes':{'faas.invocation_id':'$R','exception.stacktrace':'$PYTHON'}} | ERROR | shop | $R | $T",
        "logstash | {'level':'ERROR','logger_name':'c.a.Orders','traceId':'$T','stack_trace':'$PYTHON'} | ERROR | c.a.Orders | - | $T",
        "logback mdc | {'level':'ERROR','loggerName':'c.a.Orders','mdc':{'requestId':'r1','trace_id':'$T'},'throwable':'$PYTHON'} | ERROR | c.a.Orders | r1 | $T",
        "structlog | {'event':'m','level':'error','logger':'shop','request_id':'r1','exception':'$PYTHON'} | error | shop | r1 | -",
        "json-logger | {'levelname':'ERROR','name':'shop.orders','exc_info':'$PYTHON'} | ERROR | shop.orders | - | -",
        "pino | {'level':50,'name':'shop','req':{'id':17},'msg':'m','err':{'type':'TypeError','stack':'$NODE'}} | ERROR | shop | 17 | -",
        "winston | {'level':'error','name':'TypeError','message':'no','stack':'$NODE'} | error | - | - | -",
        "Serilog | {'@t':'t','@l':'Error','@tr':'$T','SourceContext':'Shop.Orders','RequestId':'r1','@x':'$PYTHON'} | Error | Shop.Orders | r1 | $T",
        "Serilog file | {'Level':'Error','Exception':'$PYTHON','Properties':{'SourceContext':'Shop.Orders','RequestId':'r1'}} | Error | Shop.Orders | r1 | -",
        ".NET console | {'LogLevel':'Error','Category':'Shop.Orders','Exception':'$PYTHON'} | Error | Shop.Orders | - | -",
        "zap | {'level':'error','logger':'store','trace_id':'$T','errorVerbose':'$PYTHON'} | error | store | - | $T",
        "Google Cloud | {'severity':'ERROR','logging.googleapis.com/trace':'$T','message':'$PYTHON'} | ERROR | - | - | $T"
      })
  void readsStructured(
      String format, String json, String level, String logger, String requestId, String traceId) {
    String line = filled(json).replace('\'', '"').replace("$PYTHON", PYTHON).replace("$NODE", NODE);

    List<FoundTrace> found = new StackTraces().find(List.of(line));

    assertThat(found).hasSize(1);
    assertThat(found.get(0).context())
        .isEqualTo(new LogContext(level, logger, filled(requestId), filled(traceId)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "[ERROR]~2026-03-01T10:00:00.000Z~$R~no order | ERROR | - | $R | -",
        "2026-03-01T10:00:00.000Z~$R~ERROR~Uncaught Exception | ERROR | - | $R | -",
        "ERROR:shop.orders:no order | ERROR | shop.orders | - | -",
        "2026-03-01 10:00:00,123 - shop.orders - CRITICAL - no order | CRITICAL | shop.orders | - | -",
        "2026-03-01T10:00:00.123Z ERROR 7 --- [shop] [exec-1] [$T-b7ad6b7169203331] c.a.shop.Orders          : no | ERROR | c.a.shop.Orders | - | $T",
        "10:00:00.123 [http-1] ERROR c.a.shop.Orders - no order | ERROR | c.a.shop.Orders | - | -",
        "10:00:00,123 ERROR [org.acme.Orders] (thread-1) no order traceId=$T, spanId=x | ERROR | org.acme.Orders | - | $T",
        "fail: Acme.Shop.Orders[13] | fail | Acme.Shop.Orders | - | -",
        "[$R] FATAL -- : no order | FATAL | - | $R | -",
        "time=t level=error logger=store msg=no request_id=r-17 trace_id=$T | error | store | r-17 | $T",
        "X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1 WARN slow | WARN | - | - | 1-5759e988-bd862e3fe1be46a994272793",
        "no order 4711 | - | - | - | -"
      })
  void readsPlainLines(String line, String level, String logger, String requestId, String traceId) {
    assertThat(
            LogContext.of(filled(line).replace('~', '\t') + "\nTraceback (most recent call last):"))
        .isEqualTo(new LogContext(level, logger, filled(requestId), filled(traceId)));
  }

  @Test
  void takesTheWorseLevelOfTheLineBeforeAndTheTracesFirst() {
    assertThat(LogContext.of("INFO request 7\n[ERROR] KeyError: 'x'").level()).isEqualTo("ERROR");
    assertThat(LogContext.of("ERROR no order\nDEBUG x").level()).isEqualTo("ERROR");
  }

  @Test
  void looksAtNoMoreThanTheFirstLines() {
    assertThat(LogContext.of("a\nb\nc\nERROR d")).isEqualTo(LogContext.NONE);
    assertThat(LogContext.of("x".repeat(600) + " ERROR")).isEqualTo(LogContext.NONE);
  }

  @Test
  void readsWhatLambdasRuntimesPrint() throws Exception {
    Path corpus = Path.of("src/test/resources/corpus/traces");
    assertThat(context(corpus.resolve("javascript/node-gen-map_arrow-lambda-json.txt")).level())
        .isEqualTo("ERROR");
    assertThat(context(corpus.resolve("python/lambda-ric-key_error-json.txt")).requestId())
        .isNotNull();
  }

  private static LogContext context(Path file) throws Exception {
    return new StackTraces().find(Files.readAllLines(file)).get(0).context();
  }

  private static String filled(String text) {
    return text == null ? null : text.replace("$R", REQUEST).replace("$T", TRACE);
  }
}

package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuredLogTest {
  private static final String PYTHON =
      "Traceback (most recent call last):\\n  File \\\"/app/shop.py\\\", line 3, in total\\n    return o['t']\\nKeyError: 't'";
  private static final String JAVA =
      "shop.OrderException: no\\n\\tat shop.Orders.find(Orders.java:12)\\n";
  private static final String NODE = "TypeError: no\\n    at find (/app/orders.js:3:5)";
  private static final String DOTNET =
      "Shop.OrderException: no\\n   at Shop.Orders.Find(String id) in /src/Orders.cs:line 12";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ECS | {'@timestamp':'t','log.level':'error','message':'failed','trace.id':'4bf9','error.type':'shop.OrderException','error.message':'no','error.stack_trace':'$JAVA'} | shop.OrderException | no",
        "ECS nested | {'@timestamp':'t','error':{'type':'shop.OrderException','message':'no','stack_trace':'$JAVA'}} | shop.OrderException | no",
        "OTel | {'severityText':'ERROR','body':'failed','attributes':{'exception.type':'KeyError','exception.message':'\\u0027t\\u0027','exception.stacktrace':'$PYTHON'}} | KeyError | 't'",
        "logstash | {'level':'ERROR','message':'failed','logger_name':'shop','stack_trace':'$JAVA'} | shop.OrderException | no",
        "structlog text | {'event':'failed','level':'error','exception':'$PYTHON'} | KeyError | 't'",
        "structlog frames | {'event':'failed','exception':[{'exc_type':'KeyError','exc_value':'t','frames':[{'filename':'/app/shop.py','lineno':3,'name':'total'}]}]} | KeyError | t",
        "json-logger | {'levelname':'ERROR','message':'failed','exc_info':'$PYTHON'} | KeyError | 't'",
        "pino | {'level':50,'msg':'failed','err':{'type':'TypeError','message':'no','stack':'$NODE'}} | TypeError | no",
        "winston | {'level':'error','message':'no','stack':'$NODE'} | TypeError | no",
        "Serilog | {'@t':'t','@mt':'failed','@l':'Error','@x':'$DOTNET'} | Shop.OrderException | no",
        "Serilog file | {'Timestamp':'t','Level':'Error','Exception':'$DOTNET'} | Shop.OrderException | no",
        "Google Cloud | {'severity':'ERROR','message':'$PYTHON'} | KeyError | 't'",
        "Docker | {'log':'$PYTHON','stream':'stderr','time':'t'} | KeyError | 't'",
        "Lambda logger | {'timestamp':'t','level':'ERROR','message':'failed','stackTrace':['  File \\\"/app/shop.py\\\", line 3, in total\\n    return 1\\n'],'errorType':'KeyError','errorMessage':'t','requestId':'r'} | KeyError | t",
        "Lambda runtime | {'errorType':'Runtime.ImportModuleError','errorMessage':'Unable to import module','stackTrace':[]} | Runtime.ImportModuleError | Unable to import module"
      })
  void findsErrorIn(String format, String json, String type, String message) {
    String line =
        json.replace('\'', '"')
            .replace("\\u0027", "'")
            .replace("$PYTHON", PYTHON)
            .replace("$JAVA", JAVA)
            .replace("$NODE", NODE)
            .replace("$DOTNET", DOTNET);

    List<FoundTrace> found = new StackTraces().find(List.of(line));

    assertThat(found).hasSize(1);
    assertThat(found.get(0).trace().exceptionType()).isEqualTo(type);
    assertThat(found.get(0).trace().message()).isEqualTo(message);
    assertThat(found.get(0).trace().frames()).hasSize(format.equals("Lambda runtime") ? 0 : 1);
  }

  @Test
  void findsZapError() {
    String line =
        "{\"level\":\"error\",\"ts\":1,\"caller\":\"store/store.go:12\",\"msg\":\"failed\",\"error\":\"no such order\","
            + "\"stacktrace\":\"shop/store.(*Store).Load\\n\\t/src/shop/store/store.go:12\\nmain.main\\n\\t/src/shop/main.go:9\"}";

    FoundTrace found = new StackTraces().find(List.of(line)).get(0);

    assertThat(found.trace().language()).isEqualTo("go");
    assertThat(found.trace().message()).isEqualTo("no such order");
    assertThat(found.trace().frames())
        .extracting(Frame::function)
        .containsExactly("main.main", "shop/store.(*Store).Load");
  }

  @Test
  void keepsCausesApart() {
    String line =
        "{\"error.type\":\"shop.OrderException\",\"error.message\":\"no\",\"error.stack_trace\":"
            + "\"shop.OrderException: no\\n\\tat shop.Orders.find(Orders.java:12)\\nCaused by: java.io.IOException: gone"
            + "\\n\\tat shop.Db.read(Db.java:3)\\n\"}";

    StackTrace trace = new StackTraces().find(List.of(line)).get(0).trace();

    assertThat(trace.frames()).extracting(Frame::line).containsExactly(12);
    assertThat(trace.causedBy()).extracting(StackTrace::message).containsExactly("gone");
  }

  @Test
  void keepsLevelRequestAndTraceId() {
    String line =
        "{\"level\":\"ERROR\",\"requestId\":\"r-17\",\"trace.id\":\"4bf92f\",\"errorType\":\"KeyError\",\"errorMessage\":\"x\","
            + "\"stackTrace\":[\"  File \\\"/app/a.py\\\", line 3, in f\\n    g()\\n\"]}";

    assertThat(new StackTraces().find(List.of(line)).get(0).text())
        .isEqualTo(
            "level=ERROR requestId=r-17 trace.id=4bf92f\nKeyError: x\n  File \"/app/a.py\", line 3, in f\n    g()\n");
  }
}

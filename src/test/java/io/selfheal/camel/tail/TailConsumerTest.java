package io.selfheal.camel.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TailConsumerTest {
  @TempDir Path folder;
  private Path log;
  private final List<String> delivered = new CopyOnWriteArrayList<>();
  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final AtomicInteger failuresToCome = new AtomicInteger();
  private DefaultCamelContext context;

  @BeforeEach
  void name() {
    log = folder.resolve("app.log");
  }

  @AfterEach
  void stop() {
    if (context != null) {
      context.stop();
    }
  }

  @Test
  void readsFromTheBeginningAndFollows() throws Exception {
    append("one\ntwo\r\n\n");
    start("app.log", "");
    awaitLines("one", "two", "");
    append("three\n");

    awaitLines("one", "two", "", "three");
  }

  @Test
  void waitsForTheEndOfALine() throws Exception {
    append("whole\nha");
    start("app.log", "");
    awaitLines("whole");
    append("lf\n");

    awaitLines("whole", "half");
  }

  @Test
  void restartContinuesWhereTheLastExchangeEnded() throws Exception {
    append("one\n");
    start("app.log", "");
    awaitLines("one");
    context.stop();
    append("two\n");
    start("app.log", "");

    awaitLines("one", "two");
  }

  @Test
  void renamedFileIsReadToItsEndBeforeItsSuccessor() throws Exception {
    append("one\n");
    start("app.log", "");
    awaitLines("one");
    context.getRouteController().suspendRoute("tail");
    append("two\n");
    Files.move(log, folder.resolve("app.log.1"));
    append("three\n");
    context.getRouteController().resumeRoute("tail");
    awaitLines("one", "two", "three");
    Files.writeString(folder.resolve("app.log.1"), "written late\n", APPEND);

    awaitLines("one", "two", "three", "written late");
  }

  @Test
  void renameWhileDownLosesNothing() throws Exception {
    append("one\n");
    start("app.log", "");
    awaitLines("one");
    context.stop();
    append("two\n");
    Files.move(log, folder.resolve("app.log.1"));
    append("three\n");
    start("app.log", "");

    awaitLines("one", "two", "three");
  }

  @Test
  void renamedFileThatFitsThePatternIsNotReadTwice() throws Exception {
    append("one\n");
    start("app.log*", "");
    awaitLines("one");
    Files.move(log, folder.resolve("app.log.1"));
    append("two\n");
    awaitLines("one", "two");
    context.stop();
    append("three\n");
    start("app.log*", "");

    awaitLines("one", "two", "three");
  }

  @Test
  void truncatedFileIsReadFromItsBeginning() throws Exception {
    append("a long first line\n");
    start("app.log", "");
    awaitLines("a long first line");
    Files.writeString(log, "new\n", TRUNCATE_EXISTING);

    awaitLines("a long first line", "new");
  }

  @Test
  void truncatedFileThatHasGrownPastTheOldPositionIsNoticed() throws Exception {
    append("old\n");
    start("app.log", "");
    awaitLines("old");
    context.getRouteController().suspendRoute("tail");
    Files.writeString(log, "new and longer\n", TRUNCATE_EXISTING);
    context.getRouteController().resumeRoute("tail");

    awaitLines("old", "new and longer");
  }

  @Test
  void deletedFileWithAnUnfinishedLineGivesTheLine() throws Exception {
    append("one\nlast words");
    start("app.log", "");
    awaitLines("one");
    Files.delete(log);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(delivered).containsExactly("one", "last words"));
  }

  @Test
  void failedExchangeIsDeliveredAgain() throws Exception {
    failuresToCome.set(2);
    append("one\n");
    start("app.log", "");

    awaitLines("one");
    assertThat(failuresToCome).hasValue(0);
  }

  @Test
  void failureHoldsUpItsOwnFileOnly() throws Exception {
    Files.writeString(folder.resolve("a.log"), "poison\n");
    Files.writeString(folder.resolve("b.log"), "fine\n");
    start("*.log", "");

    awaitLines("fine");
  }

  @Test
  void batchesAreBoundedInLinesAndBytes() throws Exception {
    append("x\n".repeat(25));
    start("app.log", "&maxLines=10");
    await().untilAsserted(() -> assertThat(delivered).hasSize(25));
    assertThat(batches).containsExactly(10, 10, 5);
    context.stop();
    batches.clear();
    append(("y".repeat(40) + "\n").repeat(5));
    start("app.log", "&maxBytes=100");

    await().untilAsserted(() -> assertThat(delivered).hasSize(30));
    assertThat(batches).containsExactly(2, 2, 1);
  }

  @Test
  void lineOverTheLimitComesInPiecesThatCutNoCharacter() throws Exception {
    append("a\u00e9".repeat(50) + "\nnext\n");
    start("app.log", "&maxBytes=32");

    await().untilAsserted(() -> assertThat(delivered).endsWith("next"));
    assertThat(String.join("", delivered.subList(0, delivered.size() - 1)))
        .isEqualTo("a\u00e9".repeat(50));
  }

  @Test
  void invalidUtf8IsReplaced() throws Exception {
    Files.write(log, new byte[] {'a', (byte) 0xff, 'b', '\n'});
    start("app.log", "");

    awaitLines("a\uFFFDb");
  }

  @Test
  void patternTakesNewFilesAndNoCompressedOnes() throws Exception {
    Files.writeString(folder.resolve("a.log"), "a\n");
    Files.writeString(folder.resolve("a.log.gz"), "zzz\n");
    start("*.log*", "");
    awaitLines("a");
    Files.writeString(folder.resolve("b.log"), "b\n");

    awaitLines("a", "b");
  }

  @Test
  void fileAndFolderMayComeLater() throws Exception {
    start("later/app.log", "");
    await().until(() -> Files.exists(folder.resolve("state")));
    Files.createDirectory(folder.resolve("later"));
    Files.writeString(folder.resolve("later/app.log"), "x\n");

    awaitLines("x");
  }

  @Test
  void fromEndLeavesOutWhatWasThereAtTheVeryFirstStart() throws Exception {
    append("old\n");
    start("app.log", "&fromEnd=true");
    await().until(() -> Files.exists(folder.resolve("state")));
    append("new\n");
    awaitLines("new");
    context.stop();
    append("while it was down\n");
    start("app.log", "&fromEnd=true");

    awaitLines("new", "while it was down");
  }

  @Test
  void everyLineArrivesOnceInOrderWhileTheFileIsRotated() throws Exception {
    List<String> written = new ArrayList<>(List.of("first"));
    append("first\n");
    start("app.log", "");
    awaitLines("first");
    for (int generation = 0; generation < 10; generation++) {
      for (int i = 0; i < 200; i++) {
        String line = generation + "-" + i;
        written.add(line);
        append(line + "\n");
      }
      Path rotated = folder.resolve("app.log." + generation);
      Files.move(log, rotated);
      int lines = written.size();
      append("");
      await().untilAsserted(() -> assertThat(delivered).hasSize(lines));
    }

    assertThat(delivered).containsExactlyElementsOf(written);
  }

  @Test
  void damagedPositionsAreReadAnew() throws Exception {
    append("one\n");
    start("app.log", "");
    awaitLines("one");
    context.stop();
    try (var files = Files.list(folder.resolve("state"))) {
      Files.writeString(files.findFirst().orElseThrow(), "{");
    }
    start("app.log", "");

    awaitLines("one", "one");
  }

  @Test
  void stateDirIsRequired() {
    context = new DefaultCamelContext();
    assertThatThrownBy(
            () -> {
              context.addRoutes(
                  new RouteBuilder() {
                    @Override
                    public void configure() {
                      from("tail:" + log).to("mock:out");
                    }
                  });
              context.start();
            })
        .hasStackTraceContaining("tail needs the option stateDir");
  }

  @Test
  void manyLinesPassQuickly() throws Exception {
    Files.write(log, IntStream.range(0, 100_000).mapToObj(i -> "line " + i).toList());
    start("app.log", "");

    await().untilAsserted(() -> assertThat(delivered).hasSize(100_000));
  }

  private void append(String text) throws IOException {
    Files.writeString(log, text, UTF_8, CREATE, APPEND);
  }

  private void awaitLines(String... lines) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(delivered).containsExactly(lines));
  }

  private void start(String name, String options) throws Exception {
    context = new DefaultCamelContext();
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("tail:"
                    + folder
                    + "/"
                    + name
                    + "?initialDelay=0&delay=20&stateDir="
                    + folder.resolve("state")
                    + options)
                .routeId("tail")
                .errorHandler(noErrorHandler())
                .process(
                    exchange -> {
                      if (failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new IllegalStateException("store is down");
                      }
                      List<?> lines = exchange.getMessage().getMandatoryBody(List.class);
                      if (lines.contains("poison")) {
                        throw new IllegalStateException("poison");
                      }
                      assertThat(exchange.getMessage().getHeader(TailConstants.PATH, String.class))
                          .startsWith(folder.toString());
                      batches.add(lines.size());
                      List<String> batch = new ArrayList<>();
                      lines.forEach(line -> batch.add((String) line));
                      delivered.addAll(batch);
                    });
          }
        });
    context.start();
  }
}

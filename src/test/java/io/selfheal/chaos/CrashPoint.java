package io.selfheal.chaos;

import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import io.selfheal.SelfhealProcess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.git.pack.GitPackConfiguration;
import org.apache.sshd.server.session.ServerSession;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;

/**
 * Kills the program with SIGKILL once at each kind of request about an error: right before the
 * service sees it, or when the service has done it and has not answered yet. As it is seen from
 * outside, this covers every point at which something is written. Kinds and not numbers, as a slow
 * machine renews and tries again more often, so that a number would not always mean the same write.
 */
public final class CrashPoint implements Mishap, GitPackConfiguration {
  /** On which side of the request. */
  public enum Side {
    BEFORE,
    AFTER
  }

  private static final Pattern FINGERPRINT =
      Pattern.compile("\"fingerprint\":\\{\"S\":\"([0-9a-f]{32})\"");
  private static final Pattern HANDLE = Pattern.compile("\"ReceiptHandle\":\"([^\"]+)\"");
  private static final Pattern STATUS = Pattern.compile("\":status\":\\{\"S\":\"([A-Z_]+)\"");
  private static final Pattern ISSUE_KEY = Pattern.compile("\"shop#[0-9a-f]{32}\"");
  private static final Set<String> WRITES =
      Set.of(
          "dynamodb PutItem",
          "dynamodb UpdateItem",
          "dynamodb TransactWriteItems",
          "sqs SendMessage",
          "sqs DeleteMessage",
          "git push",
          "github POST pulls");

  private final boolean reads;
  private final Set<String> killedAt = new HashSet<>();
  private final Set<String> handles = new HashSet<>();
  private final List<String> points = new ArrayList<>();
  private SelfhealProcess process;
  private int bug = -1;
  private String fingerprint;
  private boolean inWork;
  private boolean done;
  private Side side;
  private String killed;

  /**
   * @param reads whether requests that write nothing count too
   */
  CrashPoint(boolean reads) {
    this.reads = reads;
  }

  /** From now on, the first request about the bug of a kind not met before kills the process. */
  synchronized void arm(SelfhealProcess victim, int newBug, Side newSide) {
    process = victim;
    bug = newBug;
    fingerprint = null;
    inWork = false;
    done = false;
    killed = null;
    side = newSide;
    handles.clear();
    points.clear();
  }

  /** Where it was killed; null as long as it was not. */
  synchronized String killed() {
    return killed;
  }

  /** Whether its message is gone from the queue, so that only counts are written any more. */
  synchronized boolean done() {
    return done;
  }

  /** The requests so far. */
  synchronized List<String> points() {
    return List.copyOf(points);
  }

  @Override
  public ResponseDefinition meet(Call call) throws Exception {
    String request = call.service() + " " + call.operation();
    if (request.equals("sqs ReceiveMessage")) {
      ResponseDefinition answer = call.forward();
      return received(call.answer()) && dies(met(request), null) ? HttpProxy.reset() : answer;
    }
    if (!concerned(call.text(), request)) {
      return call.forward();
    }
    String kind = met(kind(call, request));
    if (dies(kind, Side.BEFORE)) {
      return HttpProxy.reset();
    }
    ResponseDefinition answer = call.forward();
    if (dies(kind, Side.AFTER)) {
      return HttpProxy.reset();
    }
    synchronized (this) {
      done |= request.equals("sqs DeleteMessage");
      inWork &= !done;
    }
    return answer;
  }

  @Override
  public void configureUploadPack(ServerSession session, UploadPack pack) {
    if (isInWork()) {
      dies(met("git fetch"), null);
    }
  }

  @Override
  public void configureReceivePack(ServerSession session, ReceivePack pack) {
    AtomicReference<String> kind = new AtomicReference<>();
    pack.setPreReceiveHook(
        (receive, commands) -> {
          if (mine(commands)) {
            kind.set(met("git push"));
          }
          if (dies(kind.get(), Side.BEFORE)) {
            commands.forEach(
                command ->
                    command.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, "too late"));
          }
        });
    pack.setPostReceiveHook((receive, commands) -> dies(kind.get(), Side.AFTER));
  }

  private synchronized boolean mine(Collection<ReceiveCommand> commands) {
    return fingerprint != null
        && commands.stream()
            .anyMatch(command -> command.getRefName().contains(fingerprint.substring(0, 12)));
  }

  private synchronized boolean isInWork() {
    return inWork;
  }

  private synchronized boolean received(String answer) {
    if (fingerprint == null || !answer.contains(fingerprint)) {
      return false;
    }
    Matcher handle = HANDLE.matcher(answer);
    while (handle.find()) {
      handles.add(handle.group(1));
    }
    inWork = true;
    return true;
  }

  private synchronized boolean concerned(String text, String request) {
    if (request.equals("dynamodb PutItem") && text.contains(FaultyShop.message(bug))) {
      Matcher found = FINGERPRINT.matcher(text);
      if (found.find()) {
        fingerprint = found.group(1);
      }
      return true;
    }
    if (fingerprint == null) {
      return false;
    }
    boolean named =
        text.contains(fingerprint)
            || text.contains(fingerprint.substring(0, 12))
            || text.contains(FaultyShop.message(bug))
            || handles.stream().anyMatch(text::contains);
    boolean nobodys =
        request.equals("ssm GetParameter")
            || request.equals("dynamodb UpdateItem")
                && !ISSUE_KEY.matcher(text).find()
                && text.contains("brake");
    return named || nobodys && inWork || isJournal(text, request);
  }

  /** What was counted and is not in the issues yet; its text does not name them. */
  private static boolean isJournal(String text, String request) {
    return request.equals("dynamodb PutItem") && text.contains("\"counts#");
  }

  /** Of a change to an issue, what it changes: each is a write of its own in the state table. */
  private static String kind(Call call, String request) {
    if (isJournal(call.text(), request)) {
      return request + " counts";
    }
    if (!request.equals("dynamodb UpdateItem")) {
      return request;
    }
    Matcher status = STATUS.matcher(call.text());
    if (status.find()) {
      return request + " " + status.group(1);
    }
    if (call.text().contains("brake")) {
      return request + " brake";
    }
    return request + (call.text().contains("occurrences") ? " counts" : " else");
  }

  /** Notes the request; null for one that does not count. */
  private synchronized String met(String kind) {
    if (killed != null || !reads && WRITES.stream().noneMatch(kind::startsWith)) {
      return null;
    }
    points.add(kind);
    return kind;
  }

  /**
   * @param now null for a request that has one side only
   */
  private synchronized boolean dies(String kind, Side now) {
    if (killed != null || kind == null || now != null && now != side) {
      return false;
    }
    String point = side.name().toLowerCase(Locale.ROOT) + " " + kind;
    if (!killedAt.add(point)) {
      return false;
    }
    killed = point;
    try {
      process.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}

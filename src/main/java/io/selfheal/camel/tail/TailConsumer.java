package io.selfheal.camel.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ScheduledPollConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the files of one endpoint, in turns, a batch of lines of each. */
public class TailConsumer extends ScheduledPollConsumer {
  /** A program writes to the renamed file until it is told to open the new one. */
  private static final Duration ROTATED_FILE_KEPT = Duration.ofSeconds(10);

  /** What rotation makes of old files; there is no text in them. */
  private static final Pattern COMPRESSED = Pattern.compile(".*\\.(gz|bz2|xz|zst|zip)");

  private static final Logger LOG = LoggerFactory.getLogger(TailConsumer.class);

  private final Clock clock = Clock.systemUTC();
  private final List<Path> patterns;
  private final PositionFile positionFile;
  private final Charset charset;

  /**
   * By the file's identity, oldest first: a rotated file comes before the one that took its name.
   */
  private final Map<String, TailedFile> files = new LinkedHashMap<>();

  private final Set<Path> unreadable = new TreeSet<>();
  private ByteBuffer buffer;
  private volatile boolean resumed;

  public TailConsumer(TailEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.patterns =
        Arrays.stream(endpoint.getPath().split(","))
            .filter(path -> !path.isBlank())
            .map(path -> Path.of(path.strip()).toAbsolutePath())
            .toList();
    this.positionFile = new PositionFile(Path.of(endpoint.getStateDir()), endpoint.getPath());
    this.charset = endpoint.charset();
  }

  @Override
  public TailEndpoint getEndpoint() {
    return (TailEndpoint) super.getEndpoint();
  }

  @Override
  protected int poll() throws Exception {
    if (buffer == null) {
      buffer = ByteBuffer.allocate(getEndpoint().getMaxBytes());
    }
    Map<String, Path> found = find();
    if (!resumed) {
      resume(found);
      resumed = true;
    }
    follow(found, false);
    int delivered = 0;
    Exception failure = null;
    List<TailedFile> unread = new ArrayList<>(files.values());
    while (!unread.isEmpty() && isRunAllowed()) {
      for (var turn = unread.iterator(); turn.hasNext() && isRunAllowed(); ) {
        TailedFile file = turn.next();
        if (waitsForOlder(file, unread)) {
          continue;
        }
        try {
          if (deliver(file)) {
            delivered++;
          } else {
            turn.remove();
          }
        } catch (Exception e) {
          // Neither this file nor the one that took its name goes on before this batch is stored.
          failure = failure == null ? e : failure;
          unread.removeIf(other -> other.path().equals(file.path()));
          turn = unread.iterator();
        }
      }
    }
    dropRotated();
    if (failure != null) {
      throw failure;
    }
    return delivered;
  }

  /**
   * Whether a file that had the name before is not read to its end yet: a trace may begin there.
   */
  private static boolean waitsForOlder(TailedFile file, List<TailedFile> unread) {
    for (TailedFile older : unread) {
      if (older == file) {
        return false;
      }
      if (older.path().equals(file.path())) {
        return true;
      }
    }
    return false;
  }

  private boolean deliver(TailedFile file) throws Exception {
    boolean complete = isOver(file);
    TailedFile.Lines lines = file.read(buffer, getEndpoint().getMaxLines(), charset, complete);
    if (lines.lines().isEmpty()) {
      return false;
    }
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(lines.lines());
      exchange.getMessage().setHeader(TailConstants.PATH, file.path().toString());
      getProcessor().process(exchange);
      if (exchange.getException() != null) {
        throw exchange.getException();
      }
    } finally {
      releaseExchange(exchange, false);
    }
    file.moveTo(lines.end());
    save();
    return true;
  }

  private boolean isOver(TailedFile file) {
    return file.lostSince() != null
        && Duration.between(file.lostSince(), clock.instant()).compareTo(ROTATED_FILE_KEPT) >= 0;
  }

  private void dropRotated() throws IOException {
    boolean dropped = false;
    for (var all = files.values().iterator(); all.hasNext(); ) {
      TailedFile file = all.next();
      if (isOver(file) && file.read(buffer, 1, charset, true).lines().isEmpty()) {
        file.close();
        all.remove();
        dropped = true;
      }
    }
    if (dropped) {
      save();
    }
  }

  /** Takes up the saved positions, those of files that were renamed while nobody looked too. */
  private void resume(Map<String, Path> found) throws IOException {
    boolean first = positionFile.isNew();
    for (Position position : positionFile.load()) {
      Path now = found.get(position.key());
      if (now == null) {
        now = findRenamed(position);
      }
      if (now != null && TailedFile.isSame(now, position)) {
        TailedFile file = TailedFile.resume(now, position);
        files.put(file.key(), file);
      }
    }
    follow(found, first && getEndpoint().isFromEnd());
    if (first) {
      // From now on a file that appears is a new one, also if all of the present ones are empty.
      save();
    }
  }

  private static Path findRenamed(Position position) throws IOException {
    Path path = Path.of(position.path());
    try (DirectoryStream<Path> siblings =
        Files.newDirectoryStream(
            folderOf(path),
            file ->
                String.valueOf(file.getFileName())
                    .startsWith(String.valueOf(path.getFileName())))) {
      for (Path sibling : siblings) {
        if (Files.isRegularFile(sibling) && TailedFile.key(sibling).equals(position.key())) {
          return sibling;
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      LOG.debug("{} is gone with its folder", path);
    }
    return null;
  }

  private void follow(Map<String, Path> found, boolean fromEnd) throws IOException {
    for (TailedFile file : files.values()) {
      file.lost(found.containsKey(file.key()) ? null : clock.instant());
    }
    for (Map.Entry<String, Path> entry : found.entrySet()) {
      if (files.containsKey(entry.getKey())) {
        continue;
      }
      try {
        TailedFile file = TailedFile.open(entry.getValue(), fromEnd);
        files.put(file.key(), file);
        unreadable.remove(entry.getValue());
        LOG.info("Following {}", entry.getValue());
      } catch (NoSuchFileException e) {
        LOG.debug("{} was gone before it could be opened", entry.getValue());
      } catch (IOException e) {
        if (unreadable.add(entry.getValue())) {
          LOG.warn(
              "{} cannot be read, it is tried again with every poll: {}",
              entry.getValue(),
              e.toString());
        }
      }
    }
  }

  /** The files that fit now, by their identity, in the order of their names. */
  private Map<String, Path> find() throws IOException {
    Map<String, Path> found = new LinkedHashMap<>();
    for (Path pattern : patterns) {
      PathMatcher matcher = pattern.getFileSystem().getPathMatcher("glob:" + pattern.getFileName());
      Set<Path> names = new TreeSet<>();
      if (Files.isRegularFile(pattern)) {
        names.add(pattern);
      } else {
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(folderOf(pattern))) {
          folder.forEach(names::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
          LOG.debug("{} does not exist yet", pattern.getParent());
        }
        names.removeIf(
            name ->
                !matcher.matches(name.getFileName())
                    || COMPRESSED.matcher(name.toString()).matches()
                    || !Files.isRegularFile(name));
      }
      for (Path name : names) {
        try {
          found.putIfAbsent(TailedFile.key(name), name);
        } catch (NoSuchFileException e) {
          LOG.debug("{} was renamed meanwhile", name);
        }
      }
    }
    return found;
  }

  private void save() throws IOException {
    positionFile.save(files.values().stream().map(TailedFile::position).toList());
  }

  @Override
  protected void doStop() throws Exception {
    super.doStop();
    for (TailedFile file : files.values()) {
      file.close();
    }
    files.clear();
    resumed = false;
  }

  private static Path folderOf(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder");
  }
}

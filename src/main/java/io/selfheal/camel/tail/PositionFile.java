package io.selfheal.camel.tail;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The saved positions of one endpoint: a small JSON file, replaced as a whole. */
final class PositionFile {
  private static final Logger LOG = LoggerFactory.getLogger(PositionFile.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path file;

  /**
   * @param endpointPath what the endpoint follows; two endpoints may share a folder
   */
  PositionFile(Path stateDir, String endpointPath) {
    String name = UUID.nameUUIDFromBytes(endpointPath.getBytes(StandardCharsets.UTF_8)).toString();
    this.file = stateDir.resolve("tail-" + name.substring(0, 8) + ".json");
  }

  /** Whether nothing was ever saved. */
  boolean isNew() {
    return Files.notExists(file);
  }

  List<Position> load() throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file), new TypeReference<>() {});
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      LOG.warn(
          "The positions in {} cannot be read, files are read from their beginning: {}",
          file,
          e.getMessage());
      return List.of();
    }
  }

  void save(List<Position> positions) throws IOException {
    Files.createDirectories(
        Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder"));
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, JSON.writeValueAsBytes(positions));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}

package dumper.args;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Arguments that stand in a file, which is named with an @ before it. */
public final class ResponseFiles {
  private ResponseFiles() {}

  public static List<String> expand(String[] args) throws IOException {
    List<String> expanded = new ArrayList<>();
    for (String arg : args) {
      if (arg.charAt(0) == '@') {
        expanded.addAll(Files.readAllLines(Path.of(arg.substring(1))));
      } else {
        expanded.add(arg);
      }
    }
    return expanded;
  }
}

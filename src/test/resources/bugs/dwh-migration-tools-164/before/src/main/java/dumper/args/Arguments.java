package dumper.args;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public record Arguments(Map<String, String> options) {
  /**
   * @throws IllegalArgumentException when an option has no value
   */
  public static Arguments parse(List<String> args) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < args.size(); i += 2) {
      if (i + 1 == args.size()) {
        throw new IllegalArgumentException(args.get(i) + " has no value");
      }
      options.put(args.get(i), args.get(i + 1));
    }
    return new Arguments(options);
  }
}

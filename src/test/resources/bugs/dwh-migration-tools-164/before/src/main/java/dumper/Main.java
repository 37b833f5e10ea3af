package dumper;

import dumper.args.Arguments;
import dumper.args.ResponseFiles;
import java.io.IOException;

public final class Main {
  public static void main(String[] args) throws IOException {
    String[] given = args.length == 0 ? new String[] {"--connector", "", "--user", "kim"} : args;
    Arguments arguments = Arguments.parse(ResponseFiles.expand(given));
    System.out.println(arguments);
  }
}

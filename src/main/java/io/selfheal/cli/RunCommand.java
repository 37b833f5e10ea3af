package io.selfheal.cli;

import io.selfheal.Pipeline;
import io.selfheal.settings.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the routes and stays up until it is told to stop. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Starts the routes and stays up (the default command).")
final class RunCommand implements Callable<Integer> {
  @Option(names = "--config", paramLabel = "FILE", description = "a properties file")
  private Path config;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "sets a key; may be repeated")
  private Map<String, String> set = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    Settings settings = Settings.load(Optional.ofNullable(config), System.getenv(), set);
    return new Pipeline(settings).run();
  }
}

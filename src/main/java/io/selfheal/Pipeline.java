package io.selfheal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.selfheal.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ssm.SsmClient;
import sun.misc.Signal;

/** The routes, running: Camel's main with our settings and the route files that they ask for. */
public final class Pipeline implements AutoCloseable {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Pipeline.class);

  private final Main main;
  private final Settings settings;

  /**
   * Checks the settings and prepares the routes; nothing is started.
   *
   * @throws io.selfheal.settings.ConfigurationException when a setting cannot be used
   */
  public Pipeline(Settings configured) {
    settings = withGuidanceParameters(configured);
    RouteFiles routes = new RouteFiles(settings);
    new SettingsCheck(settings, routes).check();
    List<Resource> resources = routes.resources();
    LogFormat.apply(settings);
    if (LoggerFactory.getLogger("io.selfheal") instanceof Logger own) {
      own.setLevel(Level.toLevel(settings.text("selfheal.log.level"), Level.INFO));
    }
    main = new Main();
    // Camel's own strategy ends in a shutdown hook, and a JVM that a signal ends never exits with
    // 0.
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    main.setPropertyPlaceholderLocations("classpath:application.properties");
    Properties properties = settings.asProperties();
    main.setOverrideProperties(properties);
    // Our files are named one by one below; Camel's own default pattern must not find them a second
    // time.
    main.configure().setRoutesIncludePattern("false");
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeInitialize(BaseMainSupport starting) {
            // The settings have read the environment already, and know what wins over it
            if (starting.getCamelContext().getPropertiesComponent()
                instanceof PropertiesComponent properties) {
              properties.setEnvironmentVariableMode(
                  PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
            }
          }

          @Override
          public void afterConfigure(BaseMainSupport started) {
            try {
              PluginHelper.getRoutesLoader(started.getCamelContext()).loadRoutes(resources);
            } catch (RuntimeException e) {
              throw e;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        });
  }

  static Settings withGuidanceParameters(Settings settings) {
    Optional<String> prefix = settings.optional("selfheal.parameters.prefix");
    if (prefix.isEmpty()) {
      return settings;
    }
    try (SsmClient ssm = new AwsClients(Optional.empty()).ssm()) {
      return settings.orElse(new GuidanceParameters(ssm).keys(prefix.get()));
    }
  }

  /**
   * Starts the routes, and comes back when they have drained after SIGTERM.
   *
   * @throws io.selfheal.settings.ConfigurationException when the HTTP server's address is in use
   */
  public int run() throws Exception {
    SettingsCheck.checkAddress(settings);
    for (String signal : new String[] {"TERM", "INT"}) {
      // Camel's own shutdown hook would drain too, but a JVM that ends by a signal never exits with
      // 0.
      Signal.handle(new Signal(signal), received -> main.completed());
    }
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterStart(BaseMainSupport started) {
            LOG.info(
                "selfheal is up: sources {}, model {}, applications {}, http://{}:{}/observe/health",
                settings.list("selfheal.sources"),
                settings.text("selfheal.model"),
                settings.applications().keySet(),
                settings.text("selfheal.http.host"),
                settings.text("selfheal.http.port"));
          }
        });
    main.run();
    LOG.info("selfheal has stopped");
    return main.getExitCode();
  }

  /** Starts the routes and comes back when they run. */
  public void start() throws Exception {
    main.start();
  }

  public CamelContext context() {
    return main.getCamelContext();
  }

  @Override
  public void close() {
    main.stop();
  }
}

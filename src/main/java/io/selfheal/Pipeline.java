package io.selfheal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.selfheal.settings.Settings;
import java.util.List;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.LoggerFactory;

/** The routes, running: Camel's main with our settings and the route files that they ask for. */
public final class Pipeline implements AutoCloseable {
  private final Main main;

  /**
   * Checks the settings and prepares the routes; nothing is started.
   *
   * @throws io.selfheal.settings.ConfigurationException when a setting cannot be used
   */
  public Pipeline(Settings settings) {
    RouteFiles routes = new RouteFiles(settings);
    new SettingsCheck(settings, routes).check();
    List<Resource> resources = routes.resources();
    if (LoggerFactory.getLogger("io.selfheal") instanceof Logger own) {
      own.setLevel(Level.toLevel(settings.text("selfheal.log.level"), Level.INFO));
    }
    main = new Main();
    main.setPropertyPlaceholderLocations("classpath:application.properties");
    Properties properties = settings.asProperties();
    main.setOverrideProperties(properties);
    // Our files are named one by one below; Camel's own default pattern must not find them a second
    // time.
    main.configure().setRoutesIncludePattern("false");
    main.addMainListener(
        new MainListenerSupport() {
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

  /** Starts the routes, and comes back when they have drained after SIGTERM. */
  public int run() throws Exception {
    main.run();
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

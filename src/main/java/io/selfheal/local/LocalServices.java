package io.selfheal.local;

import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The embedded default: what stands in for AWS when {@code selfheal.local} is on. Its libraries lie
 * in {@code lib-local/} beside {@code lib/}, which a production image leaves out; they are loaded
 * by a class loader of their own.
 */
public final class LocalServices implements AutoCloseable {
  private final AutoCloseable services;
  private final LocalEndpoints endpoints;

  /**
   * Starts them.
   *
   * @param directory where the table is kept
   * @param withQueue whether the queue is needed too; it takes most of the time
   * @throws ConfigurationException when the libraries are not there
   */
  @SuppressWarnings("unchecked")
  public LocalServices(Path directory, boolean withQueue) {
    Path jar = codeLocation();
    Path libraries = jar.resolveSibling("lib-local");
    ClassLoader loader =
        Files.isDirectory(libraries) && Files.isRegularFile(jar)
            ? new LocalLoader(libraries)
            : LocalServices.class.getClassLoader();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // ElasticMQ looks its configuration up through the thread's class loader
    Thread.currentThread().setContextClassLoader(loader);
    try {
      Constructor<?> constructor =
          Class.forName("io.selfheal.local.EmbeddedServices", true, loader)
              .getDeclaredConstructor(Path.class, boolean.class, Path.class);
      constructor.setAccessible(true);
      services =
          (AutoCloseable) constructor.newInstance(directory.toAbsolutePath(), withQueue, libraries);
      endpoints = ((Supplier<LocalEndpoints>) services).get();
    } catch (ReflectiveOperationException | LinkageError e) {
      if (e instanceof LinkageError || e instanceof ClassNotFoundException) {
        throw new ConfigurationException(
            "selfheal.local = true: the embedded default's libraries are not in "
                + libraries
                + ": build with 'mvn package', or use AWS with selfheal.local=false");
      }
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ConfigurationException(
          "selfheal.local = true: the embedded default cannot start in "
              + directory
              + ": "
              + cause);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  public LocalEndpoints endpoints() {
    return endpoints;
  }

  @Override
  public void close() throws Exception {
    services.close();
  }

  private static Path codeLocation() {
    try {
      return Path.of(
          LocalServices.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Defines {@link EmbeddedServices} itself, because whoever defines a class is asked for what the
   * class needs.
   */
  private static final class LocalLoader extends URLClassLoader {
    LocalLoader(Path libraries) {
      super("lib-local", urls(libraries), LocalServices.class.getClassLoader());
    }

    private static URL[] urls(Path libraries) {
      List<URL> urls = new ArrayList<>();
      try (Stream<Path> files = Files.list(libraries)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".jar")).sorted().toList()) {
          urls.add(file.toUri().toURL());
        }
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return urls.toArray(URL[]::new);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (name.startsWith("io.selfheal.local.EmbeddedServices")
            && findLoadedClass(name) == null) {
          String resource = name.replace('.', '/') + ".class";
          try (InputStream stream = getParent().getResourceAsStream(resource)) {
            byte[] bytes = stream.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
          } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
          }
        }
        return super.loadClass(name, resolve);
      }
    }
  }
}

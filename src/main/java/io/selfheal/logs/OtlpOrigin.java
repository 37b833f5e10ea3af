package io.selfheal.logs;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the log records of one OTLP resource come from.
 *
 * <p>Names: <a href="https://opentelemetry.io/docs/specs/semconv/resource/">OpenTelemetry's
 * semantic conventions for resources</a>.
 */
final class OtlpOrigin {
  /** The attribute that names the application itself. */
  static final String APP = "selfheal.app";

  private static final List<String> KUBERNETES_NAMES =
      List.of(
          "k8s.deployment.name",
          "k8s.statefulset.name",
          "k8s.daemonset.name",
          "k8s.cronjob.name",
          "k8s.job.name",
          "k8s.container.name",
          "k8s.pod.name");

  private static final int LONGEST_NAME = 512;

  private final Map<String, AnyValue> attributes = new HashMap<>();
  private final List<String> logGroups;
  private final String stream;

  OtlpOrigin(List<KeyValue> resourceAttributes) {
    resourceAttributes.forEach(pair -> attributes.put(pair.getKey(), pair.getValue()));
    logGroups = logGroupNames();
    stream = streamName();
  }

  /**
   * The application and the log group of these records; null if its logs are left out.
   *
   * @throws IntakeException 404 if they belong to no application
   */
  Owner owner(ApplicationRouter router) {
    String app = text(APP);
    if (app != null) {
      return new Owner(router.byName(app), logGroups.get(0));
    }
    for (String logGroup : logGroups) {
      if (router.leavesOut(logGroup)) {
        return null;
      }
    }
    String service = text("service.name");
    if (service != null && router.knows(service)) {
      return new Owner(service, logGroups.get(0));
    }
    if (router.isSingle()) {
      return new Owner(router.only(), logGroups.get(0));
    }
    for (String logGroup : logGroups) {
      var owner = router.find(logGroup);
      if (owner.isPresent()) {
        return new Owner(owner.get(), logGroup);
      }
    }
    throw new IntakeException(
        404,
        "nobody's logs ("
            + logGroups.get(0)
            + "): set the resource attribute "
            + APP
            + ", or name it in selfheal.apps.<app>.log-groups");
  }

  /** Of which application records are, and what their log group is called. */
  record Owner(String app, String logGroup) {}

  /**
   * The stream of one record: one process, and within it one output, whose lines never mix.
   *
   * @param recordAttributes the record's own attributes
   */
  String stream(List<KeyValue> recordAttributes) {
    String output = null;
    String file = null;
    for (KeyValue pair : recordAttributes) {
      switch (pair.getKey()) {
        case "log.iostream" -> output = cut(pair.getValue().getStringValue());
        case "log.file.path" -> file = cut(pair.getValue().getStringValue());
        case "log.file.name" -> file = file == null ? cut(pair.getValue().getStringValue()) : file;
        default -> {
          // says nothing about the stream
        }
      }
    }
    return Stream.of(stream, stream == null || output == null ? file : null, output)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("/"));
  }

  private List<String> logGroupNames() {
    Set<String> names = new LinkedHashSet<>();
    AnyValue groups = attributes.get("aws.log.group.names");
    if (groups != null) {
      groups.getArrayValue().getValuesList().forEach(group -> names.add(group.getStringValue()));
      names.add(groups.getStringValue());
    }
    String namespace = text("k8s.namespace.name");
    if (namespace != null) {
      KUBERNETES_NAMES.stream()
          .map(this::text)
          .filter(Objects::nonNull)
          .forEach(name -> names.add(namespace + "/" + name));
    }
    String service = text("service.name");
    if (service != null) {
      String serviceNamespace = text("service.namespace");
      if (serviceNamespace != null) {
        names.add(serviceNamespace + "/" + service);
      }
      names.add(service);
    }
    names.remove("");
    List<String> all = new ArrayList<>();
    names.forEach(name -> all.add(cut(name)));
    if (all.isEmpty()) {
      all.add("otlp");
    }
    return all;
  }

  private String streamName() {
    String pod = text("k8s.pod.name");
    if (pod != null) {
      String container = text("k8s.container.name");
      return container == null ? pod : pod + "/" + container;
    }
    for (String name : List.of("service.instance.id", "container.id", "faas.instance")) {
      String value = text(name);
      if (value != null) {
        return value;
      }
    }
    String host = text("host.name");
    AnyValue process = attributes.get("process.pid");
    return host == null || process == null ? host : host + "/" + process.getIntValue();
  }

  private String text(String name) {
    AnyValue value = attributes.get(name);
    return value == null || value.getStringValue().isBlank()
        ? null
        : cut(value.getStringValue().strip());
  }

  private static String cut(String name) {
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }
}

package io.selfheal.deploy;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The calls of AWS clients in the byte code of our own classes, and which classes they are reached
 * from. Read anew each time, so that a call cannot come without its right.
 */
final class SdkCalls {
  private static final Pattern CLIENT =
      Pattern.compile(
          "software\\.amazon\\.awssdk\\.services\\.(?:[a-z0-9]+\\.)+(\\w+?)(?:Async)?Client");
  private static final Set<String> NOT_OPERATIONS =
      Set.of(
          "builder",
          "create",
          "close",
          "serviceName",
          "serviceMetadata",
          "waiter",
          "serviceClientConfiguration");

  /** What a transaction is put together of; it needs the rights of these. */
  private static final Map<String, String> OF_TRANSACTIONS =
      Map.of(
          "put", "PutItem",
          "update", "UpdateItem",
          "delete", "DeleteItem",
          "conditionCheck", "ConditionCheckItem");

  private SdkCalls() {}

  /**
   * @return by operation, such as {@code DynamoDb:GetItem}, the classes, without {@code
   *     io.selfheal.}, that a call chain to it begins in: a route, Camel or {@code Wiring} calls
   *     them
   */
  static Map<String, Set<String>> ofOurClasses() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.selfheal");
    Map<String, Set<String>> calls = new TreeMap<>();
    for (JavaClass type : classes) {
      for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
        if (call.getTargetOwner().isEquivalentTo(TransactWriteItem.Builder.class)
            && OF_TRANSACTIONS.containsKey(call.getName())) {
          calls
              .computeIfAbsent(
                  "DynamoDb:" + OF_TRANSACTIONS.get(call.getName()), key -> new TreeSet<>())
              .addAll(beginnings(call.getOrigin()));
        }
        Matcher client = CLIENT.matcher(call.getTargetOwner().getFullName());
        if (client.matches() && !NOT_OPERATIONS.contains(call.getName())) {
          calls
              .computeIfAbsent(
                  client.group(1) + ":" + operation(call.getName()), key -> new TreeSet<>())
              .addAll(beginnings(call.getOrigin()));
        }
      }
    }
    return calls;
  }

  private static String operation(String method) {
    String name = method.replaceFirst("Paginator$", "");
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static Set<String> beginnings(JavaCodeUnit called) {
    Set<String> found = new TreeSet<>();
    Set<JavaCodeUnit> seen = new HashSet<>();
    Deque<JavaCodeUnit> open = new ArrayDeque<>();
    open.add(called);
    while (!open.isEmpty()) {
      JavaCodeUnit unit = open.pop();
      if (!seen.add(unit)) {
        continue;
      }
      List<JavaCodeUnit> callers =
          unit.getAccessesToSelf().stream()
              .map(JavaAccess::getOrigin)
              // It puts objects together: whose they are says more
              .filter(origin -> !origin.getOwner().getName().equals("io.selfheal.Wiring"))
              .toList();
      open.addAll(callers);
      if (callers.isEmpty()) {
        found.add(place(unit.getOwner()));
      }
    }
    return found;
  }

  /** An anonymous class stands where the interface stands that it carries out. */
  private static String place(JavaClass type) {
    JavaClass named =
        type.getRawInterfaces().stream()
            .filter(one -> type.isAnonymousClass())
            .filter(one -> one.getPackageName().startsWith("io.selfheal"))
            .findFirst()
            .orElse(type);
    return named.getName().substring("io.selfheal.".length());
  }
}

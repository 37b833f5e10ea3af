package io.selfheal.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which package may use which: steps use earlier steps and what stands beside the steps, which uses
 * no step.
 */
@AnalyzeClasses(packages = "io.selfheal", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final List<String> STEPS =
      List.of("logs", "dedup", "queue", "prompt", "model", "commit", "pullrequest");

  private static final String[] BESIDE = {
    "io.selfheal.settings..",
    "io.selfheal.stacktrace..",
    "io.selfheal.masking..",
    "io.selfheal.issue..",
    "io.selfheal.workspace..",
    "io.selfheal.camel..",
    "io.selfheal.health..",
    "io.selfheal.local.."
  };

  @ArchTest
  static final ArchRule STEPS_USE_ONLY_EARLIER_STEPS =
      classes()
          .that(resideInAPackage("io.selfheal.*"))
          .should(
              new ArchCondition<>("use no later step") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  int step = step(item);
                  if (step < 0) {
                    return;
                  }
                  item.getDirectDependenciesFromSelf().stream()
                      .filter(dependency -> step(dependency.getTargetClass()) > step)
                      .forEach(
                          dependency ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      item, dependency.getDescription())));
                }
              });

  @ArchTest
  static final ArchRule WHAT_STANDS_BESIDE_THE_STEPS_USES_NO_STEP =
      noClasses()
          .that()
          .resideInAnyPackage(BESIDE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              STEPS.stream().map(step -> "io.selfheal." + step + "..").toArray(String[]::new));

  @ArchTest
  static final ArchRule ONLY_THE_MAIN_PACKAGE_KNOWS_THE_COMMAND_LINE =
      noClasses()
          .that(
              not(resideInAPackage("io.selfheal.cli..")).and(not(resideInAPackage("io.selfheal"))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.selfheal.cli..");

  @ArchTest
  static final ArchRule ONLY_THE_ISSUE_PACKAGE_SPEAKS_TO_THE_TABLE =
      noClasses()
          .that(
              not(resideInAPackage("io.selfheal.issue.."))
                  .and(not(resideInAPackage("io.selfheal.local..")))
                  .and(not(resideInAPackage("io.selfheal"))))
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("software.amazon.awssdk.services.dynamodb.DynamoDbClient");

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_DOES =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Common|Impl|Manager)")
          .orShould()
          .resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..");

  @ArchTest
  static final ArchRule NOTHING_IS_SHARED_BY_STATIC_FIELDS =
      classes()
          .should(
              new ArchCondition<>("have no static field that can change") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  item.getFields().stream()
                      .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                      .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
                      .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                      // the coverage agent's own
                      .filter(field -> !field.getName().startsWith("$"))
                      .forEach(
                          field ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      item, field.getFullName() + " can change")));
                }
              });

  private static int step(JavaClass type) {
    return Stream.of(type.getPackageName().split("\\."))
        .skip(2)
        .findFirst()
        .map(STEPS::indexOf)
        .orElse(-1);
  }
}

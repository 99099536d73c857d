package dev.stlm.docs.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The arrows between the modules and what each may use.
 *
 * <p>A rule that no class matches fails (ArchUnit's default), and the last tests show that each
 * rule finds what it is for.
 */
class ArchitectureTest {
  private static final Pattern INTERNAL =
      Pattern.compile("dev\\.stlm\\.(\\w+)\\.(.*\\.)?internal\\b.*");

  /** The server is a process of its own: its main class starts the command line. */
  private static final DescribedPredicate<JavaClass> ENTRY_POINT =
      DescribedPredicate.describe(
          "are the main class of the server", c -> c.getName().equals("dev.stlm.serving.Server"));

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.stlm");

  @ParameterizedTest
  @EnumSource
  void aModuleUsesOnlyWhatItIsGranted(ProjectModule module) {
    libraryCode(module, module.allowed()).check(ALL);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"CLI", "TOKENIZER"})
  void aCommandUsesTheParserBesides(ProjectModule module) {
    Set<String> allowed = new TreeSet<>(module.allowed());
    allowed.add("dev.stlm.cli..");
    allowed.add("picocli..");
    classes()
        .that()
        .resideInAnyPackage(module.commandLinePackages())
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(ALL);
  }

  @Test
  void theCommandLineIsALeafThatOnlyCommandsUse() {
    List<String> commands = new ArrayList<>(List.of("dev.stlm.cli..", "dev.stlm.docs.."));
    for (ProjectModule module : ProjectModule.values()) {
      commands.addAll(List.of(module.commandLinePackages()));
    }
    noClasses()
        .that()
        .resideOutsideOfPackages(commands.toArray(String[]::new))
        .and(DescribedPredicate.not(ENTRY_POINT))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.stlm.cli..", "picocli..", "me.tongfei..")
        .check(ALL);
  }

  @Test
  void noModuleUsesTheInsidesOfAnother() {
    insidesStayInside().check(ALL);
  }

  @Test
  void onlyTheInsidesOfTheCpuRuntimeUseTheVectorApi() {
    onlyFrom("dev.stlm.model.runtime.internal..", "jdk.incubator.vector..").check(ALL);
  }

  @Test
  void packagesAreNamedForWhatTheyDo() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..util..",
            "..utils..",
            "..common..",
            "..core..",
            "..helper..",
            "..helpers..",
            "..misc..")
        .check(ALL);
  }

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() {
    assertThat(packages()).hasSizeGreaterThan(25);
    assertThat(packages())
        .allSatisfy(p ->
            assertThat(p.tryGetPackageInfo())
                .as("package-info of " + p.getName())
                .hasValueSatisfying(
                    info -> assertThat(info.isAnnotatedWith(NullMarked.class)).isTrue()));
  }

  @ParameterizedTest
  @EnumSource
  void everyModuleHasClassesToCheck(ProjectModule module) {
    assertThat(ALL.that(resideInAPackage(module.packages()))).hasSizeGreaterThan(3);
  }

  @Test
  void theModuleRuleFindsAForbiddenArrow() {
    Set<String> withoutModel = new TreeSet<>(ProjectModule.COMPRESSION.allowed());
    withoutModel.remove("dev.stlm.model..");
    assertThatThrownBy(() -> libraryCode(ProjectModule.COMPRESSION, withoutModel).check(ALL))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("dev.stlm.model.checkpoint.Checkpoint");
  }

  @Test
  void theModuleRuleFindsAForbiddenLibrary() {
    Set<String> withoutDjl = new TreeSet<>(ProjectModule.TRAINING.allowed());
    withoutDjl.remove("ai.djl..");
    assertThatThrownBy(() -> libraryCode(ProjectModule.TRAINING, withoutDjl).check(ALL))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ai.djl");
  }

  @Test
  void theRuleOfInsidesFindsAUseFromAnotherModule() {
    JavaClasses withIntruder =
        new ClassFileImporter().importPackages("dev.stlm.compression", "dev.stlm.docs");
    assertThatThrownBy(() -> insidesStayInside().check(withIntruder))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("InsidesIntruder");
  }

  @Test
  void theVectorRuleFindsAUseElsewhere() {
    assertThatThrownBy(
            () -> onlyFrom("dev.stlm.model.config..", "jdk.incubator.vector..").check(ALL))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("VectorKernels");
  }

  /** Code of a module, its commands aside, uses these packages only. */
  private static ArchRule libraryCode(ProjectModule module, Set<String> allowed) {
    return classes()
        .that()
        .resideInAPackage(module.packages())
        .and()
        .resideOutsideOfPackages(module.commandLinePackages())
        .and(DescribedPredicate.not(ENTRY_POINT))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new));
  }

  private static ArchRule onlyFrom(String users, String used) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(users)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(used);
  }

  private static ArchRule insidesStayInside() {
    return classes()
        .should(
            new ArchCondition<JavaClass>("not use internal packages of other modules") {
              @Override
              public void check(JavaClass user, ConditionEvents events) {
                user.getDirectDependenciesFromSelf()
                    .forEach(dependency -> {
                      Matcher m = INTERNAL.matcher(dependency.getTargetClass().getPackageName());
                      boolean foreign =
                          m.matches()
                              && !user.getPackageName().startsWith("dev.stlm." + m.group(1));
                      events.add(
                          new SimpleConditionEvent(
                              dependency, !foreign, dependency.getDescription()));
                    });
              }
            });
  }

  private static Set<JavaPackage> packages() {
    return ALL.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
  }
}

package io.github.seinpaal;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyHaveDependenciesWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rules that keep one engine under thin façades and the library free of dependencies.
 *
 * <p>ArchUnit stands on the class path and reads the library's class files from their directory, so
 * the test module needs no opens for it.
 */
class ArchitectureTest {

  private static final String ENGINE = "io.github.seinpaal.PermitSynchronizer";
  private static final String FLIGHT_RECORDER = "io.github.seinpaal.FlightRecorder";

  static {
    // Names are all that the rules need of the JDK, and reading its classes takes seconds.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
  }

  /** What the engine parks by, what a mutex implements, and where the JVM looks for owners. */
  private static final Set<String> ALLOWED_LOCK_TYPES =
      Set.of(
          LockSupport.class.getName(),
          Lock.class.getName(),
          Condition.class.getName(),
          AbstractOwnableSynchronizer.class.getName());

  private static final DescribedPredicate<JavaClass> THE_ENGINE =
      describe(
          "the engine",
          type -> type.getName().equals(ENGINE) || type.getName().startsWith(ENGINE + "$"));

  private static final DescribedPredicate<JavaClass> THE_FLIGHT_RECORDER =
      describe(
          "the flight recorder",
          type ->
              type.getName().equals(FLIGHT_RECORDER)
                  || type.getName().startsWith(FLIGHT_RECORDER + "$"));

  private static final DescribedPredicate<JavaClass> IN_JAVA_BASE_OR_HERE =
      describe(
          "in java.base or in the library",
          type -> {
            JavaClass element = type.getBaseComponentType();
            return element.isPrimitive()
                || element.getPackageName().equals("io.github.seinpaal")
                || Object.class.getModule().getPackages().contains(element.getPackageName());
          });

  /** Each rule, by the failure it prevents. */
  enum Rule {
    /** A second place that waits would need its own proof against lost wake-ups. */
    ONLY_THE_ENGINE_WAITS(
        noClasses()
            .that(DescribedPredicate.not(THE_ENGINE))
            .should()
            .accessTargetWhere(describe("waits", ArchitectureTest::waits))
            .as("only the engine waits")),

    /**
     * A monitor would pin a virtual thread to its carrier, and wait outside the engine. Blocks of
     * synchronized statements are invisible here; only methods are checked.
     */
    NO_SYNCHRONIZED_METHODS(noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED)),

    /** The library must not stand on what it replaces. */
    NO_BLOCKING_TYPES_OF_THE_JDK(
        noClasses()
            .should()
            .dependOnClassesThat(
                describe(
                    "block",
                    type ->
                        (type.getPackageName().equals("java.util.concurrent.locks")
                                && !ALLOWED_LOCK_TYPES.contains(type.getName()))
                            || type.getName()
                                .matches(
                                    "java\\.util\\.concurrent\\."
                                        + "(Semaphore|CountDownLatch|CyclicBarrier|Phaser"
                                        + "|Exchanger|\\w+Blocking\\w+)(\\$.*)?")))
            .as("nothing of the JDK that blocks is used")),

    /** Whoever depends on the library gets nothing else with it, and needs no flight recorder. */
    ONLY_JAVA_BASE(
        classes()
            .should(
                onlyHaveDependenciesWhere(
                    describe(
                        "are in java.base, in the library, or of the flight recorder to jdk.jfr",
                        ArchitectureTest::isAllowed)))
            .as("java.base is enough")),

    /** Where jdk.jfr is missing, to link that class fails. */
    NO_CLASS_NAMES_THE_FLIGHT_RECORDER(
        noClasses()
            .that(DescribedPredicate.not(THE_FLIGHT_RECORDER))
            .should()
            .dependOnClassesThat(THE_FLIGHT_RECORDER)
            .as("no class names the flight recorder"));

    private final ArchRule rule;

    Rule(ArchRule rule) {
      this.rule = rule;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLibraryKeepsTheRule(Rule rule) throws URISyntaxException {
    rule.rule.check(library());
  }

  @ParameterizedTest
  @EnumSource
  void theRuleCatchesAnOffender(Rule rule) {
    JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> rule.rule.check(offender))
        .withMessageContaining(Offender.class.getSimpleName());
  }

  @Test
  void theModuleRequiresJavaBaseOnlyAndMayUseTheFlightRecorder() throws URISyntaxException {
    Set<ModuleReference> modules = ModuleFinder.of(classDirectory()).findAll();
    assertThat(modules).hasSize(1);
    assertThat(modules.iterator().next().descriptor().requires())
        .extracting(ModuleDescriptor.Requires::name, ModuleDescriptor.Requires::modifiers)
        .containsExactlyInAnyOrder(
            tuple("java.base", Set.of(ModuleDescriptor.Requires.Modifier.MANDATED)),
            tuple("jdk.jfr", Set.of(ModuleDescriptor.Requires.Modifier.STATIC)));
  }

  private static boolean isAllowed(Dependency dependency) {
    JavaClass target = dependency.getTargetClass();
    return IN_JAVA_BASE_OR_HERE.test(target)
        || (target.getPackageName().equals("jdk.jfr")
            && THE_FLIGHT_RECORDER.test(dependency.getOriginClass()));
  }

  private static boolean waits(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getName();
    if (owner.isEquivalentTo(LockSupport.class)) {
      return name.startsWith("park");
    }
    if (owner.isEquivalentTo(Thread.class) && name.matches("onSpinWait|sleep|yield|join")) {
      return true;
    }
    return owner.getPackageName().startsWith("java.") && name.matches("wait|await.*");
  }

  private static JavaClasses library() throws URISyntaxException {
    JavaClasses classes = new ClassFileImporter().importPath(classDirectory());
    assertThat(classes).isNotEmpty();
    return classes;
  }

  /** Where the library's own classes are, without the tests that are patched into the module. */
  private static Path classDirectory() throws URISyntaxException {
    return Path.of(
        CountingSemaphore.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Breaks every rule; it is only read, never run. */
  @SuppressWarnings({"UnusedMethod", "WaitNotInLoop"})
  private static final class Offender {
    private final ReentrantLock lock = new ReentrantLock();
    private final Semaphore semaphore = new Semaphore(1);

    synchronized void breakEveryRule(Condition condition) throws InterruptedException {
      LockSupport.parkNanos(1L);
      Thread.onSpinWait();
      condition.await();
      assertThat(lock).isNotEqualTo(semaphore);
      new FlightRecorder().shutDown(null, 0);
    }
  }
}

package dev.trunkline.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The walls between the rooms, and what may be touched where.
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.trunkline");

  private static String[] packages(Room... rooms) {
    return Arrays.stream(rooms).map(Room::packages).toArray(String[]::new);
  }

  @Test
  void aRoomKnowsOnlyTheRoomsAboveIt() {
    for (var room : Room.values()) {
      var strangers =
          Arrays.stream(Room.values())
              .filter(other -> other != room && !room.known().contains(other))
              .map(Room::packages)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(room.packages())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(strangers)
          .because("the table in ARCHITECTURE.md says what " + room.word() + " may use")
          .allowEmptyShould(true)
          .check(MAIN);
    }
  }

  @Test
  void theTableInTheMapIsTheOneThatIsChecked() throws IOException {
    var lines = Files.readAllLines(Path.of("../ARCHITECTURE.md"));
    for (var room : Room.values()) {
      assertThat(lines)
          .as("ARCHITECTURE.md needs the row of " + room.word() + ", used: " + room.used())
          .anyMatch(line ->
              line.startsWith("| `" + room.word() + "` |")
                  && line.endsWith("| " + room.used() + " |"));
    }
  }

  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching("dev.trunkline.(*)..")
        .should()
        .beFreeOfCycles()
        .because("a cycle is one room with two names")
        .check(MAIN);
  }

  @Test
  void onlyTheEdgeSpeaksTheWire() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            packages(Room.WIRE, Room.SERVICES, Room.GATEWAY, Room.CLI, Room.SERVER, Room.BENCH))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "com.google.protobuf..")
        .because("the domain must not bend to a protocol")
        .check(MAIN);
  }

  @Test
  void filesAreTouchedInFewRooms() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            packages(
                Room.TESTKIT,
                Room.OBJECTS,
                Room.METADATA,
                Room.DATUM,
                Room.RUNNERS,
                Room.SERVER,
                Room.CLI,
                Room.BENCH))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.file.Files")
        .because("bytes go through objects")
        .check(MAIN);
    noClasses()
        .that()
        .resideOutsideOfPackage(Room.OBJECTS.packages())
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.channels.FileChannel")
        .because("objects alone decides what is synced")
        .check(MAIN);
  }

  @Test
  void timeAndChanceComeFromBase() {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(Room.BASE, Room.TESTKIT))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .because("a clock and an id source can be replaced; use base.Clock and base.Ids")
        .check(MAIN);
  }

  @Test
  void someThingsAreNotUsedAtAll() {
    noClasses()
        .that()
        .resideOutsideOfPackage(Room.WIRE.packages())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.common..", "java.util.logging..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.ThreadLocal")
        .because("the JDK, slf4j and scoped values are enough")
        .check(MAIN);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .that()
        .haveSimpleName("package-info")
        .and()
        .resideOutsideOfPackage(Room.WIRE.packages())
        .should()
        .beAnnotatedWith("org.jspecify.annotations.NullMarked")
        .because("a null must be said")
        .check(MAIN);
  }

  @Test
  void chanceIsSeeded() {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(Room.BASE, Room.TESTKIT, Room.BENCH))
        .should()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(Random.class)
        .because("a run must be repeatable from its seed")
        .check(MAIN);
  }

  @Test
  void threadsComeFromScopesAndPools() {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(Room.BASE, Room.SERVER))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.Executors")
        .orShould()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callMethod(Thread.class, "ofVirtual")
        .orShould()
        .callMethod(Thread.class, "ofPlatform")
        .orShould()
        .callMethod(Thread.class, "startVirtualThread", Runnable.class)
        .because("a thread without a scope outlives what it works for; use base.Scope or base.Pool")
        .check(MAIN);
  }

  @Test
  void onlyProgramsLookAtTheirProcess() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Main")
        .and()
        .resideOutsideOfPackages(packages(Room.TESTKIT, Room.BENCH))
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class, String.class)
        .because("settings are handed in by the class with main, so that tests can hand in others")
        .check(MAIN);
  }

  @Test
  void futuresStayInTheGateway() {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(Room.WIRE, Room.GATEWAY))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.CompletableFuture")
        .because("virtual threads wait; only the HTTP server is asynchronous")
        .check(MAIN);
  }

  @Test
  void failuresOfTheDiskAreSaidInOurWords() {
    noMethods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackages(packages(Room.TESTKIT, Room.WIRE))
        .should()
        .declareThrowableOfType(IOException.class)
        .because("a Failure names the object and the cure; an IOException names neither")
        .check(MAIN);
  }

  @Test
  void outcomesAreRecords() {
    classes()
        .that(areOneOfASealedFamily())
        .should()
        .beRecords()
        .orShould()
        .beEnums()
        .because("an outcome is a value: it is compared, shown and taken apart")
        .check(MAIN);
  }

  private static DescribedPredicate<JavaClass> areOneOfASealedFamily() {
    return DescribedPredicate.describe(
        "are one of a sealed family",
        type ->
            !type.isInterface()
                && type.getRawInterfaces().stream().anyMatch(above -> above.reflect().isSealed()));
  }

  @Test
  void whatIsPublicIsUsedElsewhere() {
    classes()
        .that()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .and()
        .resideOutsideOfPackages(packages(Room.TESTKIT, Room.WIRE))
        .and()
        .doNotHaveSimpleName("Main")
        .and(areNotUsedUnseen())
        .should(beUsedFromAnotherPackage())
        .because("what is public is a promise to other rooms; make it package-private")
        .check(MAIN);
  }

  /// Used by the tests of other rooms, by lambdas, which do not name their type, or by libraries
  /// that find it in `META-INF/services`.
  private static DescribedPredicate<JavaClass> areNotUsedUnseen() {
    var tools = Set.of("MemoryRecords", "MemoryObjects", "CountingObjects", "FaultyObjects");
    var lambdas = Set.of("Walk", "LogSink");
    var found = Set.of("Logging");
    return DescribedPredicate.describe(
        "are not used unseen",
        type ->
            Stream.of(tools, lambdas, found)
                .noneMatch(names -> names.contains(type.getSimpleName())));
  }

  private static ArchCondition<JavaClass> beUsedFromAnotherPackage() {
    return new ArchCondition<>("be used from another package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean used =
            type.getDirectDependenciesToSelf().stream()
                .anyMatch(
                    use -> !use.getOriginClass().getPackageName().equals(type.getPackageName()));
        events.add(new SimpleConditionEvent(type, used, type.getName()));
      }
    };
  }
}

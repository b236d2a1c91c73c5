package dev.comporta.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.comporta.exchange.ExchangeException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Checks the layers of the architecture on the built classes of all modules: those that the command
 * ships and the examples. The peers are built only in a profile of their own, and what runs on
 * Spark needs its jars, so that their imports are checked instead.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.comporta";

  /** Fewest classes that each module must show, so that a rule never passes on nothing. */
  private static final Map<String, Integer> FEWEST =
      Map.of(
          "api", 20,
          "cli", 2);

  private static final List<String> MODULES =
      List.of(
          "api",
          "tensor",
          "cells",
          "training",
          "attention",
          "serialization",
          "inference",
          "onnx",
          "exchange",
          "frame",
          "view",
          "conformance",
          "tasks",
          "benchmarks",
          "examples",
          "lessons",
          "cli");

  private static final String[] LIBRARIES = {
    "api", "tensor", "cells", "training", "attention", "serialization", "inference"
  };

  private static JavaClasses classes;

  @BeforeAll
  static void importBuiltClasses() throws IOException {
    List<Location> built = new ArrayList<>();
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      String value = System.getProperty(property, "");
      for (String entry : value.split(Pattern.quote(File.pathSeparator), -1)) {
        if (isOfThisBuild(entry)) {
          built.add(location(Path.of(entry)));
        }
      }
    }
    classes = new ClassFileImporter().importLocations(built);
  }

  private static Location location(Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      return Location.of(entry);
    }
    try (JarFile jar = new JarFile(entry.toFile())) {
      return Location.of(jar);
    }
  }

  /** Main classes of a sibling: its {@code target/classes} or, after packaging, its jar. */
  private static boolean isOfThisBuild(String entry) {
    Path path = Path.of(entry);
    Path name = path.getFileName();
    return !entry.isEmpty()
        && (path.endsWith(Path.of("target", "classes"))
            || (name != null && name.toString().startsWith("comporta-")));
  }

  @Test
  void everyModuleIsSeen() {
    Map<String, Integer> seen = new TreeMap<>();
    for (JavaClass type : classes) {
      assertThat(type.getPackageName()).startsWith(ROOT + ".");
      seen.merge(type.getPackageName().split("\\.", -1)[2], 1, Integer::sum);
    }
    for (String module : MODULES) {
      assertThat(seen.getOrDefault(module, 0))
          .as("classes seen of module %s, of %s", module, seen)
          .isGreaterThanOrEqualTo(FEWEST.getOrDefault(module, 1));
    }
  }

  @Test
  void dependenciesPointOneWay() {
    ArchRule arrows =
        layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
            .layer("api")
            .definedBy(ROOT + ".api..")
            .layer("tensor")
            .definedBy(ROOT + ".tensor..")
            .layer("cells")
            .definedBy(ROOT + ".cells..")
            .layer("training")
            .definedBy(ROOT + ".training..")
            .layer("attention")
            .definedBy(ROOT + ".attention..")
            .layer("serialization")
            .definedBy(ROOT + ".serialization..")
            .layer("inference")
            .definedBy(ROOT + ".inference..")
            .layer("onnx")
            .definedBy(ROOT + ".onnx..")
            .layer("exchange")
            .definedBy(ROOT + ".exchange..")
            .layer("frame")
            .definedBy(ROOT + ".frame..")
            .layer("view")
            .definedBy(ROOT + ".view..")
            .layer("conformance")
            .definedBy(ROOT + ".conformance..")
            .layer("tasks")
            .definedBy(ROOT + ".tasks..")
            .layer("benchmarks") // the peers, in a profile of their own, have its packages
            .definedBy(ROOT + ".benchmarks..")
            .layer("lessons")
            .definedBy(ROOT + ".lessons..")
            .layer("examples")
            .definedBy(ROOT + ".examples..")
            .layer("cli")
            .definedBy(ROOT + ".cli..")
            .optionalLayer("testkit")
            .definedBy(ROOT + ".testkit..")
            .optionalLayer("taskkit")
            .definedBy(ROOT + ".taskkit..")
            .optionalLayer("kit")
            .definedBy(ROOT + ".kit..")
            .whereLayer("api")
            .mayNotAccessAnyLayer()
            .whereLayer("testkit")
            .mayOnlyAccessLayers("api")
            .whereLayer("taskkit")
            .mayOnlyAccessLayers(with(LIBRARIES, "frame"))
            .whereLayer("kit")
            .mayOnlyAccessLayers(with(LIBRARIES, "testkit"))
            .whereLayer("tensor")
            .mayOnlyAccessLayers("api")
            .whereLayer("cells")
            .mayOnlyAccessLayers("api", "tensor")
            .whereLayer("training")
            .mayOnlyAccessLayers("api", "tensor", "cells")
            .whereLayer("attention")
            .mayOnlyAccessLayers("api", "tensor", "cells")
            .whereLayer("serialization")
            .mayOnlyAccessLayers("api")
            .whereLayer("inference")
            .mayOnlyAccessLayers("api", "tensor", "cells", "training", "attention", "serialization")
            .whereLayer("onnx")
            .mayOnlyAccessLayers("api", "tensor", "cells", "serialization")
            .whereLayer("exchange")
            .mayOnlyAccessLayers("api", "tensor", "cells", "attention", "serialization", "onnx")
            .whereLayer("frame")
            .mayOnlyAccessLayers(LIBRARIES)
            .whereLayer("view")
            .mayOnlyAccessLayers(with(LIBRARIES, "frame"))
            .whereLayer("conformance")
            .mayOnlyAccessLayers(with(LIBRARIES, "frame"))
            .whereLayer("tasks")
            .mayOnlyAccessLayers(with(LIBRARIES, "frame", "view", "onnx"))
            .whereLayer("benchmarks")
            .mayOnlyAccessLayers(with(LIBRARIES, "onnx"))
            .whereLayer("examples")
            .mayOnlyAccessLayers(with(LIBRARIES, "frame", "onnx"))
            .whereLayer("lessons")
            .mayOnlyAccessLayers(with(LIBRARIES, "frame"))
            .whereLayer("cli")
            .mayOnlyAccessLayers(
                with(
                    LIBRARIES,
                    "frame",
                    "view",
                    "conformance",
                    "exchange",
                    "onnx",
                    "benchmarks",
                    "lessons"));
    arrows.check(classes);
  }

  private static String[] with(String[] names, String... more) {
    return Stream.of(names, more).flatMap(Stream::of).toArray(String[]::new);
  }

  /**
   * Every package is a slice of its own, so that no two depend on each other, even indirectly. The
   * exceptions are two stable signatures (providers of layers and schedules get the catalog, which
   * names the kinds of providers) and the one exception of the module exchange.
   */
  @Test
  void packagesHaveNoCycles() {
    String catalog = ROOT + ".api.catalog.Catalog";
    slices()
        .assignedFrom(new EachPackage())
        .should()
        .beFreeOfCycles()
        .ignoreDependency(ROOT + ".api.layer.LayerProvider", catalog)
        .ignoreDependency(ROOT + ".api.training.ScheduleProvider", catalog)
        .ignoreDependency(resideInAPackage(ROOT + ".exchange.."), type(ExchangeException.class))
        .check(classes);
  }

  /** Training and streaming execute programs, and know nothing of how these came about. */
  @Test
  void runsOfPlansKnowNoStageBeforeThem() {
    String plan = ROOT + ".cells.plan.";
    noClasses()
        .that()
        .resideInAnyPackage(plan + "program..", plan + "run..", plan + "stream..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(plan + "trace..", plan + "planes..", plan + "memory..")
        .check(classes);
    noClasses()
        .that()
        .resideInAnyPackage(plan + "program..", plan + "run..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(plan + "compile..", plan + "stream..")
        .check(classes);
  }

  /** Assigns a class to its package. */
  private static final class EachPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(type.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }

  @Test
  void apiNeedsNothingButAnnotations() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".api..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".api..", "java..", "org.jspecify.annotations..", "org.apiguardian.api..")
        .check(classes);
  }

  @Test
  void theVectorApiStaysInItsRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + ".tensor..simd..",
            ROOT + ".benchmarks.bounds..") // what the machine can do, without Comporta's kernels
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(classes);
  }

  @Test
  void guiceStaysInTheApps() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".frame..", ROOT + ".tasks..", ROOT + ".cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
        .check(classes);
  }

  @Test
  void thePeersUseTheBenchmarksTheApiAndTensorsOnly() throws IOException {
    assertThat(usedBy("../peers/src/main/java")).containsExactly("api", "benchmarks", "onnx");
  }

  /** Its jars are on no module path, and none of them on the class path of the command. */
  @Test
  void sparkUsesTheLibrariesAndTheFrameOnly() throws IOException {
    Set<String> used = usedBy("../spark/src/main/java");
    used.remove("spark");
    assertThat(used)
        .containsExactly("api", "cells", "frame", "inference", "serialization", "training");
    assertThat(classes).noneMatch(type -> type.getPackageName().startsWith(ROOT + ".spark"));
  }

  private static Set<String> usedBy(String sources) throws IOException {
    Pattern ours =
        Pattern.compile("^import (?:static )?dev\\.comporta\\.(\\w+)", Pattern.MULTILINE);
    Set<String> used = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of(sources))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
        ours.matcher(Files.readString(file)).results().forEach(it -> used.add(it.group(1)));
      }
    }
    return used;
  }
}

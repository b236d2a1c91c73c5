package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every module shows and asks for, as a reviewed snapshot: whoever exports a package, opens
 * one or adds a dependency changes {@code src/test/modules.txt} in the same commit.
 */
class ModuleDescriptorsTest {
  private static final Path REVIEWED = Path.of("src/test/modules.txt");
  private static final Path FOUND = Path.of("target/modules.txt");

  private static Set<ModuleReference> references() {
    Path[] entries =
        Stream.of(System.getProperty("jdk.module.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .toArray(Path[]::new);
    return ModuleFinder.of(entries).findAll();
  }

  /** On the class path, providers are found in files, which must name the same ones. */
  @Test
  void theClassPathFindsTheSameProviders() throws IOException {
    int lists = 0;
    for (ModuleReference module : references()) {
      if (!module.descriptor().name().startsWith("dev.comporta.")) {
        continue;
      }
      try (ModuleReader reader = module.open()) {
        for (ModuleDescriptor.Provides provides : module.descriptor().provides()) {
          String file = "META-INF/services/" + provides.service();
          String what = module.descriptor().name() + "/" + file;
          Optional<InputStream> found = reader.open(file);
          assertThat(found).as(what).isPresent();
          try (InputStream in = found.orElseThrow()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList())
                .as(what)
                .containsExactlyInAnyOrderElementsOf(provides.providers());
          }
          lists++;
        }
      }
    }
    assertThat(lists).isGreaterThan(10);
  }

  @Test
  void modulesAreAsReviewed() throws IOException {
    List<ModuleDescriptor> modules =
        Stream.concat(
                references().stream().map(ModuleReference::descriptor),
                Stream.of(Main.class.getModule().getDescriptor()))
            .filter(module -> module.name().startsWith("dev.comporta."))
            .filter(module -> !module.name().equals("dev.comporta.testkit"))
            .distinct()
            .sorted(Comparator.comparing(ModuleDescriptor::name))
            .toList();
    String found =
        modules.stream().map(ModuleDescriptorsTest::text).collect(Collectors.joining("\n"));
    Files.writeString(FOUND, found);

    assertThat(found)
        .as("%s differs from %s; review the difference and copy it over", FOUND, REVIEWED)
        .isEqualTo(Files.readString(REVIEWED));
  }

  private static String text(ModuleDescriptor module) {
    Set<String> lines = new TreeSet<>();
    for (ModuleDescriptor.Requires requires : module.requires()) {
      if (!requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.MANDATED)) {
        String modifiers =
            requires.modifiers().stream()
                .map(modifier -> modifier.name().toLowerCase(Locale.ROOT) + " ")
                .sorted()
                .collect(Collectors.joining());
        lines.add("  requires " + modifiers + requires.name());
      }
    }
    for (ModuleDescriptor.Exports exports : module.exports()) {
      lines.add("  exports " + exports.source() + targets(exports.targets()));
    }
    for (ModuleDescriptor.Opens opens : module.opens()) {
      lines.add("  opens " + opens.source() + targets(opens.targets()));
    }
    for (ModuleDescriptor.Provides provides : module.provides()) {
      for (String provider : provides.providers()) {
        lines.add("  provides " + provides.service() + " with " + provider);
      }
    }
    module.uses().forEach(service -> lines.add("  uses " + service));
    return module.name()
        + "\n"
        + lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String targets(Set<String> targets) {
    return targets.isEmpty() ? "" : " to " + String.join(", ", new TreeSet<>(targets));
  }
}

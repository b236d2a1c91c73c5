package dev.comporta.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All Java in the guide is a region of a compiled source file, and all output is printed by a
 * program. See {@code docs/guide/README.md} for the markup.
 */
class GuideTest {
  private static final Path ROOT = Path.of("../..");
  private static final Path README = ROOT.resolve("README.md");
  private static final Path GUIDE = ROOT.resolve("docs/guide");
  private static final Path EXAMPLES = Path.of("src/main/java");

  /** Whether to update the pages instead of failing. */
  private static final boolean WRITE = Boolean.getBoolean("comporta.guide.write");

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(GUIDE)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pagesShowWhatIsCompiledAndRun(Path file) throws Exception {
    GuidePage page = GuidePage.read(file);
    for (GuidePage.Block block : page.blocks()) {
      assertThat(block.source())
          .as("the source of the block at line %d of %s", block.line(), file)
          .isNotInstanceOf(GuidePage.Source.Unmarked.class);
    }
    compare(file, page);
  }

  /** The README also shows an application that is compiled and run by a test of the command. */
  @Test
  void theReadmeShowsWhatIsCompiledAndRun() throws Exception {
    GuidePage page = GuidePage.read(README);
    assertThat(page.blocks())
        .filteredOn(block -> !(block.source() instanceof GuidePage.Source.Unmarked))
        .isNotEmpty();
    compare(README, page);
  }

  private static void compare(Path file, GuidePage page) throws Exception {
    List<GuidePage.Block> wanted = new ArrayList<>();
    for (GuidePage.Block block : page.blocks()) {
      boolean marked = !(block.source() instanceof GuidePage.Source.Unmarked);
      wanted.add(marked ? block.with(block.source().lines(ROOT)) : block);
    }
    if (WRITE) {
      Files.writeString(file, page.with(wanted));
      return;
    }
    for (int i = 0; i < wanted.size(); i++) {
      GuidePage.Block block = page.blocks().get(i);
      assertThat(block.content())
          .as(
              "%s line %d; run this test with -Dcomporta.guide.write=true to update it from %s",
              file, block.line(), block.source())
          .isEqualTo(wanted.get(i).content());
    }
  }

  @Test
  void everyProgramIsShownWithItsOutput() throws Exception {
    Set<String> shown = new HashSet<>();
    for (Path file : pages()) {
      for (GuidePage.Block block : GuidePage.read(file).blocks()) {
        if (block.source() instanceof GuidePage.Source.Output output) {
          shown.add(output.program());
        }
      }
    }
    List<String> programs = new ArrayList<>();
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file).contains("void main(")) {
          String name = EXAMPLES.relativize(file).toString().replace('\\', '/');
          programs.add(name.replace(".java", "").replace('/', '.'));
        }
      }
    }
    assertThat(programs).hasSizeGreaterThanOrEqualTo(8);
    assertThat(shown).containsAll(programs);
  }
}

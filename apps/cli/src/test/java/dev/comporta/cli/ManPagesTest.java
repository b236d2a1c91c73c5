package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.frame.Interruption;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes a manual page in AsciiDoc for every command to {@code target/man}; {@code asciidoctor -b
 * manpage} makes pages for {@code man} of them.
 */
class ManPagesTest {
  @Test
  void everyCommandHasAManPage() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "man"));
    CommandLine all = Main.commandLine(new Interruption(), "generate-completion");
    File pages = folder.toFile();
    assertThat(
            ManPageGenerator.generateManPage(
                pages, null, new boolean[0], true, all.getCommandSpec()))
        .isZero();
    assertThat(Files.readString(folder.resolve("comporta.adoc")))
        .contains("xref:comporta-predict.adoc");
    assertThat(Files.readString(folder.resolve("comporta-train-adding.adoc")))
        .contains("*--learning-rate*=_X_", "== Options", "Regularization");
    for (String name : all.getSubcommands().keySet()) {
      assertThat(folder.resolve("comporta-" + name + ".adoc")).isNotEmptyFile();
    }
  }
}

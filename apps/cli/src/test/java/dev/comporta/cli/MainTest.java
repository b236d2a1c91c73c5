package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.tasks.Interruption;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine(new Interruption(), arguments);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return Main.execute(line, arguments);
  }

  @Test
  void versionNamesTheBuildAndTheJava() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString())
        .containsPattern("comporta \\d+\\.\\d+\\.\\d+")
        .contains("java " + Runtime.version());
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void anUnknownCommandIsAnInputError() {
    assertThat(run("trian")).isEqualTo(2);
    assertThat(err.toString()).contains("trian");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void noCommandIsAnInputError() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: comporta", "train", "generate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "catalog", "tasks", "caption --help"})
  void outputThatCannotBeWrittenIsNoSuccess(String arguments) {
    Cli.Result result = Cli.withFullOutput(20, InputStream.nullInputStream(), arguments.split(" "));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .isEqualToNormalizingNewlines(
            "comporta: standard output cannot be written: the disk is full, or what read it has ended; what was printed is not complete\n");
  }

  @Test
  void theTestsRunInTheNamedModule() {
    assertThat(Main.class.getModule().getName()).isEqualTo("dev.comporta.cli");
    assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isPresent();
  }
}

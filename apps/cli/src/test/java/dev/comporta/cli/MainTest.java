package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.cli.Cli.Result;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private Result result = new Result(0, "", "");

  private int run(String... arguments) {
    result = Cli.run(arguments);
    return result.code();
  }

  @Test
  void versionNamesTheBuildAndTheJava() {
    assertThat(run("--version")).isZero();
    assertThat(result.out())
        .containsPattern("comporta \\d+\\.\\d+\\.\\d+")
        .contains("java " + Runtime.version());
    assertThat(result.err()).isEmpty();
  }

  @Test
  void anUnknownCommandIsAnInputError() {
    assertThat(run("trian")).isEqualTo(2);
    assertThat(result.err()).contains("trian");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void noCommandIsAnInputError() {
    assertThat(run()).isEqualTo(2);
    assertThat(result.err())
        .contains("Usage: comporta", "train", "verify", "predict", "Exit codes: 0 success");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "catalog", "catalog lstm", "tasks", "predict --help"})
  void outputThatCannotBeWrittenIsNoSuccess(String arguments) {
    Result full = Cli.withFullOutput(20, InputStream.nullInputStream(), arguments.split(" "));
    assertThat(full.code()).isEqualTo(2);
    assertThat(full.err())
        .isEqualToNormalizingNewlines(
            "comporta: standard output cannot be written, perhaps because the disk is full; what was printed is not complete\n");
  }

  @Test
  void whatReadTheOutputMayEndFirst() {
    Result closed =
        Cli.withFailingOutput("Broken pipe", 20, InputStream.nullInputStream(), "catalog");
    assertThat(closed.code()).isEqualTo(141);
    assertThat(closed.err()).isEmpty();
  }

  @Test
  void helpListsOptionsUnderHeadingsWithTheirDefaults() {
    assertThat(run("train", "adding", "--help")).isZero();
    assertThat(result.out())
        .containsSubsequence(
            "Data", "--length=N", "(default: 200)", "Model", "--cell=NAME", "Training", "--batch=N")
        .containsSubsequence("Regularization", "Evaluation", "Computation", "Files", "--out=FILE")
        .contains("(default: 0.0005)");
  }

  @Test
  void completionKnowsTheFlagsOfTasks() {
    assertThat(run("generate-completion")).isZero();
    assertThat(result.out()).contains("adding", "--hidden", "--validate-every");
  }

  @Test
  void theTestsRunInTheNamedModule() {
    assertThat(Main.class.getModule().getName()).isEqualTo("dev.comporta.cli");
    assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isPresent();
  }
}

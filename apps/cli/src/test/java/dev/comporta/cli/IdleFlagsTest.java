package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags that have no effect are refused, not ignored. */
class IdleFlagsTest {
  @TempDir private static Path folder;
  private static String adding = "";

  @BeforeAll
  static void train() {
    adding = folder.resolve("m.comporta").toString();
    String small = "train adding --length 4 --hidden 2 --steps 1 --threads 1 --out " + adding;
    Cli.Result result = Cli.run(small.split(" "));
    assertThat(result.code()).as(result.err()).isZero();
  }

  /** The commands have the flags of all tasks; a model takes those of its own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "evaluate --model M --data d|--beam 2|--beam does not apply to models of adding",
        "evaluate --model M --data d|--picture p.png|--picture does not apply to models of adding",
        "generate --model M|--length 9|was trained by adding, whose models cannot generate",
        "translate --model M|--beam 2|whose models cannot translate; they can predict",
        "predict --model M|surplus|'comporta predict' takes no argument for models of adding; give --input",
      })
  void aFlagOfAnotherTaskIsRefused(String command, String flag, String expected) {
    String words = command.replace("M", adding) + " " + flag;
    assertThat(Cli.run(words.split(" ")).refusal()).contains(expected);
  }

  @Test
  void aFlagThatAnotherMakesUselessIsRefused() {
    String checkpoint = adding + ".checkpoint";
    assertThat(Cli.run("train", "adding", "--resume", checkpoint, "--from", adding).refusal())
        .contains("expected either --resume or --from but got both; leave one out");
    assertThat(
            Cli.run("train", "adding", "--resume", checkpoint, "--find-learning-rate", "9")
                .refusal())
        .contains("--find-learning-rate goes with a run without --resume; leave it out");
  }

  @Test
  void aFlagWithAnEffectIsTaken() {
    Cli.Result result = Cli.run("evaluate", "--model", adding, "--length", "5", "--seed", "3");
    assertThat(result.code()).as(result.err()).isZero();
  }
}

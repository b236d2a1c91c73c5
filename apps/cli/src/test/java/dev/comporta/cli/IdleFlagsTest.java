package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags that the others make useless, refused before anything is read or drawn. */
class IdleFlagsTest {
  @TempDir private static Path folder;
  private static String captions = "";

  @BeforeAll
  static void trainCaptions() {
    captions = folder.resolve("m.comporta").toString();
    String small = "train captions --filters 4 --hidden 8 --embedding 4 --scenes 32 --steps 1";
    List<String> words = new ArrayList<>(List.of(small.split(" ")));
    words.addAll(List.of("--threads", "1", "--out", captions));
    Cli.Result result = Cli.run(words.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evaluate --model m --text t | --beam 2 | --source and --target, or a model of captions
          evaluate --model m --text t | --length-penalty 0 | --source and --target, or a model of captions
          evaluate --model m --text t | --coverage-penalty 1 | --source and --target
          evaluate --model m --text t | --tokenize 13a | --source and --target
          evaluate --model m --text t | --picture p.png | --source and --target
          evaluate --model m --text t | --scenes 5 | a model of captions, without a text
          evaluate --model m --text t | --seed 5 | a model of captions, without a text
          evaluate --model m --source s --target t | --scenes 5 | a model of captions, without a text
          evaluate --model m --source s --target t | --seed 5 | a model of captions, without a text
          caption --draw scenes | --beam 2 | --model and --image
          caption --draw scenes | --length-penalty 0 | --model and --image
          caption --draw scenes | --n-best 2 | --model and --image
          caption --draw scenes | --scores | --model and --image
          caption --draw scenes | --picture p.png | --model and --image
          caption --model m --image i.png | --count 3 | --draw
          caption --model m --image i.png | --seed 3 | --draw
          """)
  void namesTheFlagAndWhatItGoesWith(String command, String flag, String partner) {
    assertThat(Cli.run((command + " " + flag).split(" ")).refusal())
        .isEqualTo(
            "comporta: %s goes with %s; add that or leave it out"
                .formatted(flag.split(" ")[0], partner));
    assertThat(Path.of("scenes")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"--coverage-penalty,1", "--tokenize,13a", "--picture,p.png"})
  void aModelOfCaptionsIsNotMeasuredOnPairs(String flag, String value) {
    assertThat(Cli.run("evaluate", "--model", captions, flag, value).refusal())
        .isEqualTo(
            "comporta: %s goes with --source and --target; add that or leave it out"
                .formatted(flag));
  }

  @Test
  void aFlagWithAnEffectIsTaken() {
    String[] flags = {"--scenes", "3", "--seed", "2", "--beam", "2", "--length-penalty", "0"};
    List<String> words = new ArrayList<>(List.of("evaluate", "--model", captions));
    words.addAll(List.of(flags));
    Cli.Result result = Cli.run(words.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
  }
}

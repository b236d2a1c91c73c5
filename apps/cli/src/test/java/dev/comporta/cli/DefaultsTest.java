package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.cli.Cli.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that make their own data learn something with nothing but their defaults. */
@Tag("full")
class DefaultsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"classify", "rate", "tag", "forecast", "anomaly", "music", "dna", "answer"})
  void textsTablesMusicAndBases(String task) throws Exception {
    requireBetterThanBaseline(task);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "speech",
        "handwriting",
        "handwriting-synthesis",
        "video",
        "video --target gesture",
        "video --target box",
        "video --target mask",
        "video --target steering",
        "video-captions",
        "execute",
        "questions",
        "policy",
        "policy --game catch",
        "policy --game bandit"
      })
  void soundPicturesProgramsAndGames(String task) throws Exception {
    requireBetterThanBaseline(task);
  }

  private void requireBetterThanBaseline(String task) throws Exception {
    Result trained = Jobs.run("train", task, "--json --out", folder.resolve("m").toString());
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.json().path("beats_baseline").booleanValue()).as(trained.out()).isTrue();
  }
}

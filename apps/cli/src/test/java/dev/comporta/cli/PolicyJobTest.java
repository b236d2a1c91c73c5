package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies by REINFORCE, from end to end, in small games. */
class PolicyJobTest {
  private static final String SMALL = "train policy --hidden 8 --batch 16 --episodes 200";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aMazeIsLearnedScoredPlayedAndDrawn() throws Exception {
    String model = path("m");
    JsonNode figures =
        run(SMALL + " --length 2 --steps 300 --learning-rate 0.03 --json --out " + model).json();
    assertThat(figures.get("metric").textValue()).isEqualTo("return");
    assertThat(figures.get("baseline").textValue()).isEqualTo("the best policy without memory");
    assertThat(figures.get("baseline_value").doubleValue()).isCloseTo(1.95, within(1e-9));
    assertThat(figures.get("return").doubleValue()).isGreaterThan(3.9);

    JsonNode scored = run("evaluate --json --episodes 50 --seed 4 --model " + model).json();
    assertThat(scored.get("return").doubleValue()).isGreaterThan(3.9);
    assertThat(scored.get("episodes").intValue()).isEqualTo(50);
    assertThat(run("evaluate --json --length 3 --model", model).json().get("length").intValue())
        .isEqualTo(3);

    Result played = run("predict --json --episodes 3 --model", model);
    assertThat(played.out().lines()).hasSize(3);
    assertThat(played.out())
        .contains("{\"episode\":1,\"return\":4.0,\"actions\":[\"east\",\"east\",\"");
    assertThat(run("predict --model", model).out())
        .matches("episode 1: return 4\\.0: east east (north|south)\\R");
    String picture = path("episode.png");
    assertThat(run("predict --picture", picture, "--model", model).code()).isZero();
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(run("verify", model).out()).contains("the same bits in all ");
    assertThat(run("explain", model).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"t-maze", "catch", "bandit"})
  void everyGameGivesTheSameBitsForAnyThreadsAndIsResumed(String game) throws Exception {
    String train = SMALL + " --length 5 --game " + game;
    for (int threads = 1; threads <= 2; threads++) {
      Result trained =
          run(train, "--steps 10 --threads " + threads, "--json --out", path("t" + threads));
      assertThat(trained.code()).as(trained.err()).isZero();
    }
    assertThat(run("inspect", path("t1"), "--json").tensors())
        .isEqualTo(run("inspect", path("t2"), "--json").tensors());
    String constant = train + " --schedule constant --accumulate 2 --threads 1";
    assertThat(run(constant, "--steps 12 --out", path("once")).code()).isZero();
    assertThat(run(constant, "--steps 5 --out", path("twice")).code()).isZero();
    Result resumed = run("train policy --threads 1 --steps 12 --resume", path("twice.checkpoint"));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(run("inspect", path("twice"), "--json").tensors())
        .isEqualTo(run("inspect", path("once"), "--json").tensors());
  }

  @ParameterizedTest
  @CsvSource({
    "--game chess, 'of --game ''chess'': expected one of bandit, catch, t-maze'",
    "--length 0, --length",
    "--length 201, --length",
    "--batch 5000, --batch",
    "--discount 1.5, --discount",
    "--patience 3, '--patience expected validation data but there are none; leave it out'",
    "--keep best, '--keep best expected validation data but there are none; leave it out'",
    "--min-gain 1, '[policy] --min-gain goes with tasks that are validated or tested on data'",
    "--test-data x, '[policy] --test-data goes with tasks that are validated or tested on data'",
    "--find-learning-rate 9, '--find-learning-rate goes with tasks whose loss measures'",
    "--loss cross-entropy, expected labels but the target holds vectors",
    "--loss policy-gradient:entropy=-1, entropy",
  })
  void settingsThatCannotBeUsed(String flags, String message) {
    assertThat(run(SMALL, "--steps 2", flags, "--out", path("m")).refusal()).contains(message);
  }

  @Test
  void episodesThatCannotBePlayed() {
    String model = path("m");
    assertThat(run(SMALL, "--length 2 --steps 1 --out", model).code()).isZero();
    assertThat(run("predict --episodes 2 --picture", path("x.png"), "--model", model).refusal())
        .contains("--picture expected one episode but --episodes is 2");
    assertThat(run("predict --picture", path("x.txt"), "--model", model).refusal())
        .contains("--picture expected a file that ends in .gif, .html or .png");
    assertThat(run("predict --picture", model, "--model", model).code()).isEqualTo(2);
    assertThat(run("evaluate --length 500 --model", model).refusal()).contains("--length");
    assertThat(run(SMALL, "--game bandit --steps 1 --from", model, "--out", path("n")).code())
        .isZero();
  }
}

package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several seeds and several parts of the data: what is trained, and the mean and spread. */
class RepeatedRunsTest {
  private static final String SMALL = "train adding --length 6 --hidden 4 --steps 3 --threads 1";

  @TempDir private Path folder;

  private static Cli.Result run(String words) {
    return Cli.run(words.split(" "));
  }

  @Test
  void seedsAreThoseOfSingleRuns() throws Exception {
    JsonNode all = run(SMALL + " --seed 4 --seeds 3 --json").json();
    List<Double> scores = new ArrayList<>();
    for (int seed = 4; seed < 7; seed++) {
      JsonNode one = run(SMALL + " --json --out " + folder.resolve("m") + " --seed " + seed).json();
      String metric = one.get("metric").textValue();
      assertThat(all.get("metric").textValue()).isEqualTo(metric);
      JsonNode same = all.get("runs").get(seed - 4);
      assertThat(same.get("seed").intValue()).isEqualTo(seed);
      assertThat(same.get(metric).doubleValue()).isEqualTo(one.get(metric).doubleValue());
      scores.add(one.get(metric).doubleValue());
    }
    double mean = (scores.get(0) + scores.get(1) + scores.get(2)) / 3;
    double squares = scores.stream().mapToDouble(it -> (it - mean) * (it - mean)).sum();
    String metric = all.get("metric").textValue();
    assertThat(all.get(metric).doubleValue()).isCloseTo(mean, within(1e-12));
    assertThat(all.get(metric + "_deviation").doubleValue())
        .isCloseTo(Math.sqrt(squares / 2), within(1e-12));
    assertThat(run(SMALL + " --seeds 2").out())
        .startsWith("2 runs, with 2 seeds: mean, standard deviation, lowest and highest")
        .contains(" runs beat the baseline, ");
  }

  /** Of seven examples, three parts hold out three, two and two; one part is that of all. */
  @ParameterizedTest
  @ValueSource(strings = {"tag", "rate"})
  void everyExampleIsHeldOutOnce(String task) throws Exception {
    StringBuilder lines = new StringBuilder(task.equals("rate") ? "V,A,text\n" : "");
    for (int i = 0; i < 7; i++) {
      lines.append(
          task.equals("rate")
              ? "%d,%d,word%d\n".formatted(i, -i, i)
              : "word%d\tB-x\nis\tO\n\n".formatted(i));
    }
    Path data = Files.writeString(folder.resolve("data"), lines);
    String train = "train " + task + " --data " + data + " --hidden 2 --steps 1 --threads 1";
    JsonNode all = run(train + " --folds 3 --json").json();
    assertThat(all.get("folds").intValue()).isEqualTo(3);
    List<Integer> counts = new ArrayList<>();
    String count = task.equals("rate") ? "count" : "words";
    all.get("runs").forEach(it -> counts.add(it.get(count).intValue()));
    int each = task.equals("rate") ? 1 : 2;
    assertThat(counts).containsExactly(3 * each, 2 * each, 2 * each);
    String model = folder.resolve("second").toString();
    JsonNode second = run(train + " --folds 3 --fold 2 --json --out " + model).json();
    String metric = second.get("metric").textValue();
    assertThat(second.get(metric)).isEqualTo(all.get("runs").get(1).get(metric));
    assertThat(run("verify " + model + " --threads 1").out()).contains("the same bits");
    assertThat(run(train + " --folds 8").refusal())
        .contains(
            "at least as many %s as --folds 8 but there are 7"
                .formatted(task.equals("rate") ? "texts" : "sentences"));
    assertThat(run(train + " --folds 3 --validation 0.2").refusal())
        .contains("either --folds or --validation");
  }

  @Test
  void nothingIsWritten() throws Exception {
    Path here = Path.of("adding.comporta");
    boolean before = Files.exists(here);
    assertThat(run(SMALL + " --seeds 2").code()).isZero();
    assertThat(Files.exists(here)).isEqualTo(before);
    for (String option : List.of("out", "csv", "tensorboard", "resume")) {
      assertThat(run(SMALL + " --seeds 2 --" + option + " " + folder.resolve("x")).refusal())
          .contains(
              "--" + option + " goes with a single run, without --seeds, --folds and --backtest");
    }
    assertThat(run(SMALL + " --seeds 2 --seed 2147483646").refusal())
        .contains("--seeds goes with a smaller --seed");
    assertThat(run(SMALL + " --folds 3").refusal()).contains("--folds");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }
}

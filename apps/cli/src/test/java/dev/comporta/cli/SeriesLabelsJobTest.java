package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sequences of numbers with labels, from end to end: does the first column rise or fall? */
class SeriesLabelsJobTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws Exception {
    Random random = new Random(3);
    StringBuilder labels = new StringBuilder("id,direction\n");
    for (int i = 0; i < 40; i++) {
      double slope = i % 2 == 0 ? 1 : -1;
      StringBuilder text = new StringBuilder("level,noise\n");
      for (int t = 0; t < 8 + random.nextInt(6); t++) {
        text.append(100 + slope * t + random.nextGaussian() / 4).append(',');
        text.append(random.nextGaussian()).append('\n');
      }
      Files.writeString(folder.resolve("walk-" + i + ".csv"), text);
      labels.append(i).append(slope > 0 ? ",rises" : ",falls").append('\n');
    }
    Files.writeString(folder.resolve("target.csv"), labels);
  }

  private Cli.Result run(String words) {
    List<String> all = new ArrayList<>();
    for (String word : words.split(" ")) {
      all.add(word.startsWith("./") ? folder.resolve(word.substring(2)).toString() : word);
    }
    return Cli.run(all.toArray(String[]::new));
  }

  private static final String TRAIN =
      "train classify --data ./ --labels target.csv --hidden 8 --dropout 0 --epochs 15 --batch 8 --threads 1";

  @Test
  void aModelIsTrainedScoredAndAsked() throws Exception {
    JsonNode trained = run(TRAIN + " --out ./m --json").json();
    assertThat(trained.get("accuracy").doubleValue()).isEqualTo(1);
    assertThat(trained.get("baseline").textValue()).isEqualTo("the most frequent label");
    JsonNode scored = run("evaluate --model ./m --data ./ --labels target.csv --json").json();
    assertThat(scored.get("accuracy").doubleValue()).isGreaterThan(0.95);
    assertThat(scored.get("count").intValue()).isEqualTo(40);
    StringBuilder rising = new StringBuilder("level,noise\n");
    StringBuilder falling = new StringBuilder("\n\n");
    for (int t = 0; t < 11; t++) {
      rising.append(100 + t).append(",0\n");
      falling.append(100 - t).append(",0\n");
    }
    String input = rising + falling.toString().stripTrailing();
    String[] predict = {"predict", "--model", folder.resolve("m").toString()};
    assertThat(Cli.withInput(input, predict).out().lines().toList())
        .hasSize(2)
        .satisfies(lines -> assertThat(lines.get(0)).startsWith("rises"))
        .satisfies(lines -> assertThat(lines.get(1)).startsWith("falls"));
    assertThat(Cli.withInput("1,2\n3,x\n", predict).refusal())
        .contains("a number in column 2 of line 2 of standard input but got 'x'");
    assertThat(Cli.withInput("\n1,2,3\n", predict).refusal())
        .contains("expected 2 numbers at each timestep", "the sequence at line 2", "has 3");
    assertThat(run("evaluate --model ./m --data ./").refusal()).contains("expected --labels");
    assertThat(run("verify ./m --threads 1").out()).contains("the same bits in all ");
  }

  @Test
  void everyPartIsHeldOutOnce() throws Exception {
    JsonNode all = run(TRAIN + " --folds 4 --json").json();
    assertThat(all.get("folds").intValue()).isEqualTo(4);
    int count = 0;
    double sum = 0;
    for (JsonNode one : all.get("runs")) {
      count += one.get("count").intValue();
      sum += one.get("accuracy").doubleValue();
    }
    assertThat(count).isEqualTo(40);
    assertThat(all.get("accuracy").doubleValue()).isEqualTo(sum / 4).isGreaterThan(0.9);
    JsonNode third = run(TRAIN + " --folds 4 --fold 3 --json --out ./third").json();
    assertThat(third.get("validation_loss").isNumber()).isTrue();
    assertThat(third.get("accuracy")).isEqualTo(all.get("runs").get(2).get("accuracy"));
    assertThat(run("verify ./third --threads 1").out()).contains("the same bits in all ");
    assertThat(run(TRAIN.replace("15", "1") + " --folds 2 --seeds 2").out())
        .startsWith("4 runs, with 2 seeds and 2 folds");
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    assertThat(run(TRAIN + " --tokens words").refusal())
        .contains("--tokens goes with texts, not with sequences of numbers");
    assertThat(run(TRAIN + " --folds 4 --validation 0.2").refusal())
        .contains("either --folds or --validation");
    assertThat(run(TRAIN + " --fold 2").refusal()).contains("--fold goes with --folds");
    assertThat(run(TRAIN + " --folds 4 --fold 5").refusal()).contains("up to their number");
    assertThat(run(TRAIN + " --folds 41").refusal()).contains("as many texts as --folds 41");
    assertThat(run("train classify --separator ;").refusal()).contains("goes with --labels");
    assertThat(run("train adding --folds 4").refusal()).contains("--folds");
  }
}

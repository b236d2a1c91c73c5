package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anomalies from end to end. */
class AnomalyJobTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Result run(String words) {
    return Cli.run(words.split(" "));
  }

  /** A pump with a season of 20 rows; a leak at rows 700 to 719, which the last column labels. */
  private Path pump() throws IOException {
    Random random = new Random(11);
    StringBuilder text = new StringBuilder("when,flow,leak\n");
    for (int row = 0; row < 900; row++) {
      boolean leak = row >= 700 && row < 720;
      double flow = 30 + 5 * Math.sin(row * Math.PI / 10) + 0.3 * random.nextGaussian();
      text.append(
          String.format(Locale.ROOT, "r%d,%.4f,%d%n", row, leak ? flow - 8 : flow, leak ? 1 : 0));
    }
    return Files.writeString(folder.resolve("pump.csv"), text);
  }

  @Test
  void faultsOfAGeneratedSeriesAreFound() throws Exception {
    JsonNode figures = run("train anomaly --hidden 4 --epochs 1 --json --out " + path("m")).json();
    assertThat(figures.get("precision").doubleValue()).isGreaterThanOrEqualTo(0.9);
    assertThat(figures.get("recall").doubleValue()).isGreaterThanOrEqualTo(0.9);
    assertThat(figures.get("delay").doubleValue()).isBetween(0.0, 3.0);
    assertThat(figures.get("faults").intValue()).isEqualTo(20);
    assertThat(figures.get("three_sigma_recall").doubleValue()).isLessThan(0.9);
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    assertThat(run("verify " + path("m")).code()).isZero();
  }

  @Test
  void aLeakIsMarkedAndScored() throws Exception {
    Path pump = pump();
    String data = " --data " + pump + " --column flow";
    Result trained =
        run("train anomaly --hidden 4 --epochs 1 --window 24 --out " + path("m") + data);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("precision").contains("the three-sigma rule");
    String model = " --model " + path("m");
    List<String> rows = run("predict" + model + " --input " + pump).out().lines().toList();
    assertThat(rows.getFirst()).isEqualTo("row,flow,forecast,low,high,anomaly");
    assertThat(rows).hasSize(1 + 900 - 24);
    List<String> marked = rows.stream().filter(row -> row.endsWith(",1")).toList();
    assertThat(marked.getFirst()).startsWith("701,");
    assertThat(marked).hasSizeBetween(18, 30);
    String json = run("predict --json" + model + " --input " + pump).out();
    JsonNode first = Cli.parse(json.lines().findFirst().orElseThrow());
    assertThat(first.get("row").intValue()).isEqualTo(25);
    assertThat(first.get("anomaly").booleanValue()).isFalse();
    String labelled = "evaluate --json --labels leak --picture " + path("p.png") + model;
    JsonNode figures = run(labelled + " --data " + pump).json();
    assertThat(figures.get("faults").intValue()).isEqualTo(1);
    assertThat(figures.get("recall").doubleValue()).isEqualTo(1);
    assertThat(figures.get("delay").doubleValue()).isZero();
    assertThat(ImageIO.read(folder.resolve("p.png").toFile()).getHeight()).isGreaterThan(300);
    assertThat(run(labelled + " --faults 3 --data " + pump).refusal())
        .contains("--labels")
        .contains("--faults");
    JsonNode injected = run("evaluate --json" + model + " --data " + pump).json();
    assertThat(injected.get("faults").intValue()).isEqualTo(20);
  }

  @Test
  void aRunThatWasStoppedGoesOnToTheSameBits() throws Exception {
    String small = " --hidden 3 --epochs 2 --window 24 --checkpoint-every 7 --column flow --data ";
    run("train anomaly --out " + path("m") + small + pump());
    List<String> expected = run("inspect --json " + path("m")).tensors();
    Files.copy(folder.resolve("m.checkpoint.previous"), folder.resolve("again.checkpoint"));
    Result again = run("train anomaly --resume " + path("again.checkpoint"));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(run("inspect --json " + path("again")).tensors()).isEqualTo(expected);
  }

  @Test
  void refusesWhatCannotBeUsed() throws Exception {
    assertThat(run("train anomaly --also x --out " + path("m")).refusal())
        .contains("expected --data with --also");
    assertThat(run("train anomaly --data " + pump()).refusal()).contains("expected --column");
    Path few = Files.writeString(folder.resolve("few.csv"), "flow\n1\n2\n");
    assertThat(run("train anomaly --column flow --data " + few).refusal())
        .contains("expected at least 49 rows to train on");
    run(
        "train anomaly --hidden 2 --epochs 1 --out "
            + path("m")
            + " --column flow --data "
            + pump());
    assertThat(run("predict --model " + path("m") + " --input " + few).refusal())
        .contains("expected more than 48 rows, the model's window, but")
        .contains("has 2");
    assertThat(run("evaluate --model " + path("m") + " --data " + few).refusal())
        .contains("expected more than 48 rows");
  }
}

package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.training.TrainingEvent;
import dev.comporta.view.CurvePicture.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The curve of many updates has the mean of each part, and train writes it. */
class LearningCurveTest {
  @Test
  void pointsOfALongTrainingAreMeans() {
    LearningCurve curve = new LearningCurve();
    int steps = 16_000;
    for (int step = 1; step <= steps; step++) {
      curve.on(new TrainingEvent.Stepped(step, 0, 3.0 * step, 1, 0.1, 4));
    }
    assertThat(curve.training()).hasSizeBetween(LearningCurve.MOST / 2, LearningCurve.MOST);
    for (Point point : curve.training()) {
      assertThat(point.loss()).isCloseTo(3 * point.step(), within(1e-6));
    }
    assertThat(curve.training().getLast().step()).isGreaterThan(steps - 32);
    assertThat(curve.training().getFirst().step()).isLessThan(32);
  }

  @Tag("full")
  @Test
  void trainDrawsIt(@TempDir Path folder) throws Exception {
    String train = "train adding --length 6 --hidden 4 --steps 5 --threads 1 --out ";
    String out = folder.resolve("m").toString();
    Path picture = folder.resolve("curve.png");
    assertThat(Cli.run((train + out + " --picture " + picture).split(" ")).code()).isZero();
    assertThat(Files.readAllBytes(picture)).startsWith(0x89, 'P', 'N', 'G');
    assertThat(
            Cli.run((train + out + " --picture " + folder.resolve("c.gif")).split(" ")).refusal())
        .contains("--picture expected a file that ends in .html or .png");
    assertThat(
            Cli.run((train + out + " --picture " + folder.resolve("n/c.png")).split(" ")).refusal())
        .contains("--picture");
    String several = "train adding --seeds 2 --steps 1 --picture " + picture;
    assertThat(Cli.run(several.split(" ")).refusal())
        .contains("--picture goes with a single run, without --seeds, --folds and --backtest");
  }
}

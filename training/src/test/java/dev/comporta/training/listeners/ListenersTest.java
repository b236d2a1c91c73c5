package dev.comporta.training.listeners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingEvent.Stepped;
import dev.comporta.training.TrainingEvent.Validated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {
  @TempDir Path folder;

  private static Stepped stepped(long step) {
    return new Stepped(step, 0, 1.0 / step, 0.1, 1e-3, 20);
  }

  // ---- CSV

  @Test
  void aTableHasARowForEachUpdateAndValidation() throws IOException {
    Path path = folder.resolve("log.csv");
    Files.writeString(path, "of another run\n");
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(0, 3, 2));
      csv.on(stepped(1));
      csv.on(stepped(3));
      csv.on(new Validated(3, 1, Double.NaN));
      assertThat(Files.readAllLines(path))
          .containsExactly(
              "event,step,epoch,loss,gradient_norm,learning_rate,timesteps",
              "train,1,0,1.0,0.1,0.001,20",
              "train,3,0,0.3333333333333333,0.1,0.001,20",
              "validation,3,1,NaN,,,");
      csv.on(new TrainingEvent.Finished(3));
    }
  }

  @Test
  void aResumedTrainingDropsTheRowsThatComeAgain() throws IOException {
    Path path = folder.resolve("log.csv");
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(0, 9, 2));
      for (long step = 1; step <= 4; step++) {
        csv.on(stepped(step));
      }
    }
    Files.writeString(path, Files.readString(path) + "train,5,0,0.2"); // cut by a kill
    try (CsvListener csv = new CsvListener(path)) {
      csv.on(new TrainingEvent.Started(2, 9, 2));
      csv.on(stepped(3));
    }
    List<String> lines = Files.readAllLines(path);
    assertThat(lines).hasSize(4);
    assertThat(lines.stream().skip(1).map(line -> line.split(",", -1)[1]))
        .containsExactly("1", "2", "3");
  }

  @Test
  void aFileThatIsNoTableOfThisKindIsNotTouched() throws IOException {
    Path path = folder.resolve("log.csv");
    Files.writeString(path, "a,b\n1,2\n");
    try (CsvListener csv = new CsvListener(path)) {
      assertThatThrownBy(() -> csv.on(new TrainingEvent.Started(2, 9, 2)))
          .isInstanceOf(ComportaException.class)
          .hasMessageContaining("has a line 1 that no training wrote");
    }
    assertThat(Files.readString(path)).isEqualTo("a,b\n1,2\n");
    try (CsvListener csv = new CsvListener(folder.resolve("absent").resolve("log.csv"))) {
      assertThatThrownBy(() -> csv.on(new TrainingEvent.Started(0, 9, 2)))
          .isInstanceOf(ComportaException.class)
          .hasMessageStartingWith("cannot write");
    }
  }

  // ---- Early stopping

  private static long stopsAfter(EarlyStopping rule, double... losses) {
    for (int i = 0; i < losses.length; i++) {
      rule.on(stepped(i + 1));
      rule.on(new Validated(i + 1, i, losses[i]));
      if (rule.getAsBoolean()) {
        return i + 1;
      }
    }
    return -1;
  }

  @Test
  void stopsWhenPatienceIsUsedUp() {
    assertThat(stopsAfter(new EarlyStopping(2, 0), 3, 2, 2, 1, 1.5, 1)).isEqualTo(6);
    assertThat(stopsAfter(new EarlyStopping(2, 0.5), 3, 2.6, 2.5, 1)).isEqualTo(3);
    assertThat(stopsAfter(new EarlyStopping(1, 0), 3, 2, 1, 0)).isEqualTo(-1);
    assertThat(stopsAfter(new EarlyStopping(3, 0), Double.NaN, Double.NaN, Double.NaN))
        .isEqualTo(3);
    EarlyStopping rule = new EarlyStopping(2, 0);
    assertThat(rule.best()).isInfinite();
    stopsAfter(rule, 3, 2, 2.5);
    assertThat(rule.best()).isEqualTo(2);
  }

  @Test
  void aResumedRuleCountsOn() {
    EarlyStopping rule = new EarlyStopping(2, 0).resume(3, 2, 2.5);
    assertThat(rule.getAsBoolean()).isFalse();
    assertThat(stopsAfter(rule, 2.25)).isEqualTo(1);
    assertThatThrownBy(() -> new EarlyStopping(0, 0)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new EarlyStopping(1, Double.NaN))
        .isInstanceOf(InvalidOptionException.class);
  }

  // ---- Averages

  private static Parameters parameters() {
    return new Parameters(List.of(ParameterSpec.bias("b", 2)));
  }

  private static void update(Parameters parameters, ParameterAverage average, long step) {
    parameters.values()[0] = step;
    parameters.values()[1] = -step * step;
    average.on(stepped(step));
  }

  @Test
  void equalWeightsGiveTheMean() {
    Parameters parameters = parameters();
    ParameterAverage average = ParameterAverage.equal(parameters, 3, 2);
    for (long step = 1; step <= 8; step++) {
      update(parameters, average, step);
    }
    assertThat(average.count()).isEqualTo(3); // after 3, 5 and 7
    assertThat(average.values()).containsExactly(new float[] {5, -83 / 3f}, within(1e-5f));
  }

  @Test
  void exponentialWeightsFollowTheirFormula() {
    Parameters parameters = parameters();
    ParameterAverage average = ParameterAverage.exponential(parameters, 0.75);
    double a = 1;
    for (long step = 1; step <= 20; step++) {
      update(parameters, average, step);
      a = step == 1 ? 1 : 0.75 * a + 0.25 * step;
    }
    assertThat((double) average.values()[0]).isCloseTo(a, within(1e-5));
  }

  @Test
  void theAverageTakesThePlaceOfTheParametersAndGivesItBack() {
    Parameters parameters = parameters();
    ParameterAverage average = ParameterAverage.equal(parameters, 1, 1);
    average.swap();
    assertThat(parameters.values()).as("nothing to swap yet").containsExactly(0, 0);
    update(parameters, average, 1);
    update(parameters, average, 3);
    long version = parameters.version();
    average.swap();
    assertThat(parameters.values()).containsExactly(2, -5);
    assertThat(parameters.version()).isGreaterThan(version);
    assertThatThrownBy(() -> average.on(stepped(4))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(average::values).isInstanceOf(IllegalStateException.class);
    average.swap();
    assertThat(parameters.values()).containsExactly(3, -9);
  }

  @Test
  void aRestoredAverageGoesOnToTheSameBits() {
    Parameters parameters = parameters();
    ParameterAverage whole = ParameterAverage.exponential(parameters, 0.9);
    for (long step = 1; step <= 9; step++) {
      update(parameters, whole, step);
    }
    Parameters others = parameters();
    ParameterAverage first = ParameterAverage.exponential(others, 0.9);
    for (long step = 1; step <= 4; step++) {
      update(others, first, step);
    }
    ParameterAverage second = ParameterAverage.exponential(others, 0.9);
    second.restore(first.values(), first.count());
    for (long step = 5; step <= 9; step++) {
      update(others, second, step);
    }
    assertThat(second.values()).isEqualTo(whole.values());
    assertThatThrownBy(() -> second.restore(new float[3], 1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> ParameterAverage.exponential(others, 1))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> ParameterAverage.equal(others, 0, 1))
        .isInstanceOf(InvalidOptionException.class);
  }
}

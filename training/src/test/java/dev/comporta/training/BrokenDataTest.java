package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.BrokenDataException;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NaN, infinities and huge numbers in inputs and targets. */
class BrokenDataTest {
  private static final int TIMESTEPS = 5;
  private static final int ROWS = 3;
  private static final int FEATURES = 2;

  private final float[] inputs = numbers(TIMESTEPS * ROWS * FEATURES);
  private final float[] targets = numbers(TIMESTEPS * ROWS);
  private int[] lengths = {5, 2, 4};
  private int context;

  /** The second of two chunks holds the arrays of the test. */
  private final class Chunks implements ChunkSource {
    @Override
    public int rows() {
      return ROWS;
    }

    @Override
    public int chunks() {
      return 2;
    }

    @Override
    public Batch batch(int epoch, int index) {
      return BrokenDataTest.this.batch(
          index == 0 ? numbers(inputs.length) : inputs,
          index == 0 ? numbers(targets.length) : targets);
    }
  }

  private Batch batch(float[] x, float[] y) {
    return Batch.ofValues(TIMESTEPS, ROWS, FEATURES, x, lengths).targets(1, y).context(context);
  }

  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) Math.sin(i);
    }
    return numbers;
  }

  private static SequenceModel model(String activation) {
    SequenceModel model =
        SequenceModel.build(
            Spec.of("sequential")
                .with("input-size", FEATURES)
                .with(
                    "layers",
                    List.of(
                        Spec.of("dense").with("units", 3).with("activation", activation),
                        Spec.of("recurrent").with("cell", "gru").with("hidden", 4),
                        Spec.of("dense").with("units", 1))),
            SmallTraining.CATALOG);
    model.initialize(SmallTraining.CATALOG, new CounterRandom(1));
    return model;
  }

  private static ModelRunner runner(SequenceModel model, Execution execution) {
    return new ModelRunner(
        model, SmallTraining.CATALOG.backend("reference"), Workers.ALONE, execution);
  }

  private Trainer trainer(Execution execution, boolean validating) {
    SequenceModel model = model("relu");
    TrainingRules rules =
        new TrainingRules(
            SmallTraining.loss(Spec.of("mse")),
            SmallTraining.optimizer(Spec.of("adam")),
            SmallTraining.schedule(Spec.of("constant")),
            new Clipping.GlobalNorm(1));
    ChunkSource clean =
        new SeriesWindows(
            numbers(40), new SeriesWindows.Layout(2, 0, 1, 1), 0, 20, ROWS, new CounterRandom(1));
    return new Trainer(
        model,
        runner(model, execution),
        Workers.ALONE,
        rules,
        TrainingSettings.of(4).learningRate(0.01),
        validating ? clean : new Chunks(),
        validating ? new Chunks() : null);
  }

  private static int at(int timestep, int row) {
    return timestep * ROWS + row;
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void theMessageNamesThePlaceInTheInput(Execution execution) {
    for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      inputs[at(3, 2) * FEATURES + 1] = broken;
      assertThatThrownBy(trainer(execution, false)::train)
          .isInstanceOf(BrokenDataException.class)
          .hasMessage(
              "[batch] expected finite numbers but got "
                  + broken
                  + " in the input at timestep 3 of row 2 (number 1 of 2) of chunk 1 of epoch 0; fill in missing values or leave them out");
    }
  }

  @Test
  void theMessageNamesThePlaceInTheTarget() {
    targets[at(1, 1)] = Float.NaN;
    assertThatThrownBy(trainer(Execution.PLAN, false)::train)
        .isInstanceOf(BrokenDataException.class)
        .hasMessageContaining(
            "NaN in the target at timestep 1 of row 1 (number 0 of 1) of chunk 1");
    context = 2;
    targets[at(3, 0)] = Float.NaN;
    assertThatThrownBy(trainer(Execution.PLAN, false)::train)
        .hasMessageContaining("NaN in the target at timestep 3 of row 0");
  }

  @Test
  void whatStandsInPaddingOrIsNoTargetIsNeverBlamed() {
    inputs[at(4, 2) * FEATURES] = Float.NaN;
    inputs[at(2, 1) * FEATURES] = Float.POSITIVE_INFINITY;
    targets[at(3, 1)] = Float.NaN;
    targets[at(4, 2)] = Float.NaN;
    assertThat(trainer(Execution.PLAN, false).train().trainLoss()).isFinite();
    context = 2;
    targets[at(1, 0)] = Float.NaN;
    assertThat(trainer(Execution.PLAN, false).train().trainLoss()).isFinite();
    lengths = new int[] {5, 0, 4};
    inputs[at(0, 1) * FEATURES] = Float.NaN;
    assertThat(trainer(Execution.PLAN, false).train().trainLoss()).isFinite();
  }

  @Test
  void numbersWhoseSquaresOverflowAreBlamedWhereTheLossIsNotFinite() {
    targets[at(2, 0)] = 1e30f;
    assertThatThrownBy(trainer(Execution.PLAN, false)::train)
        .isInstanceOf(BrokenDataException.class)
        .hasMessage(
            "[batch] expected numbers that float32 arithmetic can square but got 1.0E30 in the target at timestep 2 of row 0 (number 0 of 1) of chunk 1 of epoch 0; scale the data, such as to mean 0 and standard deviation 1");
  }

  @Test
  void aModelThatIsMeasuredOrAskedRefusesThemToo() {
    inputs[at(0, 1) * FEATURES] = Float.NaN;
    List<TrainingState> kept = new ArrayList<>();
    Trainer trainer = trainer(Execution.PLAN, true).checkpoints(kept::add);
    ModelRunner runner = runner(model("tanh"), Execution.PLAN);
    assertThatThrownBy(
            () -> Evaluation.of(runner, SmallTraining.loss(Spec.of("mse")), new Chunks()))
        .isInstanceOf(BrokenDataException.class)
        .hasMessageContaining("NaN in the input at timestep 0 of row 1")
        .hasMessageContaining("of chunk 1 of the data to measure");
    assertThatThrownBy(() -> runner.predict(batch(inputs, targets), runner.newCarry(ROWS)))
        .hasMessageContaining("NaN in the input at timestep 0 of row 1");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void normalizationRefusesThemAndNamesThePlace(float broken) {
    float[] table = numbers(20);
    table[2 * 7 + 1] = broken;
    assertThatThrownBy(() -> Normalization.fit(table, 2, 10))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[normalization] expected finite numbers but got "
                + broken
                + " in row 7, column 1 (counted from 0); fill in missing values or leave them out");
    assertThat(Normalization.fit(table, 2, 7).means()).doesNotContain(Double.NaN);
  }

  @Test
  void aSeriesWithAGapIsBlamedAndNotTheLearningRate() {
    float[] series = numbers(60);
    series[59] = Float.NaN; // the target of the last window alone
    SequenceModel model =
        SequenceModel.build(
            Spec.of("sequential")
                .with("input-size", 1)
                .with(
                    "layers",
                    List.of(
                        Spec.of("recurrent").with("cell", "gru").with("hidden", 4),
                        Spec.of("pool-time").with("mode", "last"),
                        Spec.of("dense").with("units", 1))),
            SmallTraining.CATALOG);
    model.initialize(SmallTraining.CATALOG, new CounterRandom(1));
    Trainer trainer =
        new Trainer(
            model,
            runner(model, Execution.PLAN),
            Workers.ALONE,
            new TrainingRules(
                SmallTraining.loss(Spec.of("mse")),
                SmallTraining.optimizer(Spec.of("adam")),
                SmallTraining.schedule(Spec.of("constant")),
                new Clipping.GlobalNorm(1)),
            TrainingSettings.of(30).learningRate(0.01),
            new SeriesWindows(series, new SeriesWindows.Layout(1, 0, 8, 1), 0, 60, 16, null),
            null);
    assertThatThrownBy(trainer::train)
        .hasMessageContaining("NaN in the target at timestep 0 of row 3")
        .hasMessageContaining("chunk 3 of epoch 0");
  }
}

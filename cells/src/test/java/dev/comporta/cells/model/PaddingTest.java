package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.tensor.CounterRandom;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models with NaN in the padding. */
class PaddingTest {
  private static final int T = 4;
  private static final int B = 2;
  private static final int[] LENGTHS = {2, 4};

  /** The sum of squares of all values that are not padding. */
  private record Squares() implements Loss {
    @Override
    public Value of(Tensor output, Target target) {
      return new Value(output.square().sum(), 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void nanAtPaddingHasNoEffect(Execution execution) {
    Catalog catalog = Catalog.load();
    Spec spec =
        Spec.of("sequential")
            .with("input-size", 3)
            .with(
                "layers",
                List.of(
                    Spec.of("dense").with("units", 4).with("activation", "tanh"),
                    Spec.of("bidirectional").with("cell", "lstm").with("hidden", 3),
                    Spec.of("recurrent").with("cell", "gru").with("hidden", 3),
                    Spec.of("pool-time").with("mode", "mean")));
    SequenceModel model = SequenceModel.build(spec, catalog);
    float[] values = model.parameters().values();
    System.arraycopy(Problems.normal(values.length, 0.5, 5, "p"), 0, values, 0, values.length);
    model.parameters().changed();
    ModelRunner runner =
        new ModelRunner(model, catalog.backend("reference"), Workers.ALONE, execution);
    float[] clean = Problems.normal(T * B * 3, 1, 5, "x");
    float[] dirty = clean.clone();
    for (int i = 0; i < dirty.length; i++) {
      int t = i / 3 / B;
      int b = i / 3 % B;
      dirty[i] = t < LENGTHS[b] ? clean[i] : Float.NaN;
    }
    float[] expected = gradients(runner, clean);
    assertThat(expected).doesNotContain(Float.NaN);
    assertThat(gradients(runner, dirty)).isEqualTo(expected);
    assertThat(dirty).as("the caller's array is not touched").contains(Float.NaN);
  }

  private static float[] gradients(ModelRunner runner, float[] x) {
    Batch batch = Batch.ofValues(T, B, 3, x, LENGTHS).targets(3, new float[B * 3]);
    runner.train(batch, new Squares(), runner.newCarry(B), new CounterRandom(1));
    return runner.gradients().clone();
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void wrongLengthsAreReported(Execution execution) {
    Catalog catalog = Catalog.load();
    Spec spec =
        Spec.of("sequential")
            .with("input-size", 3)
            .with("layers", List.of(Spec.of("dense").with("units", 4)));
    ModelRunner runner =
        new ModelRunner(
            SequenceModel.build(spec, catalog),
            catalog.backend("reference"),
            Workers.ALONE,
            execution);
    assertThatThrownBy(() -> Batch.ofValues(T, B, 3, new float[T * B * 3], new int[] {2}))
        .isInstanceOf(ShapeException.class)
        .hasMessage("[batch] expected 2 lengths, one for each row, but got 1");
    int[] refilled = {T, T};
    Batch batch = Batch.ofValues(T, B, 3, new float[T * B * 3], refilled);
    refilled[1] = T + 1;
    assertThatThrownBy(() -> runner.predict(batch, runner.newCarry(B)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[sequence] expected lengths between 0 and %d timesteps but row 1 has %d"
                .formatted(T, T + 1));
  }
}

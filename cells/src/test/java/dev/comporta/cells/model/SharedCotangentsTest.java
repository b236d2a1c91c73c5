package dev.comporta.cells.model;

import static dev.comporta.cells.model.Models.dense;
import static dev.comporta.cells.model.Models.recurrent;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.RelativeError;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans of {@code sru} and {@code jordan} overwrite the cotangent of their output, unless the same
 * array is also the cotangent of another value.
 */
class SharedCotangentsTest {
  private static final int T = 5;
  private static final int B = 4;
  private static final int I = 3;
  private static final int H = 17;
  private static final int[] LENGTHS = {5, 0, 2, 4};

  private static final Loss LOSS =
      (prediction, target) ->
          new Loss.Value(
              prediction.times(prediction).times(0.5f).plus(prediction.times(0.3f)).sum(), 1);

  private static Spec residual(Spec... layers) {
    return Spec.of("residual").with("layers", List.of(layers));
  }

  static Stream<Arguments> stacks() {
    return Stream.of("sru", "jordan")
        .flatMap(cell -> {
          Spec layer = recurrent(cell, H);
          Spec reversed = layer.with("reverse", true);
          Spec bidirectional =
              Spec.of("bidirectional").with("cell", cell).with("hidden", H).with("merge", "sum");
          return Stream.of(
                  List.of(dense(H), layer),
                  List.of(dense(H), layer, dense(2)),
                  List.of(dense(H), residual(layer)),
                  List.of(dense(H), residual(layer, residual(reversed)), dense(2)),
                  List.of(dense(H), residual(layer), residual(layer)),
                  List.of(dense(H), bidirectional, bidirectional))
              .flatMap(
                  layers -> Stream.of(Arguments.of(layers, null), Arguments.of(layers, LENGTHS)));
        });
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void othersReadTheirCotangentUnchanged(List<Spec> layers, int @Nullable [] lengths) {
    double[] expected = exact(gradients(layers, lengths, Execution.DEFINITION));
    float[] got = gradients(layers, lengths, Execution.PLAN);
    RelativeError.require("gradients", got, expected, RelativeError.GRADIENT);
  }

  private static double[] exact(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static float[] gradients(
      List<Spec> layers, int @Nullable [] lengths, Execution execution) {
    SequenceModel model = Models.onFeatures(I, layers.toArray(Spec[]::new));
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend("simd"), Workers.ALONE, execution);
    float[] x = Problems.normal(T * B * I, 1, 3, "x");
    Batch batch = Batch.ofValues(T, B, I, x, lengths).targets(1, new float[T * B]);
    runner.train(batch, LOSS, runner.newCarry(B), new CounterRandom(1));
    return runner.gradients().clone();
  }
}

package dev.comporta.cells.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.CellSpecs;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares plan and definition for every cell of the catalog: values and gradients agree up to
 * rounding.
 */
@Tag("lanes")
class PlanAgainstDefinitionTest {
  private static final Catalog CATALOG = Catalog.load();

  /** Half the squared distance, so that the cotangent is the prediction's error. */
  private static final Loss LOSS =
      (prediction, target) -> {
        Tensor error = prediction.minus(target.values());
        return new Loss.Value(error.times(error).sum().times(0.5f), 1);
      };

  private record Sizes(int timesteps, int batch, int input, int hidden, int @Nullable [] lengths) {
    @Override
    public String toString() {
      return "T %d, B %d, I %d, H %d%s"
          .formatted(timesteps, batch, input, hidden, lengths == null ? "" : ", ragged");
    }
  }

  static Stream<Arguments> cells() {
    List<Sizes> sizes =
        List.of(
            new Sizes(1, 1, 1, 1, null),
            new Sizes(4, 3, 5, 7, null),
            new Sizes(5, 9, 17, 33, null),
            new Sizes(2, 45, 4, 48, null), // several blocks of a tile, the last one smaller
            new Sizes(6, 5, 3, 16, new int[] {2, 6, 0, 5, 1}));
    List<Arguments> all = new ArrayList<>();
    for (String backend : CATALOG.names(Kind.BACKEND)) {
      for (String cell : CATALOG.names(Kind.CELL)) {
        for (Sizes size : sizes) {
          for (boolean reverse : new boolean[] {false, true}) {
            all.add(Arguments.of(backend, cell, size, reverse));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}: {1}, {2}, reverse {3}")
  @MethodSource("cells")
  void planMatchesTheDefinition(String backend, String cell, Sizes sizes, boolean reverse) {
    Result plan = run(backend, cell, sizes, reverse, Execution.PLAN, false);
    Result definition = run(backend, cell, sizes, reverse, Execution.DEFINITION, false);
    Supplier<Result> neighbour =
        () -> run(backend, cell, sizes, reverse, Execution.DEFINITION, true);

    require("gradients", plan, definition, neighbour, Result::gradients, RelativeError.GRADIENT);
    for (String part : plan.state.keySet()) {
      require(part, plan, definition, neighbour, it -> it.state.get(part), RelativeError.OUTPUT);
    }
    assertThat(plan.loss).isCloseTo(definition.loss, withPercentage(1e-3));
    require("predicted", plan, definition, neighbour, Result::predicted, RelativeError.OUTPUT);
  }

  private static void require(
      String what,
      Result plan,
      Result definition,
      Supplier<Result> neighbour,
      Function<Result, float[]> values,
      double limit) {
    RelativeError.require(
        what,
        values.apply(plan),
        exact(values.apply(definition)),
        limit,
        () -> exact(values.apply(neighbour.get())));
  }

  private static double[] exact(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private record Result(
      double loss, float[] gradients, Map<String, float[]> state, float[] predicted) {}

  private static Result run(
      String backendName,
      String cell,
      Sizes sizes,
      boolean reverse,
      Execution execution,
      boolean neighbour) {
    TensorBackend backend = CATALOG.backend(backendName);
    Spec recurrent =
        Spec.of("recurrent")
            .with("cell", CellSpecs.small(cell))
            .with("hidden", sizes.hidden())
            .with("reverse", reverse);
    Spec spec =
        Spec.of("sequential")
            .with("input-size", sizes.input())
            .with("layers", List.of(recurrent, recurrent));
    SequenceModel model = SequenceModel.build(spec, CATALOG);
    for (ParameterSpec parameter : model.parameterSpecs()) {
      int offset = model.parameters().get(parameter.name()).offset();
      var stream = new CounterRandom(3).stream(parameter.name());
      for (int i = 0; i < parameter.shape().count(); i++) {
        model.parameters().values()[offset + i] =
            0.8f / (float) Math.sqrt(sizes.hidden()) * (float) stream.normal(i);
      }
    }
    if (neighbour) {
      float[] own = model.parameters().values();
      float[] moved = Problem.neighbours(own, new CounterRandom(1), "parameters");
      System.arraycopy(moved, 0, own, 0, own.length);
    }
    ModelRunner runner = new ModelRunner(model, backend, Workers.ALONE, execution);
    float[] values = normal("x", sizes.timesteps() * sizes.batch() * sizes.input());
    float[] targets = normal("y", sizes.timesteps() * sizes.batch() * model.outputSize());
    clearPadding(targets, sizes, model.outputSize());
    Batch batch =
        Batch.ofValues(sizes.timesteps(), sizes.batch(), sizes.input(), values, sizes.lengths())
            .targets(model.outputSize(), targets);
    Carry carry = runner.newCarry(sizes.batch());
    carry.parts().forEach((name, part) -> fill(name, part));
    ModelRunner.LossResult loss = runner.train(batch, LOSS, carry, new CounterRandom(5));
    float[] predicted = runner.predict(batch, runner.newCarry(sizes.batch()));
    return new Result(loss.sum(), runner.gradients().clone(), carry.parts(), predicted);
  }

  private static void clearPadding(float[] targets, Sizes sizes, int width) {
    if (sizes.lengths() == null) {
      return;
    }
    for (int t = 0; t < sizes.timesteps(); t++) {
      for (int b = 0; b < sizes.batch(); b++) {
        if (t >= sizes.lengths()[b]) {
          int at = (t * sizes.batch() + b) * width;
          Arrays.fill(targets, at, at + width, 0);
        }
      }
    }
  }

  private static float[] normal(String name, int count) {
    float[] values = new float[count];
    fill(name, values);
    return values;
  }

  private static void fill(String name, float[] values) {
    var stream = new CounterRandom(11).stream(name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) stream.normal(i);
    }
  }
}

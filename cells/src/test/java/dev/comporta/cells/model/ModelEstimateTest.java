package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.explain.CellDescription;
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.cells.explain.MemoryPrediction;
import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.cells.explain.PlanDescription.MergedProducts;
import dev.comporta.cells.explain.TrainingDescription;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.WorkerPool;
import dev.comporta.testkit.CellSpecs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the estimate of a training step with the actual memory of a runner. */
class ModelEstimateTest {
  private static final Catalog CATALOG = Catalog.load();

  private static final Loss LOSS =
      (prediction, target) ->
          new Loss.Value(
              prediction.apply(new Op.CrossEntropy(target.labels())).sum(),
              prediction.shape().rows());

  private record Sizes(
      Spec cell, int layers, int hidden, int timesteps, int batch, int @Nullable [] lengths) {
    @Override
    public String toString() {
      return "%s %d x %d, T %d, B %d%s"
          .formatted(cell.name(), layers, hidden, timesteps, batch, lengths == null ? "" : " cut");
    }
  }

  private static Spec spec(Sizes sizes) {
    List<Spec> layers = new ArrayList<>();
    layers.add(Spec.of("embedding").with("vocabulary", 98).with("size", 64));
    layers.add(Spec.of("dropout").with("rate", 0.1));
    for (int i = 0; i < sizes.layers(); i++) {
      layers.add(Spec.of("recurrent").with("cell", sizes.cell()).with("hidden", sizes.hidden()));
    }
    layers.add(Spec.of("bidirectional").with("cell", sizes.cell()).with("hidden", sizes.hidden()));
    layers.add(Spec.of("dense").with("units", 98));
    return Spec.of("sequential").with("layers", layers);
  }

  static Stream<Arguments> sizes() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : CATALOG.names(Kind.BACKEND)) {
      for (Execution execution : Execution.values()) {
        for (String cell : CATALOG.names(Kind.CELL)) {
          all.add(
              Arguments.of(
                  backend, execution, new Sizes(CellSpecs.small(cell), 1, 20, 7, 9, null)));
          all.add(
              Arguments.of(
                  backend,
                  execution,
                  new Sizes(CellSpecs.small(cell), 1, 33, 6, 5, new int[] {2, 6, 0, 5, 1})));
        }
      }
    }
    for (Spec cell :
        List.of(Spec.of("lstm"), Spec.of("gru"), Spec.of("lstm").with("recurrent-dropout", 0.3))) {
      Sizes standard = new Sizes(cell, 1, 128, 64, 16, null);
      all.add(Arguments.of("simd", Execution.PLAN, standard));
      all.add(Arguments.of("simd", Execution.DEFINITION, standard));
      all.add(Arguments.of("simd", Execution.PLAN, new Sizes(cell, 2, 256, 48, 8, null)));
      all.add(
          Arguments.of(
              "simd",
              Execution.PLAN,
              new Sizes(cell, 1, 128, 40, 6, new int[] {40, 3, 22, 31, 0, 17})));
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}, by {1}: {2}")
  @MethodSource("sizes")
  void theEstimateMatchesTheRunner(String name, Execution execution, Sizes sizes) {
    TensorBackend backend = CATALOG.backend(name);
    Spec spec = spec(sizes);
    EstimatedChunk chunk =
        EstimatedChunk.training(sizes.timesteps(), sizes.batch()).withLengths(sizes.lengths());
    MemoryPrediction estimate = estimate(spec, execution, chunk, backend).memory();

    SequenceModel model = SequenceModel.build(spec, CATALOG);
    try (WorkerPool workers = new WorkerPool(2)) {
      ModelRunner runner = new ModelRunner(model, backend, workers, execution);
      Ids ids =
          new Ids(sizes.timesteps(), sizes.batch(), new int[sizes.timesteps() * sizes.batch()]);
      Batch batch = Batch.ofIds(ids, sizes.lengths()).labels(ids);
      Carry carry = runner.newCarry(sizes.batch());
      for (int step = 0; step < 3; step++) {
        runner.train(batch, LOSS, carry, new CounterRandom(step));
      }
      assertThat(estimate.parameters()).isEqualTo(model.parameters().count());
      assertThat(estimate.stepWorkspace()).isEqualTo(runner.tape().workspace().peak());
      assertThat(estimate.parameters() + estimate.activations() - estimate.scratch())
          .isEqualTo(runner.heldFloats() + floats(carry));
    }
  }

  static Stream<Arguments> cells() {
    return CATALOG.names(Kind.CELL).stream()
        .flatMap(cell ->
            Arrays.stream(Execution.values())
                .map(execution ->
                    Arguments.of(
                        "simd", execution, new Sizes(CellSpecs.small(cell), 1, 36, 8, 5, null))));
  }

  /** Evaluations with more rows than a training step, and a last chunk of ragged rows. */
  @ParameterizedTest(name = "{0}, by {1}: {2}")
  @MethodSource("cells")
  void theEstimateCoversAWholeTrainingRun(String name, Execution execution, Sizes sizes) {
    TensorBackend backend = CATALOG.backend(name);
    Spec spec = spec(sizes);
    int rows = sizes.batch();
    int[] ragged = new int[rows];
    Arrays.setAll(ragged, row -> sizes.timesteps() - row % 2);
    List<EstimatedChunk> chunks =
        List.of(
            EstimatedChunk.training(sizes.timesteps(), rows),
            EstimatedChunk.training(sizes.timesteps(), rows).withLengths(ragged),
            EstimatedChunk.evaluation(sizes.timesteps() + 3, 3 * rows),
            EstimatedChunk.evaluation(2, 3 * rows).withLengths(new int[3 * rows]));
    TrainingDescription description =
        ModelEstimate.of(
            spec,
            CATALOG,
            LOSS,
            new EstimateSettings(
                chunks.getFirst(), chunks.subList(1, 4), 0, 2, execution, 2, backend));
    MemoryPrediction estimate = description.memory();

    SequenceModel model = SequenceModel.build(spec, CATALOG);
    try (WorkerPool workers = new WorkerPool(2)) {
      ModelRunner runner = new ModelRunner(model, backend, workers, execution);
      Carry carry = runner.newCarry(rows);
      Carry measured = runner.newCarry(3 * rows);
      long held = 0;
      for (int epoch = 0; epoch < 2; epoch++) {
        for (EstimatedChunk chunk : chunks) {
          Ids ids =
              new Ids(chunk.timesteps(), chunk.batch(), new int[chunk.timesteps() * chunk.batch()]);
          Batch batch = Batch.ofIds(ids, chunk.lengths()).labels(ids);
          if (chunk.training()) {
            runner.train(batch, LOSS, carry, new CounterRandom(epoch));
          } else {
            runner.evaluate(batch, LOSS, measured);
          }
          held = Math.max(held, runner.heldFloats());
        }
      }
      assertThat(Math.max(estimate.stepWorkspace(), estimate.evaluationWorkspace()))
          .isEqualTo(runner.tape().workspace().peak());
      assertThat(estimate.workspaceHeld()).isEqualTo(runner.tape().workspace().capacity());
      assertThat(estimate.parameters() + estimate.activations() - estimate.scratch())
          .isEqualTo(held + floats(carry) + floats(measured));
    }
    assertThat(description.layers().stream().mapToLong(LayerDescription::workspace).sum())
        .isPositive()
        .isLessThan(estimate.stepWorkspace());
    assertThat(sum(description, LayerDescription::forwardOperations))
        .isLessThan(description.forwardOperations());
    assertThat(sum(description, LayerDescription::backwardOperations))
        .isLessThan(description.backwardOperations());
  }

  private static double sum(
      TrainingDescription description, ToDoubleFunction<LayerDescription> figure) {
    return description.layers().stream().mapToDouble(figure).sum();
  }

  private static long floats(Carry carry) {
    return carry.parts().values().stream().mapToLong(part -> part.length).sum();
  }

  private static TrainingDescription estimate(
      Spec spec, Execution execution, EstimatedChunk chunk, TensorBackend backend) {
    return ModelEstimate.of(
        spec, CATALOG, LOSS, new EstimateSettings(chunk, List.of(), 0, 2, execution, 2, backend));
  }

  @Test
  void operationsOfAnLstmMatchAManualCount() {
    int in = 5;
    int h = 7;
    PlanDescription plan = plan("lstm", in, h);

    // x W for four gates before the loop, h U for four gates inside.
    assertThat(plan.forward().products()).isEqualTo(2.0 * (in + h) * 4 * h);
    // Bias of four gates, four gate functions, f * c + i * g (1 + 2), tanh(c), its product with o.
    assertThat(plan.forward().elementwise()).isEqualTo((4 + 4 + 3 + 1 + 1) * h);
    // dh = dgates U^T; dW and dU; dx = dgates W^T.
    assertThat(plan.backward().products())
        .isEqualTo(2.0 * 4 * h * h + 2.0 * (in + h) * 4 * h + 2.0 * in * 4 * h);
    assertThat(plan.hoisted())
        .containsExactly(
            new MergedProducts(
                "forward", "x", List.of("W", "W", "W", "W"), in, List.of(h, h, h, h), false));
    assertThat(plan.merged().getFirst())
        .isEqualTo(
            new MergedProducts(
                "forward",
                "h before the timestep",
                List.of("U", "U", "U", "U"),
                h,
                List.of(h, h, h, h),
                false));
  }

  @Test
  void operationsOfAWholeStepMatchAManualCount() {
    Spec spec =
        Spec.of("sequential")
            .with("input-size", 3)
            .with("layers", List.of(Spec.of("dense").with("units", 5)));
    TrainingDescription description =
        estimate(spec, Execution.PLAN, EstimatedChunk.training(2, 4), CATALOG.backend("reference"));
    int rows = 2 * 4;
    // x W, + b; the loss reads every logit, sums over rows, and is scaled by 1 / weight.
    assertThat(description.forwardOperations())
        .isEqualTo(2.0 * rows * 3 * 5 + rows * 5 + rows * 5 + rows + 1);
    assertThat(description.layers().getFirst().forwardOperations())
        .isEqualTo(2.0 * rows * 3 * 5 + rows * 5);
    assertThat(description.layers().getFirst().backwardOperations())
        .isEqualTo(rows * 5 + 5 + 2.0 * rows * 3 * 5);
    // 1 / weight; the gradient of the logits; the sum over rows for b; dW = x^T d; added to both.
    assertThat(description.backwardOperations())
        .isEqualTo(1 + rows * 5 + rows * 5 + 5 + 2.0 * rows * 3 * 5);
  }

  private static PlanDescription plan(String cell, int in, int hidden) {
    Spec recurrent = Spec.of("recurrent").with("cell", Spec.of(cell)).with("hidden", hidden);
    Spec spec =
        Spec.of("sequential")
            .with(
                "layers",
                List.of(Spec.of("embedding").with("vocabulary", 4).with("size", in), recurrent));
    CellDescription described =
        estimate(spec, Execution.PLAN, EstimatedChunk.training(3, 2), CATALOG.backend("reference"))
            .layers()
            .getLast()
            .cells()
            .getFirst();
    PlanDescription plan = described.plan();
    assertThat(plan).as(described.reason()).isNotNull();
    return Objects.requireNonNull(plan);
  }

  /** Its step reads values and therefore cannot be traced. */
  private record Branching() implements Cell {
    @Override
    public int inputSize() {
      return 3;
    }

    @Override
    public int outputSize() {
      return 3;
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", 3));
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      Tensor h = x.plus(state.get("h"));
      Tensor y = x.toArray()[0] > 0 ? h.tanh() : h;
      return new Step(y, CellState.of(java.util.Map.of("h", y)));
    }
  }

  @Test
  void aCellWithoutAPlanStatesTheReason() {
    TrainingDescription description =
        ModelEstimate.of(
            new ModelLayers(
                    Spec.of("sequential").with("input-size", 3),
                    List.of(),
                    List.of(new RecurrentLayer(new Branching(), false)))
                .outline(),
            LOSS,
            new EstimateSettings(
                EstimatedChunk.training(4, 2),
                List.of(),
                0,
                2,
                Execution.PLAN,
                1,
                CATALOG.backend("reference")));
    CellDescription cell = description.layers().getFirst().cells().getFirst();
    assertThat(cell.plan()).isNull();
    assertThat(cell.reason())
        .isEqualTo(
            "the step reads the values of a tensor (toArray), perhaps to branch on them; use Tensor.select instead");
    assertThat(description.memory().packed()).isZero();
    assertThat(description.memory().stepWorkspace()).isPositive();
  }

  @Test
  void executionByDefinitionIsAReasonToo() {
    Spec spec = spec(new Sizes(Spec.of("gru"), 1, 4, 2, 2, null));
    CellDescription cell =
        estimate(
                spec,
                Execution.DEFINITION,
                EstimatedChunk.training(2, 2),
                CATALOG.backend("reference"))
            .layers()
            .get(2)
            .cells()
            .getFirst();
    assertThat(cell.plan()).isNull();
    assertThat(cell.reason()).isEqualTo("plans are switched off");
  }
}

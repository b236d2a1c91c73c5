package dev.comporta.cells.plan;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.cells.plan.compile.Compiler;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.MemorySpec;
import dev.comporta.cells.plan.run.Memories;
import dev.comporta.cells.plan.run.PlanMatrices;
import dev.comporta.cells.plan.run.RowLayout;
import dev.comporta.cells.plan.run.SequenceRun;
import dev.comporta.cells.plan.run.TapeValues;
import dev.comporta.tensor.Tape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a cell: its step, traced and compiled to run whole sequences. A plan does not depend
 * on the number of timesteps or rows. It must be used by one runner only, because it keeps the
 * packed parameters.
 */
public final class CellPlan {
  private final Cell cell;
  private final Compiled compiled;
  private final List<MemorySpec> memories;
  private final PlanMatrices matrices;

  /** The values packed in {@link #matrices}, or null if unknown. */
  private @Nullable Packed packed;

  private CellPlan(Cell cell, Compiled compiled, List<MemorySpec> memories) {
    this.cell = cell;
    this.memories = memories;
    this.compiled = compiled;
    this.matrices = new PlanMatrices(compiled);
  }

  /**
   * Traces and compiles a step.
   *
   * @param cell the cell
   * @param training whether dropout is applied
   * @param backward whether gradients are needed
   * @return the plan
   * @throws dev.comporta.api.tensor.UntraceableException if no plan can be made, with the reason
   */
  public static CellPlan of(Cell cell, boolean training, boolean backward) {
    return of(cell, training, backward, Set.of(), List.of());
  }

  /**
   * Traces and compiles a step with observed values.
   *
   * @param cell the cell
   * @param training whether dropout is applied
   * @param backward whether gradients are needed
   * @param observed the requested names of {@link dev.comporta.api.cell.StepContext#observe};
   *     unknown names are ignored
   * @param memories the specifications of the memories that the step reads
   * @return the plan
   * @throws dev.comporta.api.tensor.UntraceableException if no plan can be made, with the reason
   */
  public static CellPlan of(
      Cell cell,
      boolean training,
      boolean backward,
      Set<String> observed,
      List<MemorySpec> memories) {
    return new CellPlan(
        cell, Compiler.compile(cell, training, backward, observed, memories), memories);
  }

  /**
   * The names of the values that can be observed.
   *
   * @return the names
   */
  public List<String> observable() {
    return compiled.observable();
  }

  /**
   * Identifies the packed values of parameters.
   *
   * @param prefix put before the names of the cell's parameters in the model: one cell may be part
   *     of several layers
   * @param version of the model's parameters
   */
  public record Packed(String prefix, long version) {}

  /**
   * Runs the plan over a batch of sequences.
   *
   * @param tape the tape for results and gradients
   * @param parameters the cell's parameters by name
   * @param random the random stream for dropout
   * @param input features with lengths
   * @param initial the state before the first timestep
   * @param reverse whether to run from the last timestep of each row to its first
   * @param given the memories by name
   * @param wanted identifies the parameters' values, so that they are packed once for many runs;
   *     null to pack them for this run, for instance if they are masked
   * @param observer receives the observed values {@code [T, B, n]} by name, zeros at padding
   * @return outputs (zeros at padding) and the state after the last timestep of each row
   */
  public Layer.Output run(
      Tape tape,
      Function<String, Tensor> parameters,
      RandomSource random,
      Sequence input,
      CellState initial,
      boolean reverse,
      Map<String, Memory> given,
      @Nullable Packed wanted,
      BiConsumer<String, float[]> observer) {
    RowLayout rows = new RowLayout(input.timesteps(), input.batch(), input.lengths(), reverse);
    Memories remembered = new Memories(tape, memories, given, rows);
    TapeValues values = new TapeValues(tape, parameters, input.values(), rows, random, remembered);
    SequenceRun run =
        new SequenceRun(compiled, matrices, cell.state(), tape, rows, values, remembered.reach());
    boolean pack = wanted == null || !wanted.equals(packed);
    packed = pack ? null : packed; // a run that fails may have packed some
    Layer.Output output = run.forward(input, initial, pack);
    packed = wanted;
    compiled.observed().forEach((name, place) -> observer.accept(name, run.observed(place)));
    return output;
  }

  /**
   * Describes the plan.
   *
   * @param inputGradient whether the gradient of the input is computed
   * @return the description
   */
  public PlanDescription describe(boolean inputGradient) {
    return compiled.describe(inputGradient);
  }

  /**
   * The current size of the packed matrices.
   *
   * @return the number of floats, including padding
   */
  public long packedFloats() {
    return matrices.floats();
  }
}

package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.explain.CellDescription;
import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.tensor.Tape;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs a cell over all timesteps of a batch. */
interface Unroller {
  /**
   * Returns the outputs at every timestep (zeros at padding) and the state after the last timestep
   * of each row.
   */
  Layer.Output unroll(Cell cell, Run run);

  /** Describes how {@link #unroll} runs the cell. */
  CellDescription describe(Cell cell, Run run);

  /** Describes a cell of a run. */
  static CellDescription describe(
      Cell cell, Run run, @Nullable PlanDescription plan, String reason) {
    return new CellDescription(
        StepShapes.label(cell), cell.inputSize(), cell.outputSize(), run.reverse(), plan, reason);
  }

  /**
   * Sets the version of the parameters for the following runs, so that values derived from
   * parameters only are computed once per version.
   */
  default void parametersAt(long version) {}

  /** The floats of packed matrices that are kept from run to run. */
  default long packedFloats() {
    return 0;
  }

  static Unroller of(Execution execution) {
    return switch (execution) {
      case PLAN -> new PlanUnroller();
      case DEFINITION -> new DefinitionUnroller();
    };
  }

  /**
   * The arguments of one run.
   *
   * @param tape where it computes
   * @param owner the layer that the cell belongs to, in the model
   * @param prefix put before the names of the cell's parameters in that layer
   * @param parameters the layer's parameters by name
   * @param training whether dropout is applied
   * @param random the random stream of this layer and step
   * @param input features with lengths
   * @param initial the state before the first timestep
   * @param reverse whether to run from the last timestep of each row to its first
   * @param memories the memories by name
   * @param observation collects the observed values, or null if none are requested
   * @param observedPrefix the prefix of the names of the cell's observed values
   */
  record Run(
      Tape tape,
      String owner,
      String prefix,
      Function<String, Tensor> parameters,
      boolean training,
      RandomSource random,
      Sequence input,
      CellState initial,
      boolean reverse,
      Map<String, Memory> memories,
      @Nullable Observation observation,
      String observedPrefix) {}
}

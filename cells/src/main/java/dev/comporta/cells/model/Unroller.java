package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.Tape;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs a cell over all timesteps of a batch. */
interface Unroller {
  /**
   * Outputs at every timestep (zeros at padding) and the state after the last timestep of each row.
   */
  Layer.Output unroll(Cell cell, Run run);

  /**
   * Tells the version of the parameters that the next runs see, so that what was made of them alone
   * is made once for each version.
   */
  default void parametersAt(long version) {}

  /** Floats of packed matrices held from run to run. */
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
   * What one run works on.
   *
   * @param tape where it computes
   * @param owner the layer that the cell belongs to, in the model
   * @param prefix put before the names of the cell's parameters in that layer
   * @param parameters the layer's parameters by name
   * @param training whether masks are drawn
   * @param random this layer's stream for this step
   * @param input features with lengths
   * @param initial the state before the first timestep
   * @param reverse from the last timestep of each row to its first
   * @param memories what stays the same for the whole sequence, by name
   * @param observation the values that a caller asked for, or null if for none
   * @param observedPrefix put before the names of the cell's observed values
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

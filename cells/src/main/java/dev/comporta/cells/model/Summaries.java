package dev.comporta.cells.model;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.List;

/** Summary vectors of source sequences. */
final class Summaries {
  private Summaries() {}

  /** The concatenated parts of a state. */
  static Tensor joined(List<StateSpec> parts, CellState state) {
    Tensor first = state.get(parts.getFirst().name());
    if (parts.size() == 1) {
      return first;
    }
    Tensor[] others =
        parts.subList(1, parts.size()).stream()
            .map(part -> state.get(part.name()))
            .toArray(Tensor[]::new);
    return first.concat(-1, others);
  }

  /** The mean over the positions of each row that are not padding; zeros for an empty row. */
  static Tensor mean(Tape tape, Sequence sequence) {
    Tensor values = sequence.values(); // [S, B, K]
    int positions = sequence.timesteps();
    int batch = sequence.batch();
    int[] lengths = sequence.lengths();
    TapeTensor weights = tape.filled(Shape.of(positions, batch, 1), 0);
    for (int row = 0; row < batch && tape.computes(); row++) {
      int length = lengths == null ? positions : lengths[row];
      for (int s = 0; s < length; s++) {
        weights.data()[weights.offset() + s * batch + row] = 1f / length;
      }
    }
    return weights
        .select(values.times(weights), values.constant(Shape.of(), 0))
        .sum(0)
        .reshape(batch, values.shape().size(2));
  }
}

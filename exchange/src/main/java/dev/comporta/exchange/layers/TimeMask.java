package dev.comporta.exchange.layers;

import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lengths as numbers to compute with. */
final class TimeMask {
  private TimeMask() {}

  /** {@code [T, B, 1]}, 1 at timesteps and 0 at padding; null if no row is padded. */
  static @Nullable Tensor of(Sequence input) {
    int[] lengths = input.lengths();
    if (lengths == null) {
      return null;
    }
    int batch = input.batch();
    int[] rows = new int[input.timesteps() * batch];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i / batch < lengths[i % batch] ? 1 : 0;
    }
    Tensor x = input.values();
    Tensor table = x.constant(Shape.of(1, 1), 0).concat(0, x.constant(Shape.of(1, 1), 1)); // [2, 1]
    return table.gather(new Ids(input.timesteps(), batch, rows));
  }

  /** Both masks, of which either may be null. */
  static @Nullable Tensor both(@Nullable Tensor a, @Nullable Tensor b) {
    return a == null ? b : b == null ? a : a.times(b);
  }

  /** The lengths of a result of one timestep for each row. */
  static int @Nullable [] one(Sequence input) {
    int[] lengths = input.lengths();
    return lengths == null ? null : Arrays.stream(lengths).map(n -> Math.min(n, 1)).toArray();
  }
}

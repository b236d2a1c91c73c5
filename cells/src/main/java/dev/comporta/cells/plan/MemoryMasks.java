package dev.comporta.cells.plan;

import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.Arrays;

/** The lengths of memories as masks. */
public final class MemoryMasks {
  private MemoryMasks() {}

  /**
   * 1 where a row has a position and 0 where it is padding.
   *
   * @param tape where the mask lives
   * @param lengths positions of each row
   * @param positions S
   * @return {@code [B, S]}
   */
  public static TapeTensor of(Tape tape, int[] lengths, int positions) {
    TapeTensor mask = tape.filled(Shape.of(lengths.length, positions), 0);
    for (int row = 0; row < lengths.length; row++) {
      int from = mask.offset() + row * positions;
      Arrays.fill(mask.data(), from, from + lengths[row], 1);
    }
    return mask;
  }
}

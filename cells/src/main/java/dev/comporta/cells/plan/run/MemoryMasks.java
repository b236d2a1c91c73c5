package dev.comporta.cells.plan.run;

import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.Arrays;

/** Masks for the lengths of memories. */
public final class MemoryMasks {
  private MemoryMasks() {}

  /**
   * Creates a mask: 1 where a row has a position and 0 at padding.
   *
   * @param tape the tape of the mask
   * @param lengths the number of positions of each row
   * @param positions S
   * @return {@code [B, S]}
   */
  public static TapeTensor of(Tape tape, int[] lengths, int positions) {
    TapeTensor mask = tape.filled(Shape.of(lengths.length, positions), 0);
    for (int row = 0; row < lengths.length && tape.computes(); row++) {
      int from = mask.offset() + row * positions;
      Arrays.fill(mask.data(), from, from + lengths[row], 1);
    }
    return mask;
  }
}

package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.TILE_ROWS;

/**
 * The scratch memory of one thread's products: packed operands and one edge tile. It grows to the
 * largest product seen and is then reused, so that the steady state allocates nothing. Contents do
 * not survive a call. Not thread-safe; use one per thread.
 */
final class GemmScratch {
  /** The start of chains without a bias or previous values; never written. */
  static final float[] ZEROS = new float[4 * PANEL];

  private static final float[] NONE = new float[0];

  private float[] left = NONE;
  private float[] right = NONE;
  private float[] edge = NONE;

  /** For the packed left operand. */
  float[] left(int size) {
    if (left.length < size) {
      left = new float[size];
    }
    return left;
  }

  /**
   * For the packed right operand of products whose operand is not packed by the caller: {@code
   * size} floats from {@link PanelMatrix#FIRST} on.
   */
  float[] right(int size) {
    if (right.length < PanelMatrix.FIRST + size) {
      right = new float[PanelMatrix.FIRST + size];
    }
    return right;
  }

  /** Floats of the packed operands. */
  long grown() {
    return (long) left.length + Math.max(0, right.length - PanelMatrix.FIRST);
  }

  /** One tile that stands in for columns beyond the end of C. */
  float[] edge() {
    if (edge.length == 0) {
      edge = new float[Math.max(TILE_ROWS, 4) * PANEL];
    }
    return edge;
  }
}

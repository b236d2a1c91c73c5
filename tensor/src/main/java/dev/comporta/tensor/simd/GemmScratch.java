package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.TILE_ROWS;

/**
 * Memory that one thread's products work in: packed operands and one edge tile. It grows to the
 * largest product seen and is then reused, so that the steady state allocates nothing. Contents do
 * not survive a call. Not thread-safe: one per thread.
 */
final class GemmScratch {
  /** Where chains begin that have neither bias nor old values: never written. */
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

  /** For the packed right operand of products that bring none. */
  float[] right(int size) {
    if (right.length < size) {
      right = new float[size];
    }
    return right;
  }

  /** One tile, in place of columns of C that do not exist. */
  float[] edge() {
    if (edge.length == 0) {
      edge = new float[Math.max(TILE_ROWS, 4) * PANEL];
    }
    return edge;
  }
}

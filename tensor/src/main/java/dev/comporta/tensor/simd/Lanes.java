package dev.comporta.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The lane width of this process, and the register tile size derived from it.
 *
 * <p>All kernels use this single species: if a process uses vectors of two widths, they share the
 * type profiles inside the Vector API, and the compiler may keep the accumulators of a loop as
 * objects on the heap (observed in one process out of four; the loop is then permanently 15 times
 * slower).
 *
 * <p>{@link LaneWidth} determines the width. All fields are {@code static final}, because the
 * compiler keeps vectors in registers only if the species is a constant.
 */
final class Lanes {
  /** The species of every kernel. */
  static final VectorSpecies<Float> SPECIES = ofBits(LaneWidth.bits());

  /** Floats in one vector. */
  static final int LENGTH = SPECIES.length();

  /** Integers of the same width, for the bits of floats. */
  static final VectorSpecies<Integer> INTEGERS = VectorSpecies.of(int.class, SPECIES.vectorShape());

  /** Shuffles that exchange lanes at distance 1, 2, 4 and 8 within a vector. */
  static final VectorShuffle<Float> SWAP_1 = swap(1);

  static final VectorShuffle<Float> SWAP_2 = swap(2);
  static final VectorShuffle<Float> SWAP_4 = swap(4);
  static final VectorShuffle<Float> SWAP_8 = swap(8);

  /** Columns of a packed panel: two vectors. */
  static final int PANEL = 2 * LENGTH;

  /**
   * Rows of the largest register tile. A tile of R rows needs 2R accumulators, two vectors of the
   * panel and the broadcasts, of which the compiler schedules several early: with 12 rows they fit
   * the 32 registers of AVX-512 (at any width) and of NEON, with 14 rows one accumulator is
   * spilled. For the same reason, the 16 registers of AVX2 hold four rows and not six.
   */
  static final int TILE_ROWS = hasThirtyTwoRegisters() ? 12 : 4;

  /**
   * Rows of a left operand that are packed next to each other for small tiles: whole vectors, so
   * that one transposition fills them.
   */
  static final int GROUP = Math.max(8, LENGTH);

  private Lanes() {}

  private static VectorShuffle<Float> swap(int distance) {
    return SPECIES.shuffleFromOp(lane -> (lane ^ distance) % LENGTH);
  }

  private static VectorSpecies<Float> ofBits(int bits) {
    return switch (bits) {
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      default -> FloatVector.SPECIES_512;
    };
  }

  private static boolean hasThirtyTwoRegisters() {
    return FloatVector.SPECIES_PREFERRED.vectorShape() == VectorShape.S_512_BIT
        || System.getProperty("os.arch", "").equals("aarch64");
  }
}

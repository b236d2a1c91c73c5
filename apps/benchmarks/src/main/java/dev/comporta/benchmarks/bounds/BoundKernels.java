package dev.comporta.benchmarks.bounds;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Loops that do nothing but multiply and add, or nothing but read. */
public final class BoundKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /**
   * Independent sums. A multiply-add takes four cycles on the processors of today, which start two
   * in each cycle: eight are needed, and twelve fit the sixteen registers of AVX2.
   */
  private static final int SUMS = 12;

  private static final int LENGTH = SPECIES.length();

  /**
   * The first float of a block: the header of an array takes 16 bytes, and objects begin at
   * multiples of 64 with the options of the launcher.
   */
  private static final int FIRST = 12;

  /** Vectors that one round of a read loads. */
  private static final int LOADS = 8;

  /** FLOPs of one round of {@link #multiplyAdd}. */
  public static final long FLOPS = 2L * SUMS * SPECIES.length();

  /** Bytes of one round of {@link #read}; a block is a multiple of it. */
  public static final long ROUND_BYTES = (long) LOADS * SPECIES.vectorByteSize();

  private BoundKernels() {}

  /**
   * Multiply-adds on registers.
   *
   * @param rounds the number of rounds, each of twelve vectors
   * @return a number that depends on all of them
   */
  public static float multiplyAdd(int rounds) {
    FloatVector factor = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector term = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector s0 = term;
    FloatVector s1 = s0.add(term);
    FloatVector s2 = s1.add(term);
    FloatVector s3 = s2.add(term);
    FloatVector s4 = s3.add(term);
    FloatVector s5 = s4.add(term);
    FloatVector s6 = s5.add(term);
    FloatVector s7 = s6.add(term);
    FloatVector s8 = s7.add(term);
    FloatVector s9 = s8.add(term);
    FloatVector s10 = s9.add(term);
    FloatVector s11 = s10.add(term);
    for (int round = 0; round < rounds; round++) {
      s0 = s0.fma(factor, term);
      s1 = s1.fma(factor, term);
      s2 = s2.fma(factor, term);
      s3 = s3.fma(factor, term);
      s4 = s4.fma(factor, term);
      s5 = s5.fma(factor, term);
      s6 = s6.fma(factor, term);
      s7 = s7.fma(factor, term);
      s8 = s8.fma(factor, term);
      s9 = s9.fma(factor, term);
      s10 = s10.fma(factor, term);
      s11 = s11.fma(factor, term);
    }
    FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    return sum.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).reduceLanes(VectorOperators.ADD);
  }

  /**
   * A block to read.
   *
   * @param bytes its size, a multiple of {@link #ROUND_BYTES}
   * @return an array for {@link #read}
   */
  public static float[] block(long bytes) {
    return new float[Math.toIntExact(FIRST + bytes / Float.BYTES)];
  }

  /**
   * Reads a block of floats.
   *
   * @param block from {@link #block}
   * @param times how often
   * @return the sum of all that was read
   */
  public static float read(float[] block, int times) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int time = 0; time < times; time++) {
      for (int at = FIRST; at < block.length; at += LOADS * LENGTH) {
        s0 = s0.add(FloatVector.fromArray(SPECIES, block, at));
        s1 = s1.add(FloatVector.fromArray(SPECIES, block, at + LENGTH));
        s2 = s2.add(FloatVector.fromArray(SPECIES, block, at + 2 * LENGTH));
        s3 = s3.add(FloatVector.fromArray(SPECIES, block, at + 3 * LENGTH));
        s4 = s4.add(FloatVector.fromArray(SPECIES, block, at + 4 * LENGTH));
        s5 = s5.add(FloatVector.fromArray(SPECIES, block, at + 5 * LENGTH));
        s6 = s6.add(FloatVector.fromArray(SPECIES, block, at + 6 * LENGTH));
        s7 = s7.add(FloatVector.fromArray(SPECIES, block, at + 7 * LENGTH));
      }
    }
    FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7);
    return sum.reduceLanes(VectorOperators.ADD);
  }
}

package dev.comporta.benchmarks.bounds;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
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
   * Reads a block of floats.
   *
   * @param block a multiple of {@link #ROUND_BYTES} bytes
   * @return their sum
   */
  public static float read(MemorySegment block) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    long step = SPECIES.vectorByteSize();
    long end = block.byteSize();
    for (long at = 0; at < end; at += ROUND_BYTES) {
      s0 = s0.add(load(block, at));
      s1 = s1.add(load(block, at + step));
      s2 = s2.add(load(block, at + 2 * step));
      s3 = s3.add(load(block, at + 3 * step));
      s4 = s4.add(load(block, at + 4 * step));
      s5 = s5.add(load(block, at + 5 * step));
      s6 = s6.add(load(block, at + 6 * step));
      s7 = s7.add(load(block, at + 7 * step));
    }
    FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7);
    return sum.reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector load(MemorySegment block, long at) {
    return FloatVector.fromMemorySegment(SPECIES, block, at, ByteOrder.nativeOrder());
  }
}

package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.INTEGERS;
import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Values that are products of a number of -127 to 127 and the scale of their column, rounded to
 * float32, as those of a model stored as int8. A lane of integers holds four numbers, one of each
 * vector of a strip: that of the first vector in its lowest byte.
 */
final class Int8Matrix extends CompactMatrix {
  private static final int LARGEST = 127;
  private static final int BYTE = 8;
  private static final int VECTORS = 4;

  /** The scales of all columns, and zeros up to the end of the last strip. */
  private final float[] scales;

  private Int8Matrix(int k, int n, float[] scales) {
    super(k, n, Byte.BYTES);
    this.scales = scales;
  }

  static @Nullable Int8Matrix of(PanelMatrix matrix) {
    int vectors = vectors(matrix);
    float[] scales = new float[(vectors + VECTORS - 1) / VECTORS * STRIP];
    for (int vector = 0; vector < vectors; vector++) {
      for (int lane = 0; lane < LENGTH; lane++) {
        float scale = scale(matrix, vector, lane);
        if (Float.isNaN(scale)) {
          return null;
        }
        scales[vector * LENGTH + lane] = scale;
      }
    }
    Int8Matrix compact = new Int8Matrix(matrix.k, matrix.n, scales);
    for (int vector = 0; vector < vectors; vector++) {
      int shift = vector % VECTORS * BYTE;
      for (int p = 0; p < matrix.k; p++) {
        int from = place(matrix, p, vector);
        int to = (vector / VECTORS * matrix.k + p) * LENGTH;
        for (int lane = 0; lane < LENGTH; lane++) {
          int number = number(matrix.data[from + lane], scales[vector * LENGTH + lane]);
          compact.data[to + lane] |= (number & 0xff) << shift;
        }
      }
    }
    return compact;
  }

  /** The scale with which a column's values are exactly such products; NaN if there is none. */
  private static float scale(PanelMatrix matrix, int vector, int lane) {
    float largest = 0;
    for (int p = 0; p < matrix.k; p++) {
      largest = Math.max(largest, Math.abs(matrix.data[place(matrix, p, vector) + lane]));
    }
    // The largest value is 127 times the scale, rounded, so that the quotient is nearly the scale.
    float near = largest / LARGEST;
    for (float scale : new float[] {near, Math.nextUp(near), Math.nextDown(near)}) {
      if (scale >= 0 && Float.isFinite(scale) && isScale(matrix, vector, lane, scale)) {
        return scale;
      }
    }
    return Float.NaN;
  }

  private static boolean isScale(PanelMatrix matrix, int vector, int lane, float scale) {
    for (int p = 0; p < matrix.k; p++) {
      float value = matrix.data[place(matrix, p, vector) + lane];
      float product = number(value, scale) * scale;
      if (Float.floatToRawIntBits(product) != Float.floatToRawIntBits(value)) {
        return false;
      }
    }
    return true;
  }

  private static int number(float value, float scale) {
    return scale == 0 ? 0 : Math.clamp(Math.round(value / scale), -LARGEST, LARGEST);
  }

  @Override
  void row(int strip, float[] a, int ao, float[] start, int so, float[] c, int co) {
    row(k, a, ao, data, strip * k * LENGTH, scales, strip * STRIP, start, so, c, co);
  }

  private static void row(
      int k,
      float[] a,
      int ao,
      int[] b,
      int bo,
      float[] scales,
      int at,
      float[] start,
      int so,
      float[] c,
      int co) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, scales, at);
    FloatVector s1 = FloatVector.fromArray(SPECIES, scales, at + LENGTH);
    FloatVector s2 = FloatVector.fromArray(SPECIES, scales, at + 2 * LENGTH);
    FloatVector s3 = FloatVector.fromArray(SPECIES, scales, at + 3 * LENGTH);
    FloatVector c0 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c1 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    FloatVector c2 = FloatVector.fromArray(SPECIES, start, so + 2 * LENGTH);
    FloatVector c3 = FloatVector.fromArray(SPECIES, start, so + 3 * LENGTH);
    for (int p = 0; p < k; p++) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + p]);
      IntVector y = IntVector.fromArray(INTEGERS, b, bo + LENGTH * p);
      c0 = x.fma(number(y, 0).mul(s0), c0);
      c1 = x.fma(number(y, 1).mul(s1), c1);
      c2 = x.fma(number(y, 2).mul(s2), c2);
      c3 = x.fma(number(y, 3).mul(s3), c3);
    }
    c0.intoArray(c, co);
    c1.intoArray(c, co + LENGTH);
    c2.intoArray(c, co + 2 * LENGTH);
    c3.intoArray(c, co + 3 * LENGTH);
  }

  /** The signed byte at a position of each lane. */
  private static FloatVector number(IntVector quadruples, int position) {
    IntVector above = quadruples.lanewise(VectorOperators.LSHL, (3 - position) * BYTE);
    IntVector whole = above.lanewise(VectorOperators.ASHR, 3 * BYTE);
    return (FloatVector) whole.convert(VectorOperators.I2F, 0);
  }

  @Override
  void widen(int strip, float[] to) {
    for (int vector = 0; vector < VECTORS; vector++) {
      FloatVector s = FloatVector.fromArray(SPECIES, scales, strip * STRIP + vector * LENGTH);
      for (int p = 0; p < k; p++) {
        IntVector y = IntVector.fromArray(INTEGERS, data, (strip * k + p) * LENGTH);
        number(y, vector).mul(s).intoArray(to, (vector / 2 * k + p) * PANEL + vector % 2 * LENGTH);
      }
    }
  }
}

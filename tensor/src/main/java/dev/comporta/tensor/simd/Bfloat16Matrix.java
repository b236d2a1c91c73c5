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
 * Values of which only the upper halves are kept, because the lower ones are zeros. A lane of
 * integers holds two values, one of each vector of a panel: the first in its lower half.
 */
final class Bfloat16Matrix extends CompactMatrix {
  private static final int HALF = 16;
  private static final int UPPER = 0xffff_0000;

  private Bfloat16Matrix(int k, int n) {
    super(k, n, Short.BYTES);
  }

  static @Nullable Bfloat16Matrix of(PanelMatrix matrix) {
    for (float value : matrix.data) {
      if ((Float.floatToRawIntBits(value) & ~UPPER) != 0) {
        return null;
      }
    }
    Bfloat16Matrix compact = new Bfloat16Matrix(matrix.k, matrix.n);
    for (int panel = 0; panel < matrix.panels(); panel++) {
      for (int p = 0; p < matrix.k; p++) {
        int from = place(matrix, p, 2 * panel);
        int to = ((panel / 2 * matrix.k + p) * 2 + panel % 2) * LENGTH;
        for (int lane = 0; lane < LENGTH; lane++) {
          compact.data[to + lane] =
              Float.floatToRawIntBits(matrix.data[from + lane]) >>> HALF
                  | Float.floatToRawIntBits(matrix.data[from + LENGTH + lane]);
        }
      }
    }
    return compact;
  }

  @Override
  void row(int strip, float[] a, int ao, float[] start, int so, float[] c, int co) {
    row(k, a, ao, data, strip * k * PANEL, start, so, c, co);
  }

  private static void row(
      int k, float[] a, int ao, int[] b, int bo, float[] start, int so, float[] c, int co) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c1 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    FloatVector c2 = FloatVector.fromArray(SPECIES, start, so + 2 * LENGTH);
    FloatVector c3 = FloatVector.fromArray(SPECIES, start, so + 3 * LENGTH);
    for (int p = 0; p < k; p++) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + p]);
      IntVector y = IntVector.fromArray(INTEGERS, b, bo + PANEL * p);
      c0 = x.fma(lower(y), c0);
      c1 = x.fma(upper(y), c1);
      y = IntVector.fromArray(INTEGERS, b, bo + PANEL * p + LENGTH);
      c2 = x.fma(lower(y), c2);
      c3 = x.fma(upper(y), c3);
    }
    c0.intoArray(c, co);
    c1.intoArray(c, co + LENGTH);
    c2.intoArray(c, co + 2 * LENGTH);
    c3.intoArray(c, co + 3 * LENGTH);
  }

  private static FloatVector lower(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
  }

  private static FloatVector upper(IntVector pairs) {
    return pairs.and(UPPER).reinterpretAsFloats();
  }

  @Override
  void widen(int strip, float[] to) {
    for (int p = 0; p < k; p++) {
      int from = (strip * k + p) * PANEL;
      for (int half = 0; half < 2; half++) {
        IntVector y = IntVector.fromArray(INTEGERS, data, from + half * LENGTH);
        lower(y).intoArray(to, (half * k + p) * PANEL);
        upper(y).intoArray(to, (half * k + p) * PANEL + LENGTH);
      }
    }
  }
}

package dev.comporta.tensor.simd;

import static dev.comporta.testkit.backend.Samples.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.testkit.backend.Samples;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares the bits of sums with the documented order of summation. */
@Tag("lanes")
class ReductionsTest {
  private static final int[] SIZES = {
    0, 1, 3, 4, 5, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 1021, 10007
  };

  @Test
  void sums() {
    for (int n : SIZES) {
      float[] x = Samples.ofAllSizes(n, n);
      float[] partial = new float[32];
      for (int i = 0; i < n; i++) {
        partial[i % 32] += x[i];
      }
      float[] t = new float[16];
      for (int j = 0; j < 16; j++) {
        t[j] = partial[j] + partial[j + 16];
      }
      float got = Reductions.sum(Samples.surrounded(x, 5), 5, n);
      assertSameBits(neighbours(t), got, () -> "sum of " + n);
    }
  }

  @Test
  void sumsOfExponentials() {
    for (int n : SIZES) {
      float[] x = Samples.gaussian(n, n);
      float[] e = new float[n];
      float stored = ExponentialSums.sumAndStore(Samples.surrounded(x, 3), 3, 4f, e, 0, n);
      float[] t = new float[16];
      for (int i = 0; i < n; i++) {
        t[i % 16] += e[i];
      }
      assertSameBits(neighbours(t), stored, () -> "sum of exponentials of " + n);
      float sum = ExponentialSums.sum(Samples.surrounded(x, 3), 3, 4f, n);
      assertSameBits(stored, sum, () -> "not stored, of " + n);
    }
  }

  private static float neighbours(float[] t) {
    for (int distance = 1; distance < 16; distance *= 2) {
      for (int j = 0; j < 16; j += 2 * distance) {
        t[j] += t[j + distance];
      }
    }
    return t[0];
  }

  @Test
  void sumsOfSquares() {
    for (int n : SIZES) {
      float[] x = Samples.ofAllSizes(n, n);
      double[] s = new double[8];
      int whole = n / 8 * 8;
      for (int i = 0; i < whole; i++) {
        s[i % 8] += (double) x[i] * x[i];
      }
      double rest = 0;
      for (int i = whole; i < n; i++) {
        rest += (double) x[i] * x[i];
      }
      for (int distance = 4; distance > 0; distance /= 2) {
        for (int j = 0; j < distance; j++) {
          s[j] += s[j + distance];
        }
      }
      assertThat(Reductions.sumOfSquares(Samples.surrounded(x, 3), 3, n))
          .as("sum of squares of %d", n)
          .isEqualTo(s[0] + rest);
    }
  }

  @Test
  void columns() {
    for (int rows : new int[] {0, 1, 2, 7}) {
      for (int columns : SIZES) {
        float[] x = Samples.ofAllSizes(rows, rows * columns);
        float[] expected = Samples.gaussian(9, columns);
        float[] sums = expected.clone();
        for (int i = 0; i < rows * columns; i++) {
          expected[i % columns] += x[i];
        }
        ColumnSums.addColumnSums(x, 0, columns, rows, columns, sums, 0);
        assertSameBits(expected, sums, () -> "columns of [%d, %d]".formatted(rows, columns));
      }
    }
  }
}

package dev.comporta.tensor.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares results with recorded checksums, which must be the same for every lane width and every
 * machine, where no other test checks the bits. An intentional change of a polynomial or of a
 * summation order changes the checksums; the new ones are correct only if the runs at all widths
 * agree.
 */
@Tag("lanes")
class SameBitsTest {
  private interface Kernel {
    void apply(float[] x, int xo, float[] y, int yo, int n);
  }

  private static final Map<String, String> CHECKSUMS =
      Map.of(
          "exp", "329d320fe25904a8",
          "log", "76e41745fbfc512",
          "softplus", "a2550eb1abb33d8c",
          "tanh", "2701285b37fc3831",
          "sigmoid", "fd09c30a353c7cb3",
          "softmax", "f4c922c35a2551e5",
          "logSoftmax", "6ccfd8daa3ed9bec");

  @Test
  void everyLaneWidthGivesTheSameBits() {
    Map<String, Kernel> kernels =
        Map.of(
            "exp", Exponentials::exp,
            "log", Logarithms::log,
            "softplus", Logarithms::softplus,
            "tanh", Sigmoids::tanh,
            "sigmoid", Sigmoids::sigmoid,
            "softmax", SoftmaxRows::softmax,
            "logSoftmax", SoftmaxRows::logSoftmax);
    Map<String, String> actual = new LinkedHashMap<>();
    kernels.forEach((name, kernel) -> actual.put(name, checksum(kernel)));
    assertThat(actual)
        .as("on %d bits", Lanes.SPECIES.vectorBitSize())
        .containsExactlyInAnyOrderEntriesOf(CHECKSUMS);
  }

  private static String checksum(Kernel kernel) {
    long sum = 17;
    for (int n : new int[] {1, 7, 16, 37, 50_021}) {
      float[] x = new float[n];
      float[] y = new float[n];
      int state = n;
      for (int i = 0; i < n; i++) {
        state = state * 1_664_525 + 1_013_904_223; // any fixed sequence
        x[i] = (state >> 8) * 0x1p-19f + (i % 3) * 1e-3f; // between -16 and 16
      }
      kernel.apply(x, 0, y, 0, n);
      for (float v : y) {
        sum = sum * 1_000_003 + Float.floatToIntBits(v); // all NaNs are equal
      }
    }
    return Long.toHexString(sum);
  }
}

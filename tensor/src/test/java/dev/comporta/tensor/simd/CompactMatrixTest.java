package dev.comporta.tensor.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.PackedMatrix;
import org.junit.jupiter.api.Test;

/** {@code BackendContract} compares the products. */
class CompactMatrixTest {
  private static final int K = 830;
  private static final int N = 310;

  private static float[] values() {
    float[] values = new float[K * N];
    int state = 1;
    for (int i = 0; i < values.length; i++) {
      state = state * 1_664_525 + 1_013_904_223; // any fixed sequence
      values[i] = state * 0x1p-31f;
    }
    return values;
  }

  /** As a model file does: a scale for each column, a 127th of its largest value. */
  private static float[] rounded(float[] values) {
    float[] rounded = new float[values.length];
    for (int j = 0; j < N; j++) {
      float largest = 0;
      for (int p = 0; p < K; p++) {
        largest = Math.max(largest, Math.abs(values[p * N + j]));
      }
      float scale = largest / 127;
      for (int p = 0; p < K; p++) {
        rounded[p * N + j] = Math.round(values[p * N + j] / scale) * scale;
      }
    }
    return rounded;
  }

  private static PackedMatrix frozen(float[] values) {
    return new SimdBackend().packFrozen(K, N, false, values, 0, N);
  }

  @Test
  void valuesThatFitHalfTheMemoryTakeHalfTheMemory() {
    float[] values = values();
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & 0xffff_0000);
    }
    assertThat(frozen(values)).isInstanceOf(Bfloat16Matrix.class);
    assertThat(frozen(values).capacity()).isBetween(K * N / 2L, K * (N + 64L) / 2);
  }

  @Test
  void valuesThatFitAQuarterOfTheMemoryTakeAQuarterOfTheMemory() {
    float[] values = rounded(values());
    for (int p = 0; p < K; p++) {
      values[p * N + 3] = 0; // a column without a scale
    }
    assertThat(frozen(values)).isInstanceOf(Int8Matrix.class);
    assertThat(frozen(values).capacity()).isBetween(K * N / 4L, K * (N + 64L) / 4);
  }

  @Test
  void aSingleOtherValueKeepsAllInFloat32() {
    float[] values = rounded(values());
    values[values.length / 2] = Math.nextUp(values[values.length / 2]);
    assertThat(frozen(values)).isInstanceOf(PanelMatrix.class);
    assertThat(frozen(values())).isInstanceOf(PanelMatrix.class);
  }

  @Test
  void negativeZerosAreKept() {
    float[] values = rounded(values());
    values[values.length / 2] = -0f;
    assertThat(frozen(values)).isInstanceOf(PanelMatrix.class);
  }

  @Test
  void smallMatricesStayInFloat32() {
    PackedMatrix small = new SimdBackend().packFrozen(16, 64, false, new float[16 * 64], 0, 64);
    assertThat(small).isInstanceOf(PanelMatrix.class);
  }
}

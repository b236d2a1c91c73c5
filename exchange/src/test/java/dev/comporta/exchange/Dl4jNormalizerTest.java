package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.exchange.Foreign.Named;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The data normaliser in an archive of Deeplearning4j, compared with ND4J's formulas. */
class Dl4jNormalizerTest {
  private static final String CONFIG =
      """
      {"confs": [{"layer": {"dense": {"layerName": "d", "nin": 3, "nout": 2,
        "activationFn": {"TanH": {}}}}}]}
      """;
  private static final float[] FIRST = {1000, -2, 0.5f}; // mean or minimum
  private static final float[] SECOND = {1002, 0, 0.5f}; // deviation or maximum
  private static final float[] LABELS_FIRST = {3, -40};
  private static final float[] LABELS_SECOND = {5, 60};
  private static final double[][] X = {{1000.5, -1, 0.75}, {1001.25, -2.5, 0.25}};

  @TempDir Path folder;

  private static void header(DataOutputStream out, String kind) throws IOException {
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF(kind);
  }

  private static byte[] statistics(String kind, boolean labels) {
    return Foreign.bytes(out -> {
      header(out, kind);
      out.writeBoolean(labels);
      if (kind.equals("MIN_MAX")) {
        out.writeDouble(-1);
        out.writeDouble(3);
      }
      Foreign.nd4j(out, FIRST);
      Foreign.nd4j(out, SECOND);
      if (labels) {
        Foreign.nd4j(out, LABELS_FIRST);
        Foreign.nd4j(out, LABELS_SECOND);
      }
    });
  }

  private Imported imported(Named arrays, byte[] normalizer) {
    float[] parameters = new float[8];
    System.arraycopy(columns(arrays.get("W")), 0, parameters, 0, 6);
    System.arraycopy(arrays.get("b"), 0, parameters, 6, 2);
    return Foreign.read(
        Foreign.dl4j(
            folder.resolve("m.zip"), CONFIG, parameters, Map.of("normalizer.bin", normalizer)));
  }

  /** A kernel [3, 2] column by column. */
  private static float[] columns(float[] kernel) {
    float[] columns = new float[6];
    for (int i = 0; i < 6; i++) {
      columns[i] = kernel[i % 3 * 2 + i / 3];
    }
    return columns;
  }

  private static double[] network(Named arrays, double[] x) {
    double[] y = Scalars.keras(arrays.get("W"), x, arrays.get("b"));
    return new double[] {Math.tanh(y[0]), Math.tanh(y[1])};
  }

  @ParameterizedTest
  @CsvSource({"STANDARDIZE, false", "STANDARDIZE, true", "MIN_MAX, false", "MIN_MAX, true"})
  void inputsAreNormalizedAndOutputsAreTurnedBack(String kind, boolean labels) {
    Named arrays = new Named(51).with("W", 3, 2).with("b", 2);
    Imported imported = imported(arrays, statistics(kind, labels));
    assertThat(String.join(" ", imported.notes())).contains("normaliser of the archive became");
    double[][] expected = new double[X.length][];
    for (int t = 0; t < X.length; t++) {
      double[] z = new double[3];
      for (int i = 0; i < 3; i++) {
        z[i] =
            kind.equals("MIN_MAX")
                ? (X[t][i] - FIRST[i]) / Math.max((double) SECOND[i] - FIRST[i], 1e-5) * 4 - 1
                : (X[t][i] - FIRST[i]) / (SECOND[i] == 0 ? 1 : SECOND[i]);
      }
      double[] y = network(arrays, z);
      for (int o = 0; o < 2 && labels; o++) {
        y[o] =
            kind.equals("MIN_MAX")
                ? (y[o] + 1) / 4 * (LABELS_SECOND[o] - LABELS_FIRST[o]) + LABELS_FIRST[o]
                : y[o] * LABELS_SECOND[o] + LABELS_FIRST[o];
      }
      expected[t] = y;
    }
    float[] got = Foreign.run(imported.model(), X);
    for (int i = 0; i < got.length; i++) {
      double right = expected[i / 2][i % 2];
      assertThat(Math.abs(got[i] - right))
          .as("output %d: %s instead of %s", i, got[i], right)
          .isLessThan(2e-6 * Math.max(1, Math.abs(right)));
    }
  }

  @Test
  void pixelsAreScaledToARange() {
    Named arrays = new Named(52).with("W", 3, 2).with("b", 2);
    byte[] normalizer =
        Foreign.bytes(out -> {
          header(out, "IMAGE_MIN_MAX");
          out.writeDouble(-1);
          out.writeDouble(1);
          out.writeDouble(255);
        });
    double[][] x = {{0, 128, 255}};
    double[] y =
        network(arrays, IntStream.range(0, 3).mapToDouble(i -> x[0][i] / 255 * 2 - 1).toArray());
    float[] got = Foreign.run(imported(arrays, normalizer).model(), x);
    assertThat(got[0]).isCloseTo((float) y[0], within(2e-6f));
    assertThat(got[1]).isCloseTo((float) y[1], within(2e-6f));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"MULTI_STANDARDIZE", "MULTI_MIN_MAX", "MULTI_HYBRID", "IMAGE_VGG16", "CUSTOM"})
  void otherKindsAreRefusedByName(String kind) {
    Named arrays = new Named(53).with("W", 3, 2).with("b", 2);
    assertThatThrownBy(() -> imported(arrays, Foreign.bytes(out -> header(out, kind))))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("its normaliser is of kind '" + kind + "'");
  }

  @Test
  void damagedNormalizersAreRefused() {
    Named arrays = new Named(54).with("W", 3, 2).with("b", 2);
    byte[] whole = statistics("STANDARDIZE", true);
    for (int length = 0; length < whole.length; length += 7) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> imported(arrays, part)).isInstanceOf(ExchangeException.class);
    }
    byte[] narrow =
        Foreign.bytes(out -> {
          header(out, "STANDARDIZE");
          out.writeBoolean(false);
          Foreign.nd4j(out, 1, 2);
          Foreign.nd4j(out, 1, 2);
        });
    assertThatThrownBy(() -> imported(arrays, narrow))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("numbers for 2 features but the network reads 3");
  }
}

package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import java.nio.file.Path;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of Keras, compared with Keras' equations number by number. */
class KerasImportTest {
  private static final int[] I_F_C_O = {0, 1, 2, 3};
  private static final int[] Z_R_H = {1, 0, 2};
  private static final int INPUTS = 3;
  private static final int HIDDEN = 4;
  private static final int TIMESTEPS = 5;

  @TempDir private Path folder;

  private static String sequential(String... layers) {
    return "{\"class_name\": \"Sequential\", \"config\": {\"layers\": ["
        + String.join(", ", layers)
        + "]}}";
  }

  private static String layer(String type, String name, String options) {
    return "{\"class_name\": \"%s\", \"config\": {\"name\": \"%s\"%s}}"
        .formatted(type, name, options.isEmpty() ? "" : ", " + options);
  }

  private static String input() {
    return layer("InputLayer", "in", "\"batch_shape\": [null, 5, 3]");
  }

  private static void requireClose(float[] got, double[]... expected) {
    int size = expected[0].length;
    assertThat(got).hasSize(expected.length * size);
    for (int i = 0; i < got.length; i++) {
      assertThat((double) got[i])
          .as("output %d", i)
          .isCloseTo(expected[i / size][i % size], within(2e-6));
    }
  }

  private static double[][] lstm(Named arrays, DoubleUnaryOperator gate, double[][] x) {
    double[] h = new double[HIDDEN];
    double[] c = new double[HIDDEN];
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] a =
          Scalars.plus(
              Scalars.keras(arrays.get("l/kernel:0"), x[t], arrays.get("l/bias:0")),
              Scalars.keras(arrays.get("l/recurrent_kernel:0"), h, new float[4 * HIDDEN]));
      Scalars.lstm(a, h, c, I_F_C_O, gate, Math::tanh);
      y[t] = h.clone();
    }
    return y;
  }

  private static Named lstm() {
    return new Named(2)
        .with("l/kernel:0", INPUTS, 4 * HIDDEN)
        .with("l/recurrent_kernel:0", HIDDEN, 4 * HIDDEN)
        .with("l/bias:0", 4 * HIDDEN);
  }

  private static final Weights L =
      Weights.of("l", "l/kernel:0", "l/recurrent_kernel:0", "l/bias:0");

  private Imported keras(String version, Named arrays, String config, Weights... weights) {
    return Foreign.read(Foreign.keras(folder.resolve("m.h5"), version, config, arrays, weights));
  }

  @ParameterizedTest
  @CsvSource({
    "2.3.1, sigmoid, 0",
    "2.3.1, hard_sigmoid, 0.2",
    "3.1.0, hard_sigmoid, 0.16666666666"
  })
  void lstmWithEitherHardSigmoid(String version, String gate, double slope) {
    Named arrays = lstm();
    String options =
        "\"units\": 4, \"return_sequences\": true, \"recurrent_activation\": \"%s\""
            .formatted(gate);
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    requireClose(
        Foreign.run(
            keras(version, arrays, sequential(input(), layer("LSTM", "l", options)), L).model(), x),
        lstm(arrays, slope == 0 ? Scalars::sigmoid : v -> Math.clamp(slope * v + 0.5, 0, 1), x));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void gruWithTheResetGateAfterOrBefore(boolean after) {
    Named arrays =
        new Named(3)
            .with("l/kernel:0", INPUTS, 3 * HIDDEN)
            .with("l/recurrent_kernel:0", HIDDEN, 3 * HIDDEN);
    if (after) {
      arrays.with("l/bias:0", 2, 3 * HIDDEN);
    } else {
      arrays.with("l/bias:0", 3 * HIDDEN);
    }
    String options =
        "\"units\": 4, \"return_sequences\": true, \"recurrent_activation\": \"sigmoid\", \"reset_after\": "
            + after;
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    double[][] y = new double[TIMESTEPS][];
    double[] h = new double[HIDDEN];
    float[] bias = arrays.get("l/bias:0");
    float[] b = java.util.Arrays.copyOf(bias, 3 * HIDDEN);
    float[] u = arrays.get("l/recurrent_kernel:0");
    for (int t = 0; t < TIMESTEPS; t++) {
      double[] a = Scalars.keras(arrays.get("l/kernel:0"), x[t], b);
      if (after) {
        float[] bU = java.util.Arrays.copyOfRange(bias, 3 * HIDDEN, 6 * HIDDEN);
        Scalars.gru(a, Scalars.keras(u, h, bU), h, Z_R_H, Scalars::sigmoid);
      } else {
        double[] s = Scalars.keras(u, h, new float[3 * HIDDEN]);
        double[] reset = new double[HIDDEN];
        for (int j = 0; j < HIDDEN; j++) {
          reset[j] = h[j] * Scalars.sigmoid(a[HIDDEN + j] + s[HIDDEN + j]);
        }
        double[] n = Scalars.keras(u, reset, new float[3 * HIDDEN]);
        for (int j = 0; j < HIDDEN; j++) {
          double z = Scalars.sigmoid(a[j] + s[j]);
          h[j] = z * h[j] + (1 - z) * Math.tanh(a[2 * HIDDEN + j] + n[2 * HIDDEN + j]);
        }
      }
      y[t] = h.clone();
    }
    requireClose(
        Foreign.run(
            keras("2.4.0", arrays, sequential(input(), layer("GRU", "l", options)), L).model(), x),
        y);
  }

  @Test
  void theCudnnFormOfAnLstmHasTransposedKernelsAndTwoBiases() {
    Named plain = lstm();
    Named cudnn = new Named(2);
    cudnn.all.putAll(plain.all);
    cudnn.all.put("l/kernel:0", transposedGates(plain.all.get("l/kernel:0"), INPUTS));
    cudnn.all.put(
        "l/recurrent_kernel:0", transposedGates(plain.all.get("l/recurrent_kernel:0"), HIDDEN));
    float[] half = plain.get("l/bias:0");
    float[] both = new float[8 * HIDDEN];
    for (int i = 0; i < half.length; i++) {
      both[i] = 0.25f;
      both[half.length + i] = half[i] - 0.25f;
    }
    cudnn.all.put("l/bias:0", new Foreign.Array(new int[] {8 * HIDDEN}, both));
    String options = "\"units\": 4, \"return_sequences\": true";
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    for (String type : new String[] {"CuDNNLSTM", "LSTM"}) {
      requireClose(
          Foreign.run(
              keras("2.2.0", cudnn, sequential(input(), layer(type, "l", options)), L).model(), x),
          lstm(plain, Scalars::sigmoid, x));
    }
  }

  /** What Keras' conversion undoes: the block of a gate, transposed, in the same shape. */
  private static Foreign.Array transposedGates(Foreign.Array kernel, int rows) {
    float[] to = new float[kernel.values().length];
    int columns = kernel.shape()[1];
    int size = columns / 4;
    for (int g = 0; g < 4; g++) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < size; c++) {
          int flat = c * rows + r;
          to[flat / size * columns + g * size + flat % size] =
              kernel.values()[r * columns + g * size + c];
        }
      }
    }
    return new Foreign.Array(kernel.shape(), to);
  }

  @Test
  void bidirectionalLayersOfKeras3ReturnTheLastOutputOfEachDirection() {
    Named arrays =
        new Named(5)
            .with("bidirectional/forward_layer/cell/vars/0", INPUTS, HIDDEN)
            .with("bidirectional/forward_layer/cell/vars/1", HIDDEN, HIDDEN)
            .with("bidirectional/forward_layer/cell/vars/2", HIDDEN)
            .with("bidirectional/backward_layer/cell/vars/0", INPUTS, HIDDEN)
            .with("bidirectional/backward_layer/cell/vars/1", HIDDEN, HIDDEN)
            .with("bidirectional/backward_layer/cell/vars/2", HIDDEN)
            .with("dense/vars/0", 2 * HIDDEN, 2)
            .with("dense/vars/1", 2);
    String inner = layer("SimpleRNN", "r", "\"units\": 4, \"return_sequences\": false");
    String config =
        sequential(
            input(),
            layer("Bidirectional", "b", "\"merge_mode\": \"concat\", \"layer\": " + inner),
            layer("Dense", "d", "\"units\": 2, \"activation\": \"softplus\""));
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    double[] h = new double[2 * HIDDEN];
    for (int side = 0; side < 2; side++) {
      String at = "bidirectional/" + (side == 0 ? "forward" : "backward") + "_layer/cell/vars/";
      double[] state = new double[HIDDEN];
      for (int n = 0; n < TIMESTEPS; n++) {
        double[] step = x[side == 0 ? n : TIMESTEPS - 1 - n];
        double[] a =
            Scalars.plus(
                Scalars.keras(arrays.get(at + 0), step, arrays.get(at + 2)),
                Scalars.keras(arrays.get(at + 1), state, new float[HIDDEN]));
        for (int j = 0; j < HIDDEN; j++) {
          state[j] = Math.tanh(a[j]);
        }
      }
      System.arraycopy(state, 0, h, side * HIDDEN, HIDDEN);
    }
    double[] y = Scalars.keras(arrays.get("dense/vars/0"), h, arrays.get("dense/vars/1"));
    double[] expected = {Math.log1p(Math.exp(y[0])), Math.log1p(Math.exp(y[1]))};
    Imported imported = Foreign.read(Foreign.keras3(folder.resolve("m.keras"), config, arrays));
    assertThat(imported.producer()).isEqualTo("Keras 3.1.0");
    requireClose(Foreign.run(imported.model(), x), expected);
  }

  @Test
  void embeddingConvolutionPoolingAndNormalisation() {
    Named arrays =
        new Named(6)
            .with("e/embeddings:0", 7, 3)
            .with("c/kernel:0", 2, 3, 4)
            .with("c/bias:0", 4)
            .with("n/gamma:0", 4)
            .with("n/beta:0", 4)
            .with("n/moving_mean:0", 4)
            .with("n/moving_variance:0", 4);
    float[] variance = arrays.get("n/moving_variance:0");
    for (int i = 0; i < variance.length; i++) {
      variance[i] = Math.abs(variance[i]) + 0.1f;
    }
    String config =
        sequential(
            layer(
                "Embedding",
                "e",
                "\"input_dim\": 7, \"output_dim\": 3, \"batch_input_shape\": [null, 5]"),
            layer(
                "Conv1D",
                "c",
                "\"filters\": 4, \"kernel_size\": [2], \"strides\": [1], \"padding\": \"valid\", \"activation\": \"relu\""),
            layer("BatchNormalization", "n", "\"axis\": [2], \"epsilon\": 0.001"),
            layer(
                "MaxPooling1D",
                "p",
                "\"pool_size\": [2], \"strides\": [2], \"padding\": \"valid\""),
            layer("Flatten", "f", ""));
    Imported imported =
        keras(
            "2.4.0",
            arrays,
            config,
            Weights.of("e", "e/embeddings:0"),
            Weights.of("c", "c/kernel:0", "c/bias:0"),
            Weights.of("n", "n/gamma:0", "n/beta:0", "n/moving_mean:0", "n/moving_variance:0"));
    int[] ids = {3, 0, 6, 2, 5};
    double[][] normal = new double[4][4];
    for (int t = 0; t < 4; t++) {
      for (int o = 0; o < 4; o++) {
        double sum = arrays.get("c/bias:0")[o];
        for (int k = 0; k < 2; k++) {
          for (int i = 0; i < 3; i++) {
            sum +=
                arrays.get("e/embeddings:0")[ids[t + k] * 3 + i]
                    * arrays.get("c/kernel:0")[(k * 3 + i) * 4 + o];
          }
        }
        normal[t][o] =
            (Math.max(sum, 0) - arrays.get("n/moving_mean:0")[o])
                    / Math.sqrt(variance[o] + 0.001)
                    * arrays.get("n/gamma:0")[o]
                + arrays.get("n/beta:0")[o];
      }
    }
    double[] expected = new double[8];
    for (int o = 0; o < 4; o++) {
      expected[o] = Math.max(normal[0][o], normal[1][o]);
      expected[4 + o] = Math.max(normal[2][o], normal[3][o]);
    }
    requireClose(Foreign.run(imported.model(), ids), expected);
  }

  @Test
  void branchesOfFunctionalModelsBecomeAGraph() {
    Named arrays =
        new Named(7)
            .with("a/kernel:0", 3, 2)
            .with("a/bias:0", 2)
            .with("b/kernel:0", 3, 2)
            .with("b/bias:0", 2);
    String config =
        """
        {"class_name": "Model", "config": {"name": "m", "layers": [
          {"class_name": "InputLayer", "name": "in", "inbound_nodes": [],
           "config": {"name": "in", "batch_input_shape": [null, 5, 3]}},
          {"class_name": "Dense", "name": "a", "inbound_nodes": [[["in", 0, 0, {}]]],
           "config": {"name": "a", "units": 2, "activation": "tanh"}},
          {"class_name": "Dense", "name": "b", "inbound_nodes": [[["in", 0, 0, {}]]],
           "config": {"name": "b", "units": 2, "activation": "linear"}},
          {"class_name": "Multiply", "name": "m", "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}]]],
           "config": {"name": "m"}}],
         "input_layers": [["in", 0, 0]], "output_layers": [["m", 0, 0]]}}
        """;
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    double[][] expected = new double[TIMESTEPS][2];
    for (int t = 0; t < TIMESTEPS; t++) {
      double[] a = Scalars.keras(arrays.get("a/kernel:0"), x[t], arrays.get("a/bias:0"));
      double[] b = Scalars.keras(arrays.get("b/kernel:0"), x[t], arrays.get("b/bias:0"));
      for (int o = 0; o < 2; o++) {
        expected[t][o] = Math.tanh(a[o]) * b[o];
      }
    }
    requireClose(
        Foreign.run(
            keras(
                    "2.4.0",
                    arrays,
                    config,
                    Weights.of("a", "a/kernel:0", "a/bias:0"),
                    Weights.of("b", "b/kernel:0", "b/bias:0"))
                .model(),
            x),
        expected);
  }

  @ParameterizedTest
  @CsvSource({
    "Lambda, '\"function\": \"x\"'",
    "AttentionWeightedAverage, '\"return_attention\": false'",
    "Activation, '\"activation\": \"gelu\"'",
    "Flatten2D, ''"
  })
  void whatCannotBeRepresentedIsRejectedByName(String type, String options) {
    String config = sequential(input(), layer(type, "odd", options == null ? "" : options));
    assertThatThrownBy(() -> keras("2.4.0", new Named(1), config, Weights.of("odd")))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("'odd'")
        .hasMessageContaining(type);
  }

  @Test
  void weightsThatNoLayerTakesAreRejected() {
    Named arrays = lstm().with("x/kernel:0", 2, 2);
    String config = sequential(input(), layer("LSTM", "l", "\"units\": 4"));
    assertThatThrownBy(() -> keras("2.4.0", arrays, config, L, Weights.of("x", "x/kernel:0")))
        .hasMessageContaining("x/kernel:0");
  }
}

package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutional LSTMs, compared with Keras' equations in loops over pixels. */
class KerasConvLstmTest extends KerasModels {
  private static final int T = 4;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 6;
  private static final int C = 2;
  private static final int F = 3;

  /** A convolution of {@code [height][width][channels]} with zeros around it. */
  private record Convolution(int[] kernel, int[] stride, int[] dilation, boolean same) {
    int size(int axis, int of) {
      int reach = (kernel[axis] - 1) * dilation[axis] + 1;
      return same ? (of + stride[axis] - 1) / stride[axis] : (of - reach) / stride[axis] + 1;
    }

    int before(int axis, int of) {
      int reach = (kernel[axis] - 1) * dilation[axis] + 1;
      return same ? Math.max((size(axis, of) - 1) * stride[axis] + reach - of, 0) / 2 : 0;
    }

    double[][][] apply(double[][][] x, float[] w, int out) {
      int height = size(0, x.length);
      int width = size(1, x[0].length);
      int channels = x[0][0].length;
      double[][][] y = new double[height][width][out];
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          for (int k = 0; k < kernel[0]; k++) {
            for (int m = 0; m < kernel[1]; m++) {
              int row = i * stride[0] + k * dilation[0] - before(0, x.length);
              int column = j * stride[1] + m * dilation[1] - before(1, x[0].length);
              if (row < 0 || row >= x.length || column < 0 || column >= x[0].length) {
                continue;
              }
              for (int c = 0; c < channels; c++) {
                for (int o = 0; o < out; o++) {
                  y[i][j][o] +=
                      x[row][column][c] * w[((k * kernel[1] + m) * channels + c) * out + o];
                }
              }
            }
          }
        }
      }
      return y;
    }
  }

  private static double[][][] picture(double[] flat, int height, int width, int channels) {
    double[][][] picture = new double[height][width][channels];
    for (int n = 0; n < flat.length; n++) {
      picture[n / channels / width][n / channels % width][n % channels] = flat[n];
    }
    return picture;
  }

  private static double[] flat(double[][][] picture) {
    int width = picture[0].length;
    int channels = picture[0][0].length;
    double[] flat = new double[picture.length * width * channels];
    for (int n = 0; n < flat.length; n++) {
      flat[n] = picture[n / channels / width][n / channels % width][n % channels];
    }
    return flat;
  }

  /** The hidden states of all timesteps, pixel by pixel. */
  private static double[][] convLstm(
      Named arrays,
      String name,
      double[][][][] x,
      Convolution input,
      DoubleUnaryOperator gate,
      DoubleUnaryOperator activation) {
    Convolution recurrent =
        new Convolution(input.kernel(), new int[] {1, 1}, new int[] {1, 1}, true);
    int height = input.size(0, x[0].length);
    int width = input.size(1, x[0][0].length);
    double[][][] h = new double[height][width][F];
    double[][][] c = new double[height][width][F];
    float[] bias = arrays.get(name + "/bias:0");
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[][][] a = input.apply(x[t], arrays.get(name + "/kernel:0"), 4 * F);
      double[][][] b = recurrent.apply(h, arrays.get(name + "/recurrent_kernel:0"), 4 * F);
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          double[] sum = new double[4 * F];
          for (int n = 0; n < sum.length; n++) {
            sum[n] = a[i][j][n] + b[i][j][n] + bias[n];
          }
          Scalars.lstm(sum, h[i][j], c[i][j], new int[] {0, 1, 2, 3}, gate, activation);
        }
      }
      y[t] = flat(h);
    }
    return y;
  }

  private static Named arrays(Named arrays, String name, int height, int width, int channels) {
    return arrays
        .with(name + "/kernel:0", height, width, channels, 4 * F)
        .with(name + "/recurrent_kernel:0", height, width, F, 4 * F)
        .with(name + "/bias:0", 4 * F);
  }

  private static double[][][][] pictures(double[][] x) {
    double[][][][] pictures = new double[x.length][][][];
    for (int t = 0; t < x.length; t++) {
      pictures[t] = picture(x[t], HEIGHT, WIDTH, C);
    }
    return pictures;
  }

  private static double hard(double x) {
    return Math.min(Math.max(0.2 * x + 0.5, 0), 1);
  }

  private static int[] pair(String numbers) {
    return new int[] {numbers.charAt(0) - '0', numbers.charAt(2) - '0'};
  }

  @ParameterizedTest
  @CsvSource({
    "same, 3 3, 1 1, 1 1, false, 2.4.0",
    "valid, 3 2, 1 1, 1 1, false, 2.4.0",
    "same, 2 4, 2 3, 1 1, true, 2.4.0",
    "valid, 2 3, 2 1, 1 1, false, 3.1.0",
    "same, 3 2, 1 1, 2 3, false, 2.4.0",
    "valid, 2 2, 1 1, 3 2, true, 3.1.0",
    "same, 1 5, 3 2, 1 1, false, 2.4.0"
  })
  void picturesAreConvolvedAsInKeras(
      String padding,
      String kernel,
      String stride,
      String dilation,
      boolean usual,
      String version) {
    int[] sizes = pair(kernel);
    Convolution input =
        new Convolution(sizes, pair(stride), pair(dilation), padding.equals("same"));
    Named arrays = arrays(new Named(31), "c", sizes[0], sizes[1], C);
    String options =
        "\"filters\": 3, \"kernel_size\": [%s], \"strides\": [%s], \"dilation_rate\": [%s], \"padding\": \"%s\", \"data_format\": \"channels_last\", \"activation\": \"%s\", \"recurrent_activation\": \"%s\", \"use_bias\": true, \"return_sequences\": true, \"batch_input_shape\": [null, null, 5, 6, 2]"
            .formatted(
                kernel.replace(" ", ", "),
                stride.replace(" ", ", "),
                dilation.replace(" ", ", "),
                padding,
                usual ? "tanh" : "relu",
                usual ? "sigmoid" : "hard_sigmoid");
    double[][] x = Foreign.sequence(T, HEIGHT * WIDTH * C);
    boolean third = version.startsWith("3");
    double[][] expected =
        convLstm(
            arrays,
            "c",
            pictures(x),
            input,
            usual
                ? Scalars::sigmoid
                : third ? a -> Math.min(Math.max(a / 6 + 0.5, 0), 1) : KerasConvLstmTest::hard,
            usual ? Math::tanh : a -> Math.max(a, 0));
    String config =
        sequential(
            layer("ConvLSTM2D", "c", options),
            layer("TimeDistributed", "t", "\"layer\": " + layer("Flatten", "f", "")));
    requireClose(Foreign.run(keras(version, arrays, config, three("c")).model(), x), expected);
  }

  @Test
  void theLastPictureOfKeras3IsFlattened() {
    Named arrays = arrays(new Named(32), "c", 3, 3, C);
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_shape\": [null, 4, 5, 6, 2]"),
            layer(
                "ConvLSTM2D",
                "c",
                "\"filters\": 3, \"kernel_size\": [3, 3], \"padding\": \"valid\", \"go_backwards\": true"),
            layer("Flatten", "f", ""));
    double[][] x = Foreign.sequence(T, HEIGHT * WIDTH * C);
    Convolution input =
        new Convolution(new int[] {3, 3}, new int[] {1, 1}, new int[] {1, 1}, false);
    double[][] y =
        convLstm(arrays, "c", pictures(reversed(x)), input, Scalars::sigmoid, Math::tanh);
    Named tree = tree(arrays, "c", "conv_lstm2d/cell");
    Imported imported = Foreign.read(Foreign.keras3(folder.resolve("m.keras"), config, tree));
    requireClose(Foreign.run(imported.model(), x), new double[][] {y[T - 1]});
  }

  @Test
  void bothDirectionsAreConcatenatedByChannel() {
    Named arrays = arrays(arrays(new Named(33), "fw", 3, 3, C), "bw", 3, 3, C);
    String inner =
        layer(
            "ConvLSTM2D",
            "c",
            "\"filters\": 3, \"kernel_size\": [3, 3], \"padding\": \"same\", \"recurrent_activation\": \"hard_sigmoid\", \"return_sequences\": true");
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_input_shape\": [null, null, 5, 6, 2]"),
            layer("Bidirectional", "b", "\"merge_mode\": \"concat\", \"layer\": " + inner),
            layer("TimeDistributed", "t", "\"layer\": " + layer("Flatten", "f", "")));
    double[][] x = Foreign.sequence(T, HEIGHT * WIDTH * C);
    Convolution input = new Convolution(new int[] {3, 3}, new int[] {1, 1}, new int[] {1, 1}, true);
    double[][] ahead =
        convLstm(arrays, "fw", pictures(x), input, KerasConvLstmTest::hard, Math::tanh);
    double[][] back =
        reversed(
            convLstm(
                arrays, "bw", pictures(reversed(x)), input, KerasConvLstmTest::hard, Math::tanh));
    double[][] expected = new double[T][HEIGHT * WIDTH * 2 * F];
    for (int t = 0; t < T; t++) {
      for (int n = 0; n < expected[t].length; n++) {
        int place = n / (2 * F);
        int channel = n % (2 * F);
        expected[t][n] =
            channel < F ? ahead[t][place * F + channel] : back[t][place * F + channel - F];
      }
    }
    Weights weights =
        Weights.of(
            "b",
            "fw/kernel:0",
            "fw/recurrent_kernel:0",
            "fw/bias:0",
            "bw/kernel:0",
            "bw/recurrent_kernel:0",
            "bw/bias:0");
    requireClose(Foreign.run(keras("2.4.0", arrays, config, weights).model(), x), expected);
  }

  @Test
  void theStateOfOneStartsAnother() {
    Named arrays = arrays(arrays(new Named(34), "a", 3, 3, C), "b", 3, 3, C);
    String options =
        "\"filters\": 3, \"kernel_size\": [3, 3], \"padding\": \"same\", \"recurrent_activation\": \"sigmoid\"";
    String config =
        new KerasJson()
            .input("in", "3, 5, 6, 2")
            .layer("ConvLSTM2D", "a", options + ", \"return_state\": true", "in")
            .layer("ConvLSTM2D", "b", options, "in", "a:1", "a:2")
            .layer("Flatten", "f", "", "b")
            .model(List.of("in"), List.of("f"));
    double[][] x = Foreign.sequence(3, HEIGHT * WIDTH * C);
    Convolution input = new Convolution(new int[] {3, 3}, new int[] {1, 1}, new int[] {1, 1}, true);
    // the same weights for both: the second goes on where the first ended
    for (String array : List.of("kernel:0", "recurrent_kernel:0", "bias:0")) {
      arrays.all.put("b/" + array, arrays.all.get("a/" + array));
    }
    double[][] twice = new double[6][];
    System.arraycopy(x, 0, twice, 0, 3);
    System.arraycopy(x, 0, twice, 3, 3);
    double[][] y = convLstm(arrays, "a", pictures(twice), input, Scalars::sigmoid, Math::tanh);
    requireClose(
        Foreign.run(keras("2.4.0", arrays, config, three("a"), three("b")).model(), x),
        new double[][] {y[5]});
  }

  @Test
  void linesAreConvolvedAlongOneAxis() {
    Named arrays =
        new Named(35)
            .with("c/kernel:0", 3, C, 4 * F)
            .with("c/recurrent_kernel:0", 3, F, 4 * F)
            .with("c/bias:0", 4 * F);
    String config =
        sequential(
            layer(
                "ConvLSTM1D",
                "c",
                "\"filters\": 3, \"kernel_size\": [3], \"strides\": [2], \"padding\": \"same\", \"recurrent_activation\": \"hard_sigmoid\", \"return_sequences\": true, \"batch_input_shape\": [null, null, 6, 2]"),
            layer("TimeDistributed", "t", "\"layer\": " + layer("Flatten", "f", "")));
    double[][] x = Foreign.sequence(T, WIDTH * C);
    double[][][][] lines = new double[T][][][];
    for (int t = 0; t < T; t++) {
      lines[t] = picture(x[t], 1, WIDTH, C);
    }
    Convolution input = new Convolution(new int[] {1, 3}, new int[] {1, 2}, new int[] {1, 1}, true);
    requireClose(
        Foreign.run(keras("2.9.0", arrays, config, three("c")).model(), x),
        convLstm(arrays, "c", lines, input, KerasConvLstmTest::hard, Math::tanh));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"data_format\": \"channels_first\"; stores the channels first",
        "\"padding\": \"causal\"; has padding causal",
        "\"activation\": \"softmax\"; has a softmax over the channels",
        "\"kernel_size\": [7, 1]; has a kernel that does not fit into the picture",
        "\"recurrent_activation\": \"gelu\"; has the activation 'gelu'"
      })
  void whatCannotBeRepresentedIsRefusedByName(String option, String reason) {
    Named arrays = arrays(new Named(36), "c", 3, 3, C);
    String options = "\"filters\": 3, \"batch_input_shape\": [null, null, 5, 6, 2], ";
    options += option.contains("kernel_size") ? option : "\"kernel_size\": [3, 3], " + option;
    String config = sequential(layer("ConvLSTM2D", "c", options), layer("Flatten", "f", ""));
    assertThatThrownBy(() -> keras("2.4.0", arrays, config, three("c")))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("layer 'c' ('ConvLSTM2D') " + reason);
  }
}

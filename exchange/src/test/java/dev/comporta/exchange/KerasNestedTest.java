package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are layers of other models, compared with Keras' rules. */
class KerasNestedTest extends KerasModels {
  private static double[] dense(Named arrays, String name, double[] x) {
    return Scalars.keras(arrays.get(name + "/kernel:0"), x, arrays.get(name + "/bias:0"));
  }

  /** Keras' normalisation after training. */
  private static double[] normalized(Named arrays, String name, double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] =
          arrays.get(name + "/gamma:0")[i]
                  * (x[i] - arrays.get(name + "/moving_mean:0")[i])
                  / Math.sqrt(arrays.get(name + "/moving_variance:0")[i] + 1e-3)
              + arrays.get(name + "/beta:0")[i];
    }
    return y;
  }

  private static Named normalization(Named arrays, String name, int size) {
    arrays
        .with(name + "/gamma:0", size)
        .with(name + "/beta:0", size)
        .with(name + "/moving_mean:0", size)
        .with(name + "/moving_variance:0", size);
    float[] variance = arrays.get(name + "/moving_variance:0");
    for (int i = 0; i < size; i++) {
      variance[i] = Math.abs(variance[i]) + 0.1f;
    }
    return arrays;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSequentialModelIsALayer(boolean third) {
    Named arrays = rnn(new Named(41).with("in/kernel:0", I, I).with("in/bias:0", I), "l", I, 4);
    normalization(arrays, "n", I).with("out/kernel:0", H, 2).with("out/bias:0", 2);
    String inner =
        layer(
            "Sequential",
            "front",
            "\"layers\": [%s, %s]"
                .formatted(
                    layer("Dense", "in", "\"units\": 3, \"batch_input_shape\": [null, null, 3]"),
                    layer("BatchNormalization", "n", "\"axis\": [2]")));
    String middle =
        layer(
            "Sequential",
            "body",
            "\"layers\": [%s, %s]"
                .formatted(inner, layer("LSTM", "l", "\"units\": 4, \"return_sequences\": true")));
    String config = sequential(middle, layer("Dense", "out", "\"units\": 2"));
    Imported imported;
    if (third) {
      String front = "sequential/layers/sequential/layers/";
      Named tree =
          tree(
              arrays,
              "in",
              front + "dense",
              "n",
              front + "batch_normalization",
              "l",
              "sequential/layers/lstm/cell",
              "out",
              "dense");
      imported = Foreign.read(Foreign.keras3(folder.resolve("m.keras"), config, tree));
    } else { // what is trained comes first
      Weights body =
          Weights.of(
              "body",
              "in/kernel:0",
              "in/bias:0",
              "n/gamma:0",
              "n/beta:0",
              "l/kernel:0",
              "l/recurrent_kernel:0",
              "l/bias:0",
              "n/moving_mean:0",
              "n/moving_variance:0");
      imported = keras("2.4.0", arrays, config, body, dense("out"));
    }
    double[][] x = Foreign.sequence(5, I);
    double[][] z =
        Arrays.stream(x)
            .map(step -> normalized(arrays, "n", dense(arrays, "in", step)))
            .toArray(double[][]::new);
    double[][] expected =
        Arrays.stream(lstm(arrays, "l", z, all(5), false, state()))
            .map(h -> dense(arrays, "out", h))
            .toArray(double[][]::new);
    requireClose(Foreign.run(imported.model(), x), expected);
  }

  /** A functional model as options of a layer. */
  private static String asOptions(String model) {
    return model.substring(model.indexOf("\"layers\""), model.length() - 2);
  }

  private static String encoder(int inputs) {
    return asOptions(
        new KerasJson()
            .input("x", "null, " + inputs)
            .layer("LSTM", "l", "\"units\": 4, \"return_state\": true", "x")
            .layer("Concatenate", "c", "\"axis\": -1", "l:0", "l:2")
            .model(List.of("x"), List.of("c", "l:1")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aModelThatIsCalledTwiceSharesItsWeights(boolean third) {
    Named arrays = rnn(new Named(42), "l", 2, 4).with("d/kernel:0", 12, 2).with("d/bias:0", 2);
    String config =
        new KerasJson()
            .input("a", "4, 2")
            .input("b", "4, 2")
            .calls("Functional", "twin", encoder(2), List.of(List.of("a"), List.of("b")))
            .layer("Concatenate", "both", "\"axis\": -1", "twin:1:0", "twin:2:1")
            .layer("Dense", "d", "\"units\": 2", "both")
            .model(List.of("a", "b"), List.of("d"));
    Imported imported;
    if (third) {
      Named tree = tree(arrays, "l", "functional/layers/lstm/cell", "d", "dense");
      imported = Foreign.read(Foreign.keras3(folder.resolve("m.keras"), config, tree));
    } else {
      Weights twin = Weights.of("twin", "l/kernel:0", "l/recurrent_kernel:0", "l/bias:0");
      imported = keras("2.4.0", arrays, config, twin, dense("d"));
    }
    double[][] x = Foreign.sequence(4, 4);
    double[][] a = state();
    double[][] b = state();
    lstm(arrays, "l", part(x, 0), all(4), false, a);
    lstm(arrays, "l", part(x, 2), all(4), false, b);
    double[] both = Stream.of(a[0], a[1], b[0]).flatMapToDouble(Arrays::stream).toArray();
    requireClose(Foreign.run(imported.model(), x), new double[][] {dense(arrays, "d", both)});
    assertThat(imported.model().parameters().all()).hasSize(5);
  }

  private static double[][] part(double[][] x, int from) {
    return Arrays.stream(x)
        .map(step -> Arrays.copyOfRange(step, from, from + 2))
        .toArray(double[][]::new);
  }

  @Test
  void layersOfTheSameNameAreFoundByTheNamesOfTheirModels() {
    Named arrays = new Named(43);
    for (String name : List.of("a/d", "b/d")) {
      arrays.with(name + "/kernel:0", I, I).with(name + "/bias:0", I);
    }
    String inner = "\"layers\": [" + layer("Dense", "d", "\"units\": 3") + "]";
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_input_shape\": [null, null, 3]"),
            layer(
                "Sequential",
                "all",
                "\"layers\": ["
                    + layer("Sequential", "a", inner)
                    + ", "
                    + layer("Sequential", "b", inner)
                    + "]"));
    // the names of b come first, so that the order does not decide
    Weights all = Weights.of("all", "b/d/kernel:0", "b/d/bias:0", "a/d/kernel:0", "a/d/bias:0");
    double[][] x = Foreign.sequence(2, I);
    double[][] expected =
        Arrays.stream(x)
            .map(step -> dense(arrays, "b/d", dense(arrays, "a/d", step)))
            .toArray(double[][]::new);
    requireClose(Foreign.run(keras("2.4.0", arrays, config, all).model(), x), expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aModelReadsEveryPictureOfASequence(boolean third) {
    Named arrays = rnn(new Named(44).with("c/kernel:0", 2, 2, 1, 2).with("c/bias:0", 2), "l", 4, 4);
    normalization(arrays, "n", 2);
    String cnn =
        layer(
            "Sequential",
            "cnn",
            "\"layers\": [%s, %s, %s, %s]"
                .formatted(
                    layer(
                        "Conv2D",
                        "c",
                        "\"filters\": 2, \"kernel_size\": [2, 2], \"batch_input_shape\": [null, 3, 3, 1]"),
                    layer("BatchNormalization", "n", "\"axis\": [3]"),
                    layer("MaxPooling2D", "p", "\"pool_size\": [1, 2], \"strides\": [1, 1]"),
                    layer("Flatten", "f", "")));
    String config =
        sequential(
            layer(
                "TimeDistributed",
                "td",
                "\"batch_input_shape\": [null, null, 3, 3, 1], \"layer\": " + cnn),
            layer("LSTM", "l", "\"units\": 4, \"return_sequences\": true"));
    Imported imported;
    if (third) {
      String at = "time_distributed/layer/layers/";
      Named tree =
          tree(arrays, "c", at + "conv2d", "n", at + "batch_normalization", "l", "lstm/cell");
      imported = Foreign.read(Foreign.keras3(folder.resolve("m.keras"), config, tree));
    } else {
      Weights td =
          Weights.of(
              "td",
              "c/kernel:0",
              "c/bias:0",
              "n/gamma:0",
              "n/beta:0",
              "n/moving_mean:0",
              "n/moving_variance:0");
      imported = keras("2.4.0", arrays, config, td, three("l"));
    }
    double[][] x = Foreign.sequence(3, 9);
    double[][] flat = new double[3][];
    for (int t = 0; t < 3; t++) {
      double[][] pixels = new double[4][]; // of the 2 x 2 results
      for (int p = 0; p < 4; p++) {
        double[] y = new double[2];
        for (int o = 0; o < 2; o++) {
          y[o] = arrays.get("c/bias:0")[o];
          for (int k = 0; k < 4; k++) {
            y[o] += x[t][(p / 2 + k / 2) * 3 + p % 2 + k % 2] * arrays.get("c/kernel:0")[k * 2 + o];
          }
        }
        pixels[p] = normalized(arrays, "n", y);
      }
      flat[t] = new double[4];
      for (int row = 0; row < 2; row++) {
        for (int o = 0; o < 2; o++) {
          flat[t][row * 2 + o] = Math.max(pixels[row * 2][o], pixels[row * 2 + 1][o]);
        }
      }
    }
    requireClose(Foreign.run(imported.model(), x), lstm(arrays, "l", flat, all(3), false, state()));
  }

  @Test
  void aBranchingModelRunsAtEveryTimestep() {
    Named arrays = new Named(45);
    for (String name : List.of("p", "q")) {
      arrays.with(name + "/kernel:0", I, 2).with(name + "/bias:0", 2);
    }
    String inner =
        new KerasJson()
            .input("x", "3")
            .layer("Dense", "p", "\"units\": 2, \"activation\": \"tanh\"", "x")
            .layer("Dense", "q", "\"units\": 2", "x")
            .layer("Concatenate", "c", "\"axis\": 1", "p", "q")
            .model(List.of("x"), List.of("c"));
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_input_shape\": [null, null, 3]"),
            layer("TimeDistributed", "td", "\"layer\": " + inner));
    Weights td = Weights.of("td", "p/kernel:0", "p/bias:0", "q/kernel:0", "q/bias:0");
    double[][] x = Foreign.sequence(3, I);
    double[][] expected =
        Arrays.stream(x)
            .map(step ->
                DoubleStream.concat(
                        Arrays.stream(dense(arrays, "p", step)).map(Math::tanh),
                        Arrays.stream(dense(arrays, "q", step)))
                    .toArray())
            .toArray(double[][]::new);
    requireClose(Foreign.run(keras("2.4.0", arrays, config, td).model(), x), expected);
  }

  @Test
  void anInnerModelMayReadIdsWithAMask() {
    Named arrays = rnn(new Named(46).with("e/embeddings:0", 6, I), "l", I, 4);
    String words =
        layer(
            "Sequential",
            "words",
            "\"layers\": ["
                + layer(
                    "Embedding",
                    "e",
                    "\"input_dim\": 6, \"output_dim\": 3, \"mask_zero\": true, \"batch_input_shape\": [null, null]")
                + "]");
    String config =
        sequential(words, layer("LSTM", "l", "\"units\": 4, \"return_sequences\": true"));
    Imported imported =
        keras("2.4.0", arrays, config, Weights.of("words", "e/embeddings:0"), three("l"));
    int[] ids = {4, 0, 2, 5, 0};
    double[][] x = new double[ids.length][I];
    boolean[] mask = new boolean[ids.length];
    for (int t = 0; t < ids.length; t++) {
      mask[t] = ids[t] != 0;
      for (int i = 0; i < I; i++) {
        x[t][i] = arrays.get("e/embeddings:0")[ids[t] * I + i];
      }
    }
    requireClose(Foreign.run(imported.model(), ids), lstm(arrays, "l", x, mask, false, state()));
  }

  @Test
  void whatCannotBeRepresentedIsRefusedByItsPath() {
    Named arrays = new Named(47).with("d/kernel:0", I, I).with("d/bias:0", I).with("z/w:0", 2);
    String deep = layer("Dense", "d", "\"units\": 3, \"batch_input_shape\": [null, null, 3]");
    for (int level = 0; level < 20; level++) {
      deep = layer("Sequential", "s" + level, "\"layers\": [" + deep + "]");
    }
    String tooDeep = sequential(deep);
    assertThatThrownBy(() -> keras("2.4.0", arrays, tooDeep, Weights.of("s19", "d/kernel:0")))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("nested more than 16 levels deep");
    String lambda =
        sequential(
            layer("InputLayer", "in", "\"batch_input_shape\": [null, null, 3]"),
            layer("Sequential", "s", "\"layers\": [" + layer("Lambda", "own", "") + "]"));
    assertThatThrownBy(() -> keras("2.4.0", arrays, lambda))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("layer 's/own' ('Lambda') is not supported");
    String recurrent =
        sequential(
            layer(
                "TimeDistributed",
                "td",
                "\"batch_input_shape\": [null, null, 3], \"layer\": "
                    + layer("Sequential", "s", "\"layers\": [" + layer("LSTM", "l", "") + "]")));
    assertThatThrownBy(() -> keras("2.4.0", arrays, recurrent))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("layer 'td/s/l' ('LSTM') expected a sequence but got a vector");
    for (String before :
        List.of(
            layer("RepeatVector", "r", "\"n\": 2"),
            layer("Reshape", "r", "\"target_shape\": [3, 1]"))) {
      String flat = before + ", " + layer("Flatten", "f", "");
      String sequences =
          sequential(
              layer("InputLayer", "in", "\"batch_input_shape\": [null, null, 3]"),
              layer(
                  "TimeDistributed",
                  "td",
                  "\"layer\": " + layer("Sequential", "s", "\"layers\": [" + flat + "]")));
      assertThatThrownBy(() -> keras("2.4.0", arrays, sequences))
          .isInstanceOf(ExchangeException.class)
          .hasMessageContaining("layer 'td/s/r'")
          .hasMessageContaining("makes a sequence within TimeDistributed");
    }
    String inner = layer("Sequential", "same", "\"layers\": [" + layer("ReLU", "r", "") + "]");
    String twice =
        sequential(
            layer("InputLayer", "in", "\"batch_input_shape\": [null, null, 3]"), inner, inner);
    assertThatThrownBy(() -> keras("2.4.0", arrays, twice))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("layer 'same' ('Sequential') has the name of another layer");
    String foreign =
        sequential(
            layer("InputLayer", "in", "\"batch_input_shape\": [null, null, 3]"),
            layer("Sequential", "s", "\"layers\": [" + layer("Dense", "d", "\"units\": 3") + "]"));
    Weights other = Weights.of("s", "d/kernel:0", "d/bias:0", "z/w:0");
    assertThatThrownBy(() -> keras("2.4.0", arrays, foreign, other))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("layer 's' ('Sequential') has weights 'z/w:0'")
        .hasMessageContaining("belong to none of its layers");
  }
}

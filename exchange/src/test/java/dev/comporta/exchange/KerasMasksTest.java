package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks with holes, compared with Keras' rules. */
class KerasMasksTest extends KerasModels {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void masksMayHaveHoles(boolean sequences) {
    Named arrays = rnn(new Named(11), "l", I, 4);
    double[][] x = holed(HOLES);
    Imported imported =
        keras(
            "2.4.0",
            arrays,
            sequential(
                MASKING, layer("LSTM", "l", "\"units\": 4, \"return_sequences\": " + sequences)),
            three("l"));
    double[][] y = lstm(arrays, "l", x, HOLES, false, state());
    requireClose(
        Foreign.run(imported.model(), x), sequences ? y : new double[][] {y[HOLES.length - 1]});
    if (sequences) {
      float[] values = new float[x.length * I];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) x[i / I][i % I];
      }
      float[] streamed = new float[x.length * H];
      try (Session session =
          new StreamingModel(imported.model(), Foreign.CATALOG.backend("reference")).newSession()) {
        session.run(values, x.length, streamed);
      }
      requireClose(streamed, y);
    }
  }

  @ParameterizedTest
  @CsvSource({"2.4.0, true", "2.2.4, true", "2.2.4-tf, true", "2.4.0, false"})
  void bothDirectionsReadAMask(String version, boolean sequences) {
    Named arrays = new Named(12);
    rnn(arrays, "f", I, 4);
    rnn(arrays, "b", I, 4);
    String inner = layer("LSTM", "l", "\"units\": 4, \"return_sequences\": " + sequences);
    String both = layer("Bidirectional", "both", "\"merge_mode\": \"concat\", \"layer\": " + inner);
    double[][] x = holed(HOLES);
    boolean zero = sequences && !version.equals("2.2.4");
    double[][] ahead = lstm(arrays, "f", x, HOLES, zero, state());
    double[][] back = lstm(arrays, "b", reversed(x), reversed(HOLES), zero, state());
    double[][] expected;
    if (sequences) {
      expected = new double[x.length][];
      for (int t = 0; t < x.length; t++) {
        expected[t] =
            DoubleStream.concat(Arrays.stream(ahead[t]), Arrays.stream(reversed(back)[t]))
                .toArray();
      }
    } else {
      expected =
          new double[][] {
            DoubleStream.concat(
                    Arrays.stream(ahead[x.length - 1]), Arrays.stream(back[x.length - 1]))
                .toArray()
          };
    }
    Imported imported =
        keras(
            version,
            arrays,
            sequential(MASKING, both),
            Weights.of(
                "both",
                "f/kernel:0",
                "f/recurrent_kernel:0",
                "f/bias:0",
                "b/kernel:0",
                "b/recurrent_kernel:0",
                "b/bias:0"));
    requireClose(Foreign.run(imported.model(), x), expected);
  }

  @Test
  void anEmbeddingMasksIdZeroForTheMeanOverTime() {
    Named arrays =
        new Named(13).with("e/embeddings:0", 6, 3).with("d/kernel:0", 3, 2).with("d/bias:0", 2);
    Imported imported =
        keras(
            "2.4.0",
            arrays,
            sequential(
                layer(
                    "Embedding",
                    "e",
                    "\"input_dim\": 6, \"output_dim\": 3, \"mask_zero\": true, \"batch_input_shape\": [null, null]"),
                layer("Dense", "d", "\"units\": 2, \"activation\": \"tanh\""),
                layer("GlobalAveragePooling1D", "g", "")),
            Weights.of("e", "e/embeddings:0"),
            dense("d"));
    int[] ids = {0, 4, 0, 0, 2, 5};
    double[] mean = new double[2];
    for (int id : ids) {
      if (id != 0) {
        double[] row = new double[3];
        for (int i = 0; i < 3; i++) {
          row[i] = arrays.get("e/embeddings:0")[id * 3 + i];
        }
        double[] y = Scalars.keras(arrays.get("d/kernel:0"), row, arrays.get("d/bias:0"));
        mean[0] += Math.tanh(y[0]) / 3;
        mean[1] += Math.tanh(y[1]) / 3;
      }
    }
    requireClose(Foreign.run(imported.model(), ids), mean);
    assertThat(imported.model().layers().getFirst()).isInstanceOf(EmbeddingLayer.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'Softmax', 'sm', ''",
    "'Dot', 'dd', '\"axes\": [1, 2]'",
  })
  void whatMasksAndAxesCannotExpressIsRejectedByName(String type, String name, String options) {
    String config =
        new KerasJson()
            .input("in", "5, 3")
            .layer("Masking", "mask", "", "in")
            .layer(
                type,
                name,
                options == null ? "" : options,
                type.equals("Dot") ? new String[] {"in", "in"} : new String[] {"mask"})
            .model(List.of("in"), List.of(name));
    assertThatThrownBy(() -> keras("2.4.0", new Named(1), config, Weights.of(name)))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("'" + name + "'");
  }

  private static String tensor(String layer) {
    return tensor(layer, 0);
  }

  private static String tensor(String layer, int call) {
    return "{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"%s\", %d, 0]}}"
        .formatted(layer, call);
  }

  private static String call(String args, String mask) {
    return "{\"args\": [%s], \"kwargs\": {%s}}"
        .formatted(args, mask.isEmpty() ? "" : "\"mask\": " + tensor(mask));
  }

  private static String called(String type, String name, String options, String... calls) {
    return "{\"class_name\": \"%s\", \"name\": \"%s\", \"config\": {\"name\": \"%s\"%s}, \"inbound_nodes\": [%s]}"
        .formatted(
            type, name, name, options.isEmpty() ? "" : ", " + options, String.join(", ", calls));
  }

  private static String functional(List<String> inputs, String output, String... layers) {
    return "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [%s], \"input_layers\": [%s], \"output_layers\": [[\"%s\", 0, 0]]}}"
        .formatted(
            String.join(", ", layers),
            String.join(", ", inputs.stream().map(name -> "[\"" + name + "\", 0, 0]").toList()),
            output);
  }

  /** Keras 3 writes the operations that compute a mask, and passes the mask by name. */
  @Test
  void masksOfKeras3ArePassedByName() {
    Named arrays = rnn(new Named(71), "l", I, 4);
    Named tree = tree(arrays, "l", "lstm/cell");
    String config =
        functional(
            List.of("x"),
            "l",
            called("InputLayer", "x", "\"batch_shape\": [null, null, 3]"),
            called("NotEqual", "ne", "", call(tensor("x") + ", -1.0", "")),
            called("Masking", "mask", "\"mask_value\": -1.0", call(tensor("x"), "")),
            called("Any", "any", "", call(tensor("ne"), "")),
            called(
                "LSTM",
                "l",
                "\"units\": 4, \"return_sequences\": true",
                call(tensor("mask"), "any")));
    double[][] x = holed(HOLES);
    Imported imported = Foreign.read(Foreign.keras3(folder.resolve("m.keras"), config, tree));
    requireClose(Foreign.run(imported.model(), x), lstm(arrays, "l", x, HOLES, false, state()));
    String other = config.replace("-1.0]", "2.0]"); // the operation compares with another number
    assertThatThrownBy(() -> Foreign.read(Foreign.keras3(folder.resolve("o.keras"), other, tree)))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("'l'")
        .hasMessageContaining("not the mask of what it reads");
  }

  @Test
  void eachCallOfALayerHasAMaskOfItsOwn() {
    Named arrays = rnn(new Named(72).with("e/embeddings:0", 6, I), "l", I, 4);
    String config =
        functional(
            List.of("a", "b"),
            "c",
            called("InputLayer", "a", "\"batch_shape\": [null, 4]"),
            called("InputLayer", "b", "\"batch_shape\": [null, 4]"),
            called("NotEqual", "ne", "", call(tensor("a") + ", 0", "")),
            called("NotEqual", "ne_1", "", call(tensor("b") + ", 0", "")),
            called(
                "Embedding",
                "e",
                "\"input_dim\": 6, \"output_dim\": 3, \"mask_zero\": true",
                call(tensor("a"), ""),
                call(tensor("b"), "")),
            called(
                "LSTM",
                "l",
                "\"units\": 4",
                call(tensor("e", 0), "ne"),
                call(tensor("e", 1), "ne_1")),
            called(
                "Concatenate",
                "c",
                "\"axis\": -1",
                call("[" + tensor("l", 0) + ", " + tensor("l", 1) + "]", "")));
    Named tree = tree(arrays, "e", "embedding", "l", "lstm/cell");
    double[][] ids = {{4, 0}, {0, 2}, {5, 0}, {0, 3}};
    double[][] ends = new double[2][];
    for (int side = 0; side < 2; side++) {
      double[][] x = new double[4][I];
      boolean[] mask = new boolean[4];
      for (int t = 0; t < 4; t++) {
        int id = (int) ids[t][side];
        mask[t] = id != 0;
        for (int i = 0; i < I; i++) {
          x[t][i] = arrays.get("e/embeddings:0")[id * I + i];
        }
      }
      ends[side] = lstm(arrays, "l", x, mask, false, state())[3];
    }
    Imported imported = Foreign.read(Foreign.keras3(folder.resolve("m.keras"), config, tree));
    requireClose(
        Foreign.run(imported.model(), ids),
        DoubleStream.concat(Arrays.stream(ends[0]), Arrays.stream(ends[1])).toArray());
    String crossed = config.replace("\"ne_1\", 0, 0", "\"ne\", 0, 0");
    assertThatThrownBy(() -> Foreign.read(Foreign.keras3(folder.resolve("o.keras"), crossed, tree)))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("not the mask of what it reads");
  }
}

package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches, several inputs and outputs, states and shapes, compared with Keras' rules. */
class KerasNetworksTest extends KerasModels {
  @Test
  void stacksOfCellsAreNumberedClassByClass() {
    Named arrays = new Named(14);
    String[] cells = {"lstm_cell", "simple_rnn_cell", "lstm_cell_1"};
    int inputs = I;
    for (String cell : cells) {
      int gates = cell.startsWith("lstm") ? 4 : 1;
      String at = "rnn/cell/cells/" + cell + "/vars/";
      arrays.with(at + 0, inputs, gates * H).with(at + 1, H, gates * H).with(at + 2, gates * H);
      inputs = H;
    }
    String inner =
        "[%s, %s, %s]"
            .formatted(
                layer("LSTMCell", "a", "\"units\": 4"),
                layer("SimpleRNNCell", "b", "\"units\": 4"),
                layer("LSTMCell", "c", "\"units\": 4"));
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_shape\": [null, 5, 3]"),
            layer(
                "RNN",
                "rnn",
                "\"return_sequences\": true, \"cell\": {\"class_name\": \"StackedRNNCells\", \"config\": {\"cells\": "
                    + inner
                    + "}}"));
    double[][] x = Foreign.sequence(5, I);
    Named renamed = new Named(0);
    for (String cell : cells) {
      String at = "rnn/cell/cells/" + cell + "/vars/";
      renamed.all.put(cell + "/kernel:0", arrays.all.get(at + 0));
      renamed.all.put(cell + "/recurrent_kernel:0", arrays.all.get(at + 1));
      renamed.all.put(cell + "/bias:0", arrays.all.get(at + 2));
    }
    double[][] first = lstm(renamed, cells[0], x, all(5), false, state());
    double[] h = new double[H];
    double[][] second = new double[5][];
    for (int t = 0; t < 5; t++) {
      double[] a =
          Scalars.plus(
              Scalars.keras(
                  renamed.get(cells[1] + "/kernel:0"), first[t], renamed.get(cells[1] + "/bias:0")),
              Scalars.keras(renamed.get(cells[1] + "/recurrent_kernel:0"), h, new float[H]));
      h = Arrays.stream(a).map(Math::tanh).toArray();
      second[t] = h;
    }
    Imported imported = Foreign.read(Foreign.keras3(folder.resolve("m.keras"), config, arrays));
    requireClose(
        Foreign.run(imported.model(), x), lstm(renamed, cells[2], second, all(5), false, state()));
  }

  @Test
  void aBranchMayRunBackwardsAndReturnAllOutputs() {
    Named arrays = rnn(rnn(new Named(15), "a", I, 4), "b", I, 4);
    String config =
        new KerasJson()
            .input("in", "null, 3")
            .layer("LSTM", "a", "\"units\": 4, \"return_sequences\": true", "in")
            .layer(
                "LSTM",
                "b",
                "\"units\": 4, \"return_sequences\": true, \"go_backwards\": true",
                "in")
            .layer("Concatenate", "c", "\"axis\": -1", "a", "b")
            .model(List.of("in"), List.of("c"));
    double[][] x = Foreign.sequence(6, I);
    double[][] a = lstm(arrays, "a", x, all(6), false, state());
    double[][] b = lstm(arrays, "b", reversed(x), all(6), false, state());
    double[][] expected = new double[6][];
    for (int t = 0; t < 6; t++) {
      expected[t] = DoubleStream.concat(Arrays.stream(a[t]), Arrays.stream(b[t])).toArray();
    }
    requireClose(
        Foreign.run(keras("2.4.0", arrays, config, three("a"), three("b")).model(), x), expected);
  }

  @Test
  void severalInputsAndOutputsAreSideBySide() {
    Named arrays =
        rnn(new Named(16).with("e/embeddings:0", 5, 3), "l", 3, 4)
            .with("d/kernel:0", H + 2, 2)
            .with("d/bias:0", 2);
    String config =
        new KerasJson()
            .input("words", "null")
            .input("facts", "2")
            .layer("Embedding", "e", "\"input_dim\": 5, \"output_dim\": 3", "words")
            .layer("LSTM", "l", "\"units\": 4, \"return_state\": true", "e")
            .layer("Concatenate", "c", "\"axis\": -1", "l", "facts")
            .layer("Dense", "d", "\"units\": 2", "c")
            .model(List.of("words", "facts"), List.of("d", "l:2"));
    Imported imported =
        keras("2.4.0", arrays, config, Weights.of("e", "e/embeddings:0"), three("l"), dense("d"));
    assertThat(String.join(" ", imported.notes()))
        .contains("0 to 0 are 'words', ids")
        .contains("1 to 2 are 'facts', repeated")
        .contains("2 to 5 are 'l'");
    int[] ids = {3, 0, 4};
    double[][] embedded = new double[3][3];
    double[][] x = new double[3][];
    for (int t = 0; t < 3; t++) {
      x[t] = new double[] {ids[t], 0.5, -0.25};
      for (int i = 0; i < 3; i++) {
        embedded[t][i] = arrays.get("e/embeddings:0")[ids[t] * 3 + i];
      }
    }
    double[][] state = state();
    lstm(arrays, "l", embedded, all(3), false, state);
    double[] both =
        DoubleStream.concat(Arrays.stream(state[0]), DoubleStream.of(0.5, -0.25)).toArray();
    double[] y = Scalars.keras(arrays.get("d/kernel:0"), both, arrays.get("d/bias:0"));
    requireClose(
        Foreign.run(imported.model(), x),
        DoubleStream.concat(Arrays.stream(y), Arrays.stream(state[1])).toArray());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theStateOfAnEncoderStartsADecoder(boolean byName) {
    Named arrays =
        rnn(rnn(new Named(17), "enc", I, 4), "dec", 2, 4)
            .with("d/kernel:0", H, 2)
            .with("d/bias:0", 2);
    String config =
        new KerasJson()
            .input("source", "null, 3")
            .input("target", "null, 2")
            .layer("LSTM", "enc", "\"units\": 4, \"return_state\": true", "source")
            .layer(
                "LSTM",
                "dec",
                "\"units\": 4, \"return_sequences\": true, \"return_state\": true",
                "target",
                "enc:1",
                "enc:2")
            .layer("Dense", "d", "\"units\": 2, \"activation\": \"softmax\"", "dec")
            .model(List.of("source", "target"), List.of("d"));
    if (byName) {
      config =
          config.replace(
              "[[\"target\", 0, 0, {}], [\"enc\", 0, 1, {}], [\"enc\", 0, 2, {}]]",
              "[[\"target\", 0, 0, {\"initial_state\": [[\"enc\", 0, 1], [\"enc\", 0, 2]]}]]");
    }
    Imported imported = keras("2.4.0", arrays, config, three("enc"), three("dec"), dense("d"));
    assertThat(imported.model().encoder()).isNotEmpty();
    double[][] source = Foreign.sequence(5, 3);
    double[][] target = Foreign.sequence(3, 2);
    double[][] state = state();
    lstm(arrays, "enc", source, all(5), false, state);
    double[][] y = lstm(arrays, "dec", target, all(3), false, state);
    double[][] expected = new double[3][];
    for (int t = 0; t < 3; t++) {
      double[] e = Scalars.keras(arrays.get("d/kernel:0"), y[t], arrays.get("d/bias:0"));
      double one = 1 / (1 + Math.exp(e[1] - e[0]));
      expected[t] = new double[] {one, 1 - one};
    }
    requireClose(Foreign.run(imported.model(), batch(target).source(batch(source))), expected);
  }

  private static Batch batch(double[][] x) {
    float[] values = new float[x.length * x[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) x[i / x[0].length][i % x[0].length];
    }
    return Batch.ofValues(x.length, 1, x[0].length, values, null);
  }

  @ParameterizedTest
  @CsvSource({"Attention, false", "Attention, true", "AdditiveAttention, true"})
  void queriesAttendToTheSourceOfAnEncoder(String type, boolean scaled) {
    Named arrays = rnn(new Named(18).with("e/embeddings:0", 7, H), "q", I, 4);
    if (scaled && type.equals("Attention")) {
      arrays.all.put("att/scale:0", new Foreign.Array(new int[] {1}, new float[] {0.75f}));
    } else if (scaled) {
      arrays.with("att/scale:0", H);
    }
    String config =
        new KerasJson()
            .input("words", "null")
            .input("x", "null, 3")
            .layer(
                "Embedding",
                "e",
                "\"input_dim\": 7, \"output_dim\": 4, \"mask_zero\": true",
                "words")
            .layer("LSTM", "q", "\"units\": 4, \"return_sequences\": true", "x")
            .layer(type, "att", "\"use_scale\": " + scaled, "q", "e")
            .layer("Concatenate", "c", "\"axis\": -1", "att", "q")
            .model(List.of("words", "x"), List.of("c"));
    Weights[] weights = {
      Weights.of("e", "e/embeddings:0"),
      three("q"),
      scaled ? Weights.of("att", "att/scale:0") : Weights.of("att")
    };
    Imported imported = keras("2.4.0", arrays, config, weights);
    int[] ids = {2, 0, 6, 1};
    double[][] x = Foreign.sequence(3, I);
    double[][] q = lstm(arrays, "q", x, all(3), false, state());
    double[][] expected = new double[3][2 * H];
    float[] table = arrays.get("e/embeddings:0");
    for (int t = 0; t < 3; t++) {
      double[] weight = new double[ids.length];
      double sum = 0;
      for (int s = 0; s < ids.length; s++) {
        double e = 0;
        for (int j = 0; j < H; j++) {
          double k = table[ids[s] * H + j];
          double scale = scaled ? arrays.get("att/scale:0")[type.equals("Attention") ? 0 : j] : 1;
          e += scale * (type.equals("Attention") ? q[t][j] * k : Math.tanh(q[t][j] + k));
        }
        weight[s] = ids[s] == 0 ? 0 : Math.exp(e);
        sum += weight[s];
      }
      for (int j = 0; j < H; j++) {
        for (int s = 0; s < ids.length; s++) {
          expected[t][j] += weight[s] / sum * table[ids[s] * H + j];
        }
        expected[t][H + j] = q[t][j];
      }
    }
    Batch source = Batch.ofIds(new Ids(ids.length, 1, ids), null);
    requireClose(Foreign.run(imported.model(), batch(x).source(source)), expected);
  }

  @Test
  void aLayerThatIsCalledTwiceSharesItsWeights() {
    Named arrays = rnn(new Named(19), "l", I, 4);
    String config =
        new KerasJson()
            .input("a", "4, 3")
            .input("b", "4, 3")
            .calls("LSTM", "l", "\"units\": 4", List.of(List.of("a"), List.of("b")))
            .layer("Dot", "cos", "\"axes\": 1, \"normalize\": true", "l:0:0", "l:1:0")
            .model(List.of("a", "b"), List.of("cos"));
    Imported imported = keras("2.4.0", arrays, config, three("l"));
    assertThat(imported.model().parameters().count()).isEqualTo(4 * H * (I + H + 1));
    double[][] both = Foreign.sequence(4, 2 * I);
    double[][][] sides = new double[2][4][];
    for (int t = 0; t < 4; t++) {
      sides[0][t] = Arrays.copyOfRange(both[t], 0, I);
      sides[1][t] = Arrays.copyOfRange(both[t], I, 2 * I);
    }
    double[] a = lstm(arrays, "l", sides[0], all(4), false, state())[3];
    double[] b = lstm(arrays, "l", sides[1], all(4), false, state())[3];
    double dot = 0;
    double na = 0;
    double nb = 0;
    for (int j = 0; j < H; j++) {
      dot += a[j] * b[j];
      na += a[j] * a[j];
      nb += b[j] * b[j];
    }
    requireClose(
        Foreign.run(imported.model(), both), new double[] {dot / Math.sqrt(na) / Math.sqrt(nb)});
  }

  @Test
  void shapesAreChangedRowByRow() {
    double[][] x = Foreign.sequence(4, I);
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_shape\": [null, 4, 3]"),
            layer("Permute", "p", "\"dims\": [2, 1]"),
            layer("Reshape", "r", "\"target_shape\": [6, -1]"),
            layer("LeakyReLU", "leaky", "\"alpha\": 0.25"));
    double[][] expected = new double[6][2];
    for (int n = 0; n < 12; n++) {
      double value = x[n % 4][n / 4]; // of the permuted array [3, 4], row by row
      expected[n / 2][n % 2] = value > 0 ? value : 0.25 * value;
    }
    requireClose(Foreign.run(keras("2.4.0", new Named(1), config).model(), x), expected);
  }

  @Test
  void picturesAreReadChannelByChannel() {
    Named arrays =
        rnn(new Named(23).with("c/kernel:0", 2, 3, 2, 3).with("c/bias:0", 3), "l", 3 * 2, 4);
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_shape\": [null, null, 3, 4, 2]"),
            layer(
                "TimeDistributed",
                "td1",
                "\"layer\": "
                    + layer(
                        "Conv2D",
                        "c",
                        "\"filters\": 3, \"kernel_size\": [2, 3], \"strides\": [1, 1], \"padding\": \"valid\", \"activation\": \"relu\"")),
            layer(
                "TimeDistributed",
                "td2",
                "\"layer\": " + layer("MaxPooling2D", "p", "\"pool_size\": [1, 2]")),
            layer("TimeDistributed", "td3", "\"layer\": " + layer("Flatten", "f", "")),
            layer("LSTM", "l", "\"units\": 4, \"return_sequences\": true"));
    double[][] x = Foreign.sequence(3, 3 * 4 * 2);
    double[][] flat = new double[3][6];
    for (int t = 0; t < 3; t++) {
      for (int i = 0; i < 2; i++) {
        for (int o = 0; o < 3; o++) {
          double most = 0;
          for (int j = 0; j < 2; j++) {
            double sum = arrays.get("c/bias:0")[o];
            for (int k = 0; k < 2; k++) {
              for (int m = 0; m < 3; m++) {
                for (int c = 0; c < 2; c++) {
                  sum +=
                      x[t][((i + k) * 4 + j + m) * 2 + c]
                          * arrays.get("c/kernel:0")[((k * 3 + m) * 2 + c) * 3 + o];
                }
              }
            }
            most = Math.max(most, sum);
          }
          flat[t][i * 3 + o] = most;
        }
      }
    }
    Imported imported =
        keras("2.4.0", arrays, config, Weights.of("td1", "c/kernel:0", "c/bias:0"), three("l"));
    requireClose(Foreign.run(imported.model(), x), lstm(arrays, "l", flat, all(3), false, state()));
  }
}

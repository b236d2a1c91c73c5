package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.exchange.Foreign.Named;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deeplearning4j, NumPy, TensorFlow's raw arrays and JSON, and the check of a folder. */
class OtherImportsTest {
  private static final int INPUTS = 3;
  private static final int HIDDEN = 2;
  private static final int TIMESTEPS = 4;

  @TempDir private Path folder;

  private static void requireClose(float[] got, List<double[]> expected) {
    int size = expected.getFirst().length;
    assertThat(got).hasSize(expected.size() * size);
    for (int i = 0; i < got.length; i++) {
      assertThat((double) got[i])
          .as("output %d", i)
          .isCloseTo(expected.get(i / size)[i % size], within(2e-6));
    }
  }

  /** A matrix as Deeplearning4j stores it: column by column. */
  private static void columns(List<Float> flat, Foreign.Array matrix) {
    int rows = matrix.shape()[0];
    int columns = matrix.shape()[1];
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        flat.add(matrix.values()[r * columns + c]);
      }
    }
  }

  @Test
  void gravesLstmWithPeepholes() {
    Named arrays =
        new Named(4)
            .with("W", INPUTS, 4 * HIDDEN)
            .with("RW", HIDDEN, 4 * HIDDEN + 3)
            .with("b", 1, 4 * HIDDEN);
    List<Float> flat = new ArrayList<>();
    List.of("W", "RW", "b").forEach(name -> columns(flat, arrays.all.get(name)));
    float[] parameters = new float[flat.size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = flat.get(i);
    }
    String config =
        """
        {"confs": [{"layer": {"gravesLSTM": {"layerName": "l", "nin": 3, "nout": 2,
          "activationFn": {"TanH": {}}, "gateActivationFn": {"Sigmoid": {}}}}}]}
        """;
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    double[] h = new double[HIDDEN];
    double[] c = new double[HIDDEN];
    List<double[]> expected = new ArrayList<>();
    int columns = 4 * HIDDEN + 3;
    float[] rw = arrays.get("RW");
    for (double[] step : x) {
      double[] a = Scalars.keras(arrays.get("W"), step, arrays.get("b"));
      double[] before = h.clone();
      for (int j = 0; j < 4 * HIDDEN; j++) {
        for (int r = 0; r < HIDDEN; r++) {
          a[j] += before[r] * rw[r * columns + j];
        }
      }
      for (int j = 0; j < HIDDEN; j++) { // g f o i, then the peepholes of f o i
        double g = Math.tanh(a[j]);
        double f = Scalars.sigmoid(a[HIDDEN + j] + rw[j * columns + 4 * HIDDEN] * c[j]);
        double i = Scalars.sigmoid(a[3 * HIDDEN + j] + rw[j * columns + 4 * HIDDEN + 2] * c[j]);
        c[j] = f * c[j] + i * g;
        double o = Scalars.sigmoid(a[2 * HIDDEN + j] + rw[j * columns + 4 * HIDDEN + 1] * c[j]);
        h[j] = o * Math.tanh(c[j]);
      }
      expected.add(h.clone());
    }
    Path file = Foreign.dl4j(folder.resolve("m.zip"), config, parameters);
    requireClose(Foreign.run(Foreign.read(file).model(), x), expected);
    assertThatThrownBy(() ->
            Foreign.read(
                Foreign.dl4j(
                    folder.resolve("long.zip"),
                    config,
                    java.util.Arrays.copyOf(parameters, parameters.length + 1))))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("parameters");
  }

  @Test
  void rawArraysOfTensorFlowStayInTheirFolder() throws Exception {
    Named arrays =
        new Named(5)
            .with("embedding", 6, INPUTS)
            .with(
                "rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/weights", INPUTS + HIDDEN, 4 * HIDDEN)
            .with("rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/biases", 4 * HIDDEN)
            .with("rnnlm/softmax_w", HIDDEN, 5)
            .with("rnnlm/softmax_b", 5);
    StringBuilder manifest = new StringBuilder();
    int number = 0;
    for (var entry : arrays.all.entrySet()) {
      String name = "array" + number++;
      Files.write(folder.resolve(name), Foreign.little(entry.getValue().values()));
      manifest
          .append(manifest.isEmpty() ? "{" : ", ")
          .append(
              "\"%s\": {\"filename\": \"%s\", \"shape\": %s}"
                  .formatted(
                      entry.getKey(), name, java.util.Arrays.toString(entry.getValue().shape())));
    }
    manifest.append("}");
    Path file = Files.writeString(folder.resolve("manifest.json"), manifest);
    int[] ids = {5, 0, 3};
    double[] h = new double[HIDDEN];
    double[] c = new double[HIDDEN];
    List<double[]> expected = new ArrayList<>();
    for (int id : ids) {
      double[] both = new double[INPUTS + HIDDEN];
      for (int i = 0; i < INPUTS; i++) {
        both[i] = arrays.get("embedding")[id * INPUTS + i];
      }
      System.arraycopy(h, 0, both, INPUTS, HIDDEN);
      double[] a =
          Scalars.keras(
              arrays.get("rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/weights"),
              both,
              arrays.get("rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/biases"));
      for (int j = 0; j < HIDDEN; j++) {
        a[2 * HIDDEN + j] += 1; // i j f o
      }
      Scalars.lstm(a, h, c, new int[] {0, 2, 1, 3}, Scalars::sigmoid, Math::tanh);
      double[] logits =
          Scalars.keras(arrays.get("rnnlm/softmax_w"), h, arrays.get("rnnlm/softmax_b"));
      double sum = 0;
      for (int o = 0; o < 5; o++) {
        logits[o] = Math.exp(logits[o]);
        sum += logits[o];
      }
      for (int o = 0; o < 5; o++) {
        logits[o] /= sum;
      }
      expected.add(logits);
    }
    requireClose(Foreign.run(Foreign.read(file).model(), ids), expected);

    Path inner = Files.createDirectory(folder.resolve("inner"));
    for (int n = 0; n < arrays.all.size(); n++) {
      Files.copy(folder.resolve("array" + n), inner.resolve("array" + n));
    }
    Path copied = Files.writeString(inner.resolve("manifest.json"), manifest);
    requireClose(Foreign.run(Foreign.read(copied).model(), ids), expected);
    Files.delete(inner.resolve("array0"));
    Files.createSymbolicLink(inner.resolve("array0"), folder.resolve("array0"));
    assertThatThrownBy(() -> Foreign.read(copied)).hasMessageContaining("through a link");

    Files.writeString(file, manifest.toString().replace("array0", "../array0"));
    assertThatThrownBy(() -> Foreign.read(file)).hasMessageContaining("leads out of");
  }

  @Test
  void anEncoderAndADecoderOfNumPyShareTheState() {
    Named arrays =
        new Named(6)
            .with("enc_emb", 4, INPUTS)
            .with("enc_w_ih", 3 * HIDDEN, INPUTS)
            .with("enc_w_hh", 3 * HIDDEN, HIDDEN)
            .with("enc_b_ih", 3 * HIDDEN)
            .with("enc_b_hh", 3 * HIDDEN)
            .with("dec_emb", 5, INPUTS)
            .with("dec_w_ih", 3 * HIDDEN, INPUTS)
            .with("dec_w_hh", 3 * HIDDEN, HIDDEN)
            .with("dec_b_ih", 3 * HIDDEN)
            .with("dec_b_hh", 3 * HIDDEN)
            .with("fc_w", 5, HIDDEN)
            .with("fc_b", 5);
    double[] h = new double[HIDDEN];
    for (int id : new int[] {2, 1, 3}) {
      step(arrays, "enc_", id, h);
    }
    List<double[]> expected = new ArrayList<>();
    for (int id : new int[] {4, 0}) {
      step(arrays, "dec_", id, h);
      expected.add(Scalars.torch(arrays.get("fc_w"), h, arrays.get("fc_b")));
    }
    Imported imported = Foreign.read(Foreign.npz(folder.resolve("m.npz"), arrays));
    var source =
        dev.comporta.cells.model.Batch.ofIds(
            new dev.comporta.api.tensor.Ids(3, 1, new int[] {2, 1, 3}), null);
    var target =
        dev.comporta.cells.model.Batch.ofIds(
            new dev.comporta.api.tensor.Ids(2, 1, new int[] {4, 0}), null);
    requireClose(Foreign.run(imported.model(), target.source(source)), expected);
  }

  private static void step(Named arrays, String side, int id, double[] h) {
    double[] x = new double[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
      x[i] = arrays.get(side + "emb")[id * INPUTS + i];
    }
    Scalars.gru(
        Scalars.torch(arrays.get(side + "w_ih"), x, arrays.get(side + "b_ih")),
        Scalars.torch(arrays.get(side + "w_hh"), h, arrays.get(side + "b_hh")),
        h,
        new int[] {0, 1, 2},
        Scalars::sigmoid);
  }

  @Test
  void theCheckComparesWithTheOutputsNextToAModel() {
    Named arrays = new Named(7).with("weight", 2, INPUTS).with("bias", 2);
    Path file = Foreign.torch(folder.resolve("m.pt"), arrays);
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    Named io = new Named(8).with("x", 1, TIMESTEPS, INPUTS).with("y", 1, TIMESTEPS, 2);
    for (int t = 0; t < TIMESTEPS; t++) {
      double[] y = Scalars.torch(arrays.get("weight"), x[t], arrays.get("bias"));
      for (int i = 0; i < INPUTS; i++) {
        io.get("x")[t * INPUTS + i] = (float) x[t][i];
      }
      io.get("y")[t * 2] = (float) y[0];
      io.get("y")[t * 2 + 1] = (float) y[1];
    }
    ExchangeCheck check = new ExchangeCheck(Foreign.CATALOG, "test");
    assertThat(check.run(folder).verdicts().getFirst().remark()).contains("no outputs");
    Path beside = folder.resolve(file.getFileName() + ".io.npz");
    Foreign.npz(beside, io);
    Verdict verdict = check.run(folder).verdicts().getFirst();
    assertThat(verdict.difference()).isBetween(0.0, 1e-6);
    io.get("y")[0] += 1e-3f;
    Foreign.npz(beside, io);
    assertThat(check.run(folder).passed()).isFalse();
  }

  @Test
  void aPickleThatAsksForAnythingElseIsRejectedWithItsName() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    Foreign.bytes(pickle, 0x80, 2);
    Foreign.global(pickle, "os", "system");
    Foreign.bytes(pickle, '(');
    Foreign.text(pickle, "echo");
    Foreign.bytes(pickle, 't', 'R', '.');
    Path file =
        Foreign.zip(
            folder.resolve("evil.pt"), java.util.Map.of("m/data.pkl", pickle.toByteArray()));
    assertThatThrownBy(() -> Foreign.read(file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("'os.system'");
    assertThat(new String(pickle.toByteArray(), StandardCharsets.ISO_8859_1)).contains("echo");
  }
}

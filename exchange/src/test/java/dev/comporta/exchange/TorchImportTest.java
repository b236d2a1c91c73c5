package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.exchange.Foreign.Named;
import dev.comporta.serialization.safetensors.SafetensorsFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State dictionaries of PyTorch, compared with PyTorch's equations number by number. */
class TorchImportTest {
  private static final int[] IN_ORDER = {0, 1, 2, 3};
  private static final int INPUTS = 3;
  private static final int HIDDEN = 4;
  private static final int TIMESTEPS = 5;

  @TempDir private Path folder;

  private static Named recurrent(int gates, boolean bidirectional, int layers) {
    Named arrays = new Named(gates);
    for (int layer = 0; layer < layers; layer++) {
      int inputs = layer == 0 ? INPUTS : bidirectional ? 2 * HIDDEN : HIDDEN;
      for (String end : bidirectional ? new String[] {"", "_reverse"} : new String[] {""}) {
        String suffix = "_l" + layer + end;
        arrays
            .with("weight_ih" + suffix, gates * HIDDEN, inputs)
            .with("weight_hh" + suffix, gates * HIDDEN, HIDDEN)
            .with("bias_ih" + suffix, gates * HIDDEN)
            .with("bias_hh" + suffix, gates * HIDDEN);
      }
    }
    return arrays;
  }

  /** Runs one direction of a layer; {@code y[t]} for every timestep. */
  private static double[][] direction(
      Named arrays, int gates, String suffix, double[][] x, boolean reverse) {
    double[] h = new double[HIDDEN];
    double[] c = new double[HIDDEN];
    double[][] y = new double[x.length][];
    for (int n = 0; n < x.length; n++) {
      int t = reverse ? x.length - 1 - n : n;
      double[] a =
          Scalars.torch(arrays.get("weight_ih" + suffix), x[t], arrays.get("bias_ih" + suffix));
      double[] s =
          Scalars.torch(arrays.get("weight_hh" + suffix), h, arrays.get("bias_hh" + suffix));
      switch (gates) {
        case 4 -> Scalars.lstm(Scalars.plus(a, s), h, c, IN_ORDER, Scalars::sigmoid, Math::tanh);
        case 3 -> Scalars.gru(a, s, h, IN_ORDER, Scalars::sigmoid);
        default -> {
          double[] sum = Scalars.plus(a, s);
          for (int j = 0; j < HIDDEN; j++) {
            h[j] = Math.tanh(sum[j]);
          }
        }
      }
      y[t] = h.clone();
    }
    return y;
  }

  private static double[][] layers(Named arrays, int gates, boolean bidirectional, int layers) {
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    for (int layer = 0; layer < layers; layer++) {
      double[][] y = direction(arrays, gates, "_l" + layer, x, false);
      if (bidirectional) {
        double[][] back = direction(arrays, gates, "_l" + layer + "_reverse", x, true);
        for (int t = 0; t < y.length; t++) {
          double[] both = java.util.Arrays.copyOf(y[t], 2 * HIDDEN);
          System.arraycopy(back[t], 0, both, HIDDEN, HIDDEN);
          y[t] = both;
        }
      }
      x = y;
    }
    return x;
  }

  private static void requireClose(float[] got, double[][] expected, double bound) {
    int size = expected[0].length;
    assertThat(got).hasSize(expected.length * size);
    for (int i = 0; i < got.length; i++) {
      assertThat((double) got[i])
          .as("output %d", i)
          .isCloseTo(expected[i / size][i % size], within(bound));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 3, 1})
  void twoLayersInBothDirectionsComputeTheSameAndGoBackUnchanged(int gates) throws Exception {
    Named arrays = recurrent(gates, true, 2);
    Imported imported = Foreign.read(Foreign.torch(folder.resolve("m.pt"), arrays));
    float[] got = Foreign.run(imported.model(), Foreign.sequence(TIMESTEPS, INPUTS));
    requireClose(got, layers(arrays, gates, true, 2), 2e-6);

    Path back = folder.resolve("back.safetensors");
    TorchExport.write(imported.model(), back);
    SafetensorsFile file = SafetensorsFile.open(back);
    assertThat(file.tensors().keySet()).containsExactlyInAnyOrderElementsOf(arrays.all.keySet());
    for (String name : arrays.all.keySet()) {
      if (name.startsWith("weight") || gates == 3) {
        assertThat(file.floats(name)).as(name).isEqualTo(arrays.get(name));
      }
    }
    Imported again = Foreign.read(back);
    assertThat(Foreign.run(again.model(), Foreign.sequence(TIMESTEPS, INPUTS))).isEqualTo(got);
  }

  @Test
  void theOlderFormatHoldsTheSame() {
    Named arrays = recurrent(4, false, 1);
    Imported zipped = Foreign.read(Foreign.torch(folder.resolve("a.pt"), arrays));
    Imported legacy = Foreign.read(Foreign.legacyTorch(folder.resolve("b.pt"), arrays));
    assertThat(legacy.file().tensors()).isEqualTo(zipped.file().tensors());
    assertThat(legacy.file().provenance().hyperParameters().name()).isEqualTo(Importer.TASK);
    assertThat(legacy.file().provenance().dataSha256()).hasSize(64);
  }

  @Test
  void projectionsAreSupported() {
    int projection = 2;
    Named arrays =
        new Named(9)
            .with("weight_ih_l0", 4 * HIDDEN, INPUTS)
            .with("weight_hh_l0", 4 * HIDDEN, projection)
            .with("bias_ih_l0", 4 * HIDDEN)
            .with("bias_hh_l0", 4 * HIDDEN)
            .with("weight_hr_l0", projection, HIDDEN);
    Imported imported = Foreign.read(Foreign.torch(folder.resolve("m.pt"), arrays));
    double[][] x = Foreign.sequence(TIMESTEPS, INPUTS);
    double[][] y = new double[TIMESTEPS][];
    double[] r = new double[projection];
    double[] c = new double[HIDDEN];
    for (int t = 0; t < TIMESTEPS; t++) {
      double[] h = new double[HIDDEN];
      double[] a =
          Scalars.plus(
              Scalars.torch(arrays.get("weight_ih_l0"), x[t], arrays.get("bias_ih_l0")),
              Scalars.torch(arrays.get("weight_hh_l0"), r, arrays.get("bias_hh_l0")));
      Scalars.lstm(a, h, c, IN_ORDER, Scalars::sigmoid, Math::tanh);
      r = Scalars.torch(arrays.get("weight_hr_l0"), h, new float[projection]);
      y[t] = r;
    }
    requireClose(Foreign.run(imported.model(), x), y, 2e-6);
  }

  @Test
  void anArchitectureReplacesTheGuess() {
    Named arrays = recurrent(3, false, 1).with("fc.weight", 2, HIDDEN).with("fc.bias", 2);
    Path file = Foreign.torch(folder.resolve("m.pt"), arrays);
    assertThat(Foreign.read(file).notes()).anyMatch(note -> note.contains("guessed"));
    Path architecture =
        Foreign.write(
            folder.resolve("a.json"),
            """
            {"layers": [{"name": "recurrent", "from": "", "returns": "last"},
                        {"name": "dense", "from": "fc", "activation": "sigmoid"}]}
            """
                .getBytes(StandardCharsets.UTF_8));
    double[] h = layers(arrays, 3, false, 1)[TIMESTEPS - 1];
    double[] y = Scalars.torch(arrays.get("fc.weight"), h, arrays.get("fc.bias"));
    double[] expected = {Scalars.sigmoid(y[0]), Scalars.sigmoid(y[1])};
    requireClose(
        Foreign.run(Foreign.read(file, architecture).model(), Foreign.sequence(TIMESTEPS, INPUTS)),
        new double[][] {expected},
        2e-6);
  }

  @Test
  void arraysThatFitNowhereAreRejectedByName() {
    Named odd = recurrent(4, false, 1).with("att.query", 3, 3);
    assertThatThrownBy(() -> Foreign.read(Foreign.torch(folder.resolve("m.pt"), odd)))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("att.query");
    Named gates =
        new Named(1)
            .with("weight_ih_l0", 5 * HIDDEN, INPUTS)
            .with("weight_hh_l0", 5 * HIDDEN, HIDDEN);
    assertThatThrownBy(() -> Foreign.read(Foreign.torch(folder.resolve("g.pt"), gates)))
        .hasMessageContaining("5 gates");
  }
}

package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of Keras' networks share: small models, and Keras' loops in double precision. */
abstract class KerasModels {
  static final int I = 3;
  static final int H = 4;

  @TempDir Path folder;

  Imported keras(String version, Named arrays, String config, Weights... weights) {
    return Foreign.read(Foreign.keras(folder.resolve("m.h5"), version, config, arrays, weights));
  }

  static Named rnn(Named arrays, String name, int inputs, int gates) {
    return arrays
        .with(name + "/kernel:0", inputs, gates * H)
        .with(name + "/recurrent_kernel:0", H, gates * H)
        .with(name + "/bias:0", gates * H);
  }

  static Weights three(String layer) {
    return Weights.of(layer, layer + "/kernel:0", layer + "/recurrent_kernel:0", layer + "/bias:0");
  }

  static Weights dense(String layer) {
    return Weights.of(layer, layer + "/kernel:0", layer + "/bias:0");
  }

  /**
   * The arrays of some layers as Keras 3 stores them: numbered, below the path of their layer.
   *
   * @param arrays begin with the names of the layers
   * @param layersAndPaths the name of a layer, its path, the name of the next layer and so on
   */
  static Named tree(Named arrays, String... layersAndPaths) {
    Named tree = new Named(0);
    for (int n = 0; n < layersAndPaths.length; n += 2) {
      String layer = layersAndPaths[n] + "/";
      List<Foreign.Array> own =
          arrays.all.entrySet().stream()
              .filter(array -> array.getKey().startsWith(layer))
              .map(Map.Entry::getValue)
              .toList();
      for (int number = 0; number < own.size(); number++) {
        tree.all.put(layersAndPaths[n + 1] + "/vars/" + number, own.get(number));
      }
    }
    return tree;
  }

  static void requireClose(float[] got, double[]... expected) {
    int size = expected[0].length;
    assertThat(got).hasSize(expected.length * size);
    for (int i = 0; i < got.length; i++) {
      assertThat((double) got[i])
          .as("output %d of %s", i, Arrays.toString(got))
          .isCloseTo(expected[i / size][i % size], within(2e-6));
    }
  }

  /** Keras' loop with a mask: the state is held, the output repeated or zero. */
  static double[][] lstm(
      Named arrays, String name, double[][] x, boolean[] mask, boolean zero, double[][] state) {
    double[] h = state[0];
    double[] c = state[1];
    double[] held = new double[H];
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      if (mask[t]) {
        double[] a =
            Scalars.plus(
                Scalars.keras(arrays.get(name + "/kernel:0"), x[t], arrays.get(name + "/bias:0")),
                Scalars.keras(arrays.get(name + "/recurrent_kernel:0"), h, new float[4 * H]));
        Scalars.lstm(a, h, c, new int[] {0, 1, 2, 3}, Scalars::sigmoid, Math::tanh);
        held = h.clone();
      }
      y[t] = !mask[t] && zero ? new double[H] : held.clone();
    }
    return y;
  }

  static double[][] state() {
    return new double[2][H];
  }

  static boolean[] all(int timesteps) {
    boolean[] mask = new boolean[timesteps];
    Arrays.fill(mask, true);
    return mask;
  }

  static double[][] holed(boolean[] mask) {
    double[][] x = Foreign.sequence(mask.length, I);
    for (int t = 0; t < mask.length; t++) {
      if (!mask[t]) {
        Arrays.fill(x[t], -1);
      }
    }
    return x;
  }

  static <T> T[] reversed(T[] values) {
    T[] turned = values.clone();
    for (int i = 0; i < turned.length; i++) {
      turned[i] = values[values.length - 1 - i];
    }
    return turned;
  }

  static boolean[] reversed(boolean[] values) {
    boolean[] turned = values.clone();
    for (int i = 0; i < turned.length; i++) {
      turned[i] = values[values.length - 1 - i];
    }
    return turned;
  }

  static final boolean[] HOLES = {false, true, false, false, true, true, false};

  static String sequential(String... layers) {
    return "{\"class_name\": \"Sequential\", \"config\": {\"layers\": ["
        + String.join(", ", layers)
        + "]}}";
  }

  static String layer(String type, String name, String options) {
    return "{\"class_name\": \"%s\", \"config\": {\"name\": \"%s\"%s}}"
        .formatted(type, name, options.isEmpty() ? "" : ", " + options);
  }

  static final String MASKING =
      layer("Masking", "mask", "\"mask_value\": -1.0, \"batch_input_shape\": [null, null, 3]");
}

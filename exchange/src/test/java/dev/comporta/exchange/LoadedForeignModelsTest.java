package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.SessionGroup;
import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import dev.comporta.tensor.CounterRandom;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A recurrent model of each format, loaded without an import: it computes what the imported model
 * computes, whole, step by step with its state, and in a group of streams.
 */
class LoadedForeignModelsTest extends KerasModels {
  private static final int T = 6;
  private static final String LAYERS =
      layer(
              "LSTM",
              "l",
              "\"units\": 4, \"return_sequences\": true, \"batch_input_shape\": [null, null, 3]")
          + ", "
          + layer("Dense", "d", "\"units\": 2, \"activation\": \"tanh\"");

  /** Where a file comes from. */
  private enum Format {
    KERAS_HDF5,
    KERAS_ARCHIVE,
    PYTORCH,
    DEEPLEARNING4J,
    ONNX
  }

  private Path file(Format format) {
    Named keras = rnn(new Named(61), "l", I, 4).with("d/kernel:0", H, 2).with("d/bias:0", 2);
    return switch (format) {
      case KERAS_HDF5 ->
          Foreign.keras(
              folder.resolve("m.h5"), "2.4.0", sequential(LAYERS), keras, three("l"), dense("d"));
      case KERAS_ARCHIVE -> {
        Named tree =
            new Named(62)
                .with("gru/cell/vars/0", I, 3 * H)
                .with("gru/cell/vars/1", H, 3 * H)
                .with("gru/cell/vars/2", 2, 3 * H)
                .with("conv1d/vars/0", 2, H, 2)
                .with("conv1d/vars/1", 2);
        String config =
            sequential(
                layer("InputLayer", "in", "\"batch_shape\": [null, null, 3]"),
                layer(
                    "GRU", "g", "\"units\": 4, \"return_sequences\": true, \"reset_after\": true"),
                layer(
                    "Conv1D",
                    "c",
                    "\"filters\": 2, \"kernel_size\": [2], \"strides\": [1], \"padding\": \"causal\""));
        yield Foreign.keras3(folder.resolve("m.keras"), config, tree);
      }
      case PYTORCH ->
          Foreign.torch(
              folder.resolve("m.pth"),
              new Named(63)
                  .with("lstm.weight_ih_l0", 4 * H, I)
                  .with("lstm.weight_hh_l0", 4 * H, H)
                  .with("lstm.bias_ih_l0", 4 * H)
                  .with("lstm.bias_hh_l0", 4 * H)
                  .with("fc.weight", 2, H)
                  .with("fc.bias", 2));
      case DEEPLEARNING4J -> {
        String config =
            """
            {"confs": [
              {"layer": {"LSTM": {"layerName": "l", "nin": 3, "nout": 4,
                "activationFn": {"TanH": {}}, "gateActivationFn": {"Sigmoid": {}}}}},
              {"layer": {"rnnoutput": {"layerName": "o", "nin": 4, "nout": 2,
                "activationFn": {"Softmax": {}}}}}]}
            """;
        int size = 4 * H * (I + H + 1) + H * 2 + 2;
        byte[] normalizer =
            Foreign.bytes(out -> {
              out.writeUTF("NORMALIZER");
              out.writeInt(1);
              out.writeUTF("STANDARDIZE");
              out.writeBoolean(false);
              Foreign.nd4j(out, 0.5f, -0.25f, 1);
              Foreign.nd4j(out, 2, 0.5f, 3);
            });
        yield Foreign.dl4j(
            folder.resolve("m.zip"),
            config,
            new Named(64).with("all", size).get("all"),
            Map.of("normalizer.bin", normalizer));
      }
      case ONNX -> {
        Spec spec =
            Spec.of("sequential")
                .with("input-size", I)
                .with(
                    "layers",
                    List.of(
                        Spec.of("recurrent").with("cell", "gru").with("hidden", H),
                        Spec.of("dense").with("units", 2)));
        SequenceModel model = SequenceModel.build(spec, Foreign.CATALOG);
        model.initialize(Foreign.CATALOG, new CounterRandom(65));
        ModelFile exported =
            ModelFile.of(
                spec, model.parameters(), Provenance.of("test", 0, "none", "", Spec.of("none")));
        yield Foreign.write(
            folder.resolve("m.onnx"), OnnxExport.export(exported, model, 17, "test").bytes());
      }
    };
  }

  private static float[] flat(double[][] x) {
    float[] flat = new float[x.length * x[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) x[i / x[0].length][i % x[0].length];
    }
    return flat;
  }

  private static void requireSame(String what, float[] got, float[] expected) {
    assertThat(got).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i]).as("%s, output %d", what, i).isCloseTo(expected[i], within(2e-6f));
    }
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aFileIsLoadedAsItIs(Format format) {
    Path file = file(format);
    double[][] x = Foreign.sequence(T, I);
    float[] expected = Foreign.run(Foreign.read(file).model(), x);
    float[] input = flat(x);
    try (LoadedModel loaded = Models.load(file)) {
      assertThat(loaded.task()).isEqualTo("imported");
      requireSame("whole", loaded.run(input), expected);
      requireStreams(loaded, input, expected);
    }
  }

  /** Two sessions keep states of their own, and a group advances its streams together. */
  private static void requireStreams(LoadedModel loaded, float[] input, float[] expected) {
    int out = expected.length / T;
    float[] y = new float[out];
    float[] streamed = new float[expected.length];
    try (Session session = loaded.newSession();
        Session other = loaded.newSession()) {
      for (int t = 0; t < T; t++) {
        session.step(Arrays.copyOfRange(input, t * I, (t + 1) * I), y);
        System.arraycopy(y, 0, streamed, t * out, out);
        other.step(new float[I], y);
      }
      requireSame("step by step", streamed, expected);
      session.reset();
      session.step(Arrays.copyOf(input, I), y);
      requireSame("after a reset", y, Arrays.copyOf(expected, out));
    }
    SessionGroup group = loaded.newGroup(2);
    float[] both = new float[2 * out];
    for (int t = 0; t < T; t++) {
      float[] step = new float[2 * I];
      System.arraycopy(input, t * I, step, I, I); // the first stream reads zeros
      group.step(step, both);
      requireSame(
          "second stream at " + t,
          Arrays.copyOfRange(both, out, 2 * out),
          Arrays.copyOfRange(expected, t * out, (t + 1) * out));
    }
  }

  @Test
  void masksPicturesAndInnerModelsStreamToo() {
    Named arrays =
        new Named(66)
            .with("c/kernel:0", 3, 3, 1, 8)
            .with("c/recurrent_kernel:0", 3, 3, 2, 8)
            .with("c/bias:0", 8);
    rnn(arrays, "l", 8, 4);
    String inner =
        layer(
            "Sequential",
            "inner",
            "\"layers\": [%s, %s]"
                .formatted(
                    layer("TimeDistributed", "t", "\"layer\": " + layer("Flatten", "f", "")),
                    layer("LSTM", "l", "\"units\": 4, \"return_sequences\": true")));
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_input_shape\": [null, null, 2, 2, 1]"),
            layer(
                "ConvLSTM2D",
                "c",
                "\"filters\": 2, \"kernel_size\": [3, 3], \"padding\": \"same\", \"return_sequences\": true"),
            inner);
    Weights weights = Weights.of("inner", "l/kernel:0", "l/recurrent_kernel:0", "l/bias:0");
    Path file = Foreign.keras(folder.resolve("c.h5"), "2.4.0", config, arrays, three("c"), weights);
    double[][] x = Foreign.sequence(T, 4);
    float[] expected = Foreign.run(Foreign.read(file).model(), x);
    float[] streamed = new float[expected.length];
    try (LoadedModel loaded = Models.load(file);
        Session session = loaded.newSession()) {
      session.run(flat(x), T, streamed);
    }
    requireSame("pictures", streamed, expected);

    Named words = rnn(new Named(67).with("e/embeddings:0", 6, I), "l", I, 4);
    String masked =
        sequential(
            layer(
                "Embedding",
                "e",
                "\"input_dim\": 6, \"output_dim\": 3, \"mask_zero\": true, \"batch_input_shape\": [null, null]"),
            layer("LSTM", "l", "\"units\": 4, \"return_sequences\": true"));
    Path ids =
        Foreign.keras(
            folder.resolve("e.h5"),
            "2.4.0",
            masked,
            words,
            Weights.of("e", "e/embeddings:0"),
            three("l"));
    int[] sequence = {3, 0, 5, 0, 1};
    float[] whole = Foreign.run(Foreign.read(ids).model(), sequence);
    float[] steps = new float[whole.length];
    float[] y = new float[4];
    try (LoadedModel loaded = Models.load(ids);
        Session session = loaded.newSession()) {
      for (int t = 0; t < sequence.length; t++) {
        session.step(sequence[t], y);
        System.arraycopy(y, 0, steps, t * 4, 4);
      }
    }
    requireSame("ids with a mask", steps, whole);
  }
}

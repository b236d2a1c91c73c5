package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.model.Spec;
import dev.comporta.exchange.Foreign.Named;
import dev.comporta.exchange.Foreign.Weights;
import dev.comporta.exchange.mapping.CustomLayer;
import dev.comporta.exchange.mapping.LayerMapping;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Custom layers with and without a mapping, compared with what they compute. */
class KerasMappingsTest extends KerasModels {
  /** What a plug-in would have: the attention of textgenrnn under another name. */
  // @start region="mapping"
  private static final class AverageMapping implements LayerMapping {
    @Override
    public String name() {
      return "my-average";
    }

    @Override
    public String description() {
      return "An average weighted by attention";
    }

    @Override
    public String layerClass() {
      return "MyAverage";
    }

    @Override
    public CustomLayer.Mapped map(CustomLayer layer) {
      if (!Long.valueOf(2).equals(layer.options().get("version"))) {
        throw new ExchangeException("the layer " + layer.name() + " is of another version");
      }
      return new CustomLayer.Mapped(
          List.of(
              new CustomLayer.Part(
                  Spec.of("attention-average"), Map.of("W", layer.weights().getFirst()))),
          layer.features(),
          true);
    }
  }

  // @end region="mapping"

  @Test
  void customLayersNeedAMapping() {
    Named arrays = new Named(20).with("avg/avg_W:0", I, 1);
    String config =
        sequential(
            layer("InputLayer", "in", "\"batch_shape\": [null, null, 3]"),
            layer("MyAverage", "avg", "\"version\": 2"));
    Path file =
        Foreign.keras(
            folder.resolve("m.h5"), "2.4.0", config, arrays, Weights.of("avg", "avg/avg_W:0"));
    assertThatThrownBy(() -> Foreign.read(file)).hasMessageContaining("MyAverage");
    Imported imported =
        new Importer(Foreign.CATALOG.with(LayerMapping.KIND, List.of(new AverageMapping())), "test")
            .read(List.of(file), null);
    double[][] x = Foreign.sequence(5, I);
    requireClose(Foreign.run(imported.model(), x), average(x, arrays.get("avg/avg_W:0")));
  }

  /** A mapping to nothing, as of a layer that only prints. */
  private record Unchanged(boolean vector) implements LayerMapping {
    @Override
    public String name() {
      return "my-unchanged";
    }

    @Override
    public String description() {
      return "A layer that changes nothing";
    }

    @Override
    public String layerClass() {
      return "Unchanged";
    }

    @Override
    public CustomLayer.Mapped map(CustomLayer layer) {
      return new CustomLayer.Mapped(List.of(), layer.features(), vector);
    }
  }

  @Test
  void aMappedLayerPassesItsMaskOn() {
    Named arrays = rnn(new Named(11), "l", I, 4);
    double[][] x = holed(HOLES);
    String config =
        sequential(MASKING, layer("Unchanged", "same", ""), layer("LSTM", "l", "\"units\": 4"));
    Path file = Foreign.keras(folder.resolve("m.h5"), "2.4.0", config, arrays, three("l"));
    Imported imported =
        new Importer(Foreign.CATALOG.with(LayerMapping.KIND, List.of(new Unchanged(false))), "test")
            .read(List.of(file), null);
    double[][] y = lstm(arrays, "l", x, HOLES, false, state());
    requireClose(Foreign.run(imported.model(), x), new double[][] {y[HOLES.length - 1]});
    Importer vectors =
        new Importer(Foreign.CATALOG.with(LayerMapping.KIND, List.of(new Unchanged(true))), "test");
    String reduced = sequential(MASKING, layer("Unchanged", "same", ""));
    Path other = Foreign.keras(folder.resolve("v.h5"), "2.4.0", reduced, new Named(1));
    assertThatThrownBy(() -> vectors.read(List.of(other), null))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("'same'")
        .hasMessageContaining("masked");
  }

  private static double[] average(double[][] x, float[] w) {
    double[] y = new double[x[0].length];
    double most = Double.NEGATIVE_INFINITY;
    double[] scores = new double[x.length];
    for (int t = 0; t < x.length; t++) {
      scores[t] = Scalars.keras(w, x[t], new float[1])[0];
      most = Math.max(most, scores[t]);
    }
    double sum = 1e-7;
    for (int t = 0; t < x.length; t++) {
      double e = Math.exp(scores[t] - most);
      sum += e;
      for (int i = 0; i < y.length; i++) {
        y[i] += e * x[t][i];
      }
    }
    for (int i = 0; i < y.length; i++) {
      y[i] /= sum;
    }
    return y;
  }

  @Test
  void weightsOfTextgenrnnNeedNoConfiguration() {
    Named arrays =
        rnn(new Named(21).with("embedding/embeddings:0", 6, 3), "rnn_1", 3, 4)
            .with("attention/attention_W:0", 3 + H, 1)
            .with("output/kernel:0", 3 + H, 6)
            .with("output/bias:0", 6);
    Imported imported =
        Foreign.read(
            Foreign.kerasWeights(
                folder.resolve("w.hdf5"),
                arrays,
                Weights.of("input"),
                Weights.of("embedding", "embedding/embeddings:0"),
                three("rnn_1"),
                Weights.of("rnn_concat"),
                Weights.of("attention", "attention/attention_W:0"),
                dense("output")));
    int[] ids = {5, 1, 0, 3};
    double[][] x = new double[4][3];
    for (int t = 0; t < 4; t++) {
      for (int i = 0; i < 3; i++) {
        x[t][i] = arrays.get("embedding/embeddings:0")[ids[t] * 3 + i];
      }
    }
    double[][] y = lstm(arrays, "rnn_1", x, all(4), false, state());
    double[][] both = new double[4][];
    for (int t = 0; t < 4; t++) {
      both[t] = DoubleStream.concat(Arrays.stream(x[t]), Arrays.stream(y[t])).toArray();
    }
    double[] e =
        Scalars.keras(
            arrays.get("output/kernel:0"),
            average(both, arrays.get("attention/attention_W:0")),
            arrays.get("output/bias:0"));
    double sum = Arrays.stream(e).map(Math::exp).sum();
    requireClose(
        Foreign.run(imported.model(), ids), Arrays.stream(e).map(v -> Math.exp(v) / sum).toArray());
  }

  @Test
  void weightsOfKeras1AreNotCalledCustom() {
    Named arrays = new Named(22).with("dense_1/dense_1_W", 3, 2).with("dense_1/dense_1_b", 2);
    Path file =
        Foreign.kerasWeights(
            folder.resolve("w.h5"),
            arrays,
            Weights.of("dense_1", "dense_1/dense_1_W", "dense_1/dense_1_b"));
    assertThatThrownBy(() -> Foreign.read(file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("--architecture")
        .hasMessageNotContaining("custom");
  }
}

package dev.comporta.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Attention whose features the query modulates, compared with the equations in double precision.
 */
class FilmAttentionTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final int N = 3;
  private static final int K = 4;
  private static final int U = 5;
  private static final int D = 2;
  private static final int HEADS = 2;
  private static final int POSITIONS = 3;
  private static final int HEAD = U * (1 + D);
  private static final int OUTPUT = HEADS * HEAD + N;
  private static final Spec LAYER =
      Spec.of("film-attention").with("units", U).with("heads", HEADS).with("coordinates", D);

  private static SequenceModel model(Spec layer) {
    SequenceModel model =
        SequenceModel.build(
            Spec.of("encoder-decoder")
                .with("input-size", N)
                .with("source-input-size", K)
                .with("encoder", List.of(Spec.of("dropout").with("rate", 0)))
                .with("layers", List.of(layer)),
            CATALOG);
    for (ParameterSpec spec : model.parameterSpecs()) {
      int offset = model.parameters().get(spec.name()).offset();
      float[] values = random(spec.name(), spec.shape().count());
      System.arraycopy(values, 0, model.parameters().values(), offset, values.length);
    }
    return model;
  }

  private static float[] random(String name, int count) {
    CounterRandom random = new CounterRandom(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.stream(name).normal(i);
    }
    return values;
  }

  private static ModelRunner runner(SequenceModel model, Execution execution) {
    return new ModelRunner(model, CATALOG.backend("reference"), Workers.ALONE, execution);
  }

  /** {@code x W + b} of the parameters of a prefix. */
  private static double[] linear(SequenceModel model, String prefix, double[] x) {
    Parameter w = model.parameters().get("layers.0." + prefix + "W");
    Parameter b = model.parameters().get("layers.0." + prefix + "b");
    float[] values = model.parameters().values();
    double[] y = new double[U];
    for (int u = 0; u < U; u++) {
      y[u] = values[b.offset() + u];
      for (int i = 0; i < x.length; i++) {
        y[u] += x[i] * values[w.offset() + i * U + u];
      }
    }
    return y;
  }

  private static double[] part(float[] values, int from, int count) {
    double[] some = new double[count];
    Arrays.setAll(some, i -> values[from + i]);
    return some;
  }

  /** The output and then the weights of each head for one query, by the equations. */
  private static double[] expected(
      SequenceModel model, double[] q, float[] source, int sources, int row, int length) {
    double[] result = new double[OUTPUT + HEADS * POSITIONS];
    double[] gamma = linear(model, "gamma.", q);
    double[] beta = linear(model, "beta.", q);
    double[][] z = new double[length][];
    for (int s = 0; s < length; s++) {
      z[s] = linear(model, "", part(source, (s * sources + row) * K, K));
      for (int u = 0; u < U; u++) {
        z[s][u] = Math.max(0, (1 + gamma[u]) * z[s][u] + beta[u]);
      }
    }
    for (int head = 0; head < HEADS; head++) {
      double[] query = linear(model, "query." + head + ".", q);
      double[] weights = new double[length];
      double sum = 0;
      for (int s = 0; s < length; s++) {
        double score = 0;
        for (int u = 0; u < U; u++) {
          score += query[u] * z[s][u] / Math.sqrt(U);
        }
        weights[s] = Math.exp(score);
        sum += weights[s];
      }
      for (int s = 0; s < length; s++) {
        double weight = weights[s] / sum;
        for (int u = 0; u < U; u++) {
          result[head * HEAD + u] += weight * z[s][u];
          for (int d = 0; d < D; d++) {
            double coordinate = source[(s * sources + row) * K + K - D + d];
            result[head * HEAD + (1 + d) * U + u] += coordinate * weight * z[s][u];
          }
        }
        result[OUTPUT + head * POSITIONS + s] = weight;
      }
    }
    System.arraycopy(q, 0, result, HEADS * HEAD, N);
    return result;
  }

  @ParameterizedTest
  @EnumSource
  void theOutputIsThatOfTheEquations(Execution execution) {
    SequenceModel model = model(LAYER);
    ModelRunner runner = runner(model, execution);
    List<String> names = FilmAttentionLayer.weights(model);
    assertThat(names).containsExactly("layers.0.weights.0", "layers.0.weights.1");
    int timesteps = 2;
    int batch = 4;
    for (int sources : new int[] {4, 2, 1}) { // rows that share a source
      float[] x = random("x", timesteps * batch * N);
      float[] source = random("source", POSITIONS * sources * K);
      int[] lengths = new int[sources];
      Arrays.setAll(lengths, row -> POSITIONS - row % 2);
      Batch given =
          Batch.ofValues(timesteps, batch, N, x, null)
              .source(Batch.ofValues(POSITIONS, sources, K, source, lengths));
      ModelRunner.Observed observed =
          runner.observe(given, runner.newCarry(batch), names.toArray(String[]::new));
      for (int i = 0; i < timesteps * batch; i++) {
        int row = i % batch % sources;
        double[] wanted = expected(model, part(x, i * N, N), source, sources, row, lengths[row]);
        for (int k = 0; k < OUTPUT; k++) {
          assertThat((double) observed.output()[i * OUTPUT + k])
              .as("%d sources, query %d, output %d", sources, i, k)
              .isCloseTo(wanted[k], within(1e-4 * (1 + Math.abs(wanted[k]))));
        }
        for (int head = 0; head < HEADS; head++) {
          for (int s = 0; s < POSITIONS; s++) {
            assertThat((double) observed.values().get(names.get(head))[i * POSITIONS + s])
                .as("%d sources, query %d, head %d, position %d", sources, i, head, s)
                .isCloseTo(wanted[OUTPUT + head * POSITIONS + s], within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void modelsWithoutTheLayerHaveNoWeights() {
    assertThat(
            FilmAttentionLayer.weights(
                EncoderDecoderTest.model(
                    Spec.of("decoder").with("cell", "gru").with("hidden", 3), "recurrent")))
        .isEmpty();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> model(LAYER.with("coordinates", K + 1)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining(
            "[film-attention] option 'coordinates' expected at most the 4 features of an annotation but got 5");
    assertThatThrownBy(() -> model(LAYER.with("heads", 65)))
        .hasMessageContaining(
            "[film-attention] option 'heads' expected a whole number from 1 to 64 but got 65");
    assertThatThrownBy(() -> model(LAYER.with("units", 1 << 24).with("heads", 3)))
        .hasMessageContaining(
            "expected at most 16777216 features but 3 heads of 16777216 units with 2 coordinates are 150994947");
    assertThatThrownBy(() ->
            SequenceModel.build(
                Spec.of("sequential").with("input-size", 2).with("layers", List.of(LAYER)),
                CATALOG))
        .hasMessageContaining("[film-attention] expected a model with an encoder but got none");
    assertThatThrownBy(() ->
            SequenceModel.build(
                Spec.of("encoder-decoder")
                    .with("source-input-size", K)
                    .with("encoder", List.of(Spec.of("dense").with("units", 2)))
                    .with("layers", List.of(LAYER)),
                CATALOG))
        .hasMessageContaining("[film-attention] expected features from the previous layer");
    Batch three = Batch.ofValues(1, 3, N, new float[3 * N], null);
    assertThatThrownBy(() -> three.source(Batch.ofValues(1, 2, K, new float[2 * K], null)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(
            "[batch] expected a source of 3 rows, as many as the target, or of a number that divides it, but got 2");
  }
}

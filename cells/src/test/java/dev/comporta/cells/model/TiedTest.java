package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.RelativeError;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An output layer that shares the table of the embedding. */
class TiedTest {
  private static final int T = 6;
  private static final int B = 3;
  private static final int V = 7;
  private static final int E = 4;
  private static final Spec DENSE = Models.dense(V);

  private static final Loss LOSS =
      (prediction, target) ->
          new Loss.Value(prediction.apply(new Op.CrossEntropy(target.labels())).sum(), T * B);

  private static SequenceModel model(boolean tied) {
    SequenceModel model =
        Models.onIds(Models.embedding(V, E), Models.recurrent("lstm", E), DENSE.with("tied", tied));
    if (!tied) {
      float[] table = model.parameters().copy("layers.0.table"); // [V, E]
      Parameter w = model.parameters().get("layers.2.W"); // [E, V]
      for (int i = 0; i < V * E; i++) {
        model.parameters().values()[w.offset() + i % E * V + i / E] = table[i];
      }
      model.parameters().changed();
    }
    return model;
  }

  private static Batch batch() {
    return Batch.ofIds(new Ids(T, B, Models.ids(T * B, V, "ids")), new int[] {6, 2, 5})
        .labels(new Ids(T, B, Models.ids(T * B, V, "labels")));
  }

  private static ModelRunner runner(SequenceModel model, String backend, Execution execution) {
    return new ModelRunner(model, Models.CATALOG.backend(backend), Workers.ALONE, execution);
  }

  private static double[] slice(float[] gradients, Parameter parameter) {
    double[] values = new double[parameter.shape().count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = gradients[parameter.offset() + i];
    }
    return values;
  }

  @Test
  void theTableIsStoredOnce() {
    assertThat(model(true).parameterSpecs().stream().map(ParameterSpec::name))
        .containsExactly(
            "layers.0.table",
            "layers.1.cell.W",
            "layers.1.cell.U",
            "layers.1.cell.b",
            "layers.2.b");
    assertThat(model(true).parameters().count())
        .isEqualTo(model(false).parameters().count() - V * E);
    assertThat(model(true).parameters().get("layers.2.table").name()).isEqualTo("layers.0.table");
  }

  @ParameterizedTest
  @EnumSource
  void theGradientOfTheTableSumsBothUses(Execution execution) {
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      SequenceModel tied = model(true);
      SequenceModel apart = model(false);
      ModelRunner together = runner(tied, backend, execution);
      ModelRunner separate = runner(apart, backend, execution);
      double loss =
          together.train(batch(), LOSS, together.newCarry(B), new CounterRandom(1)).mean();
      double expectedLoss =
          separate.train(batch(), LOSS, separate.newCarry(B), new CounterRandom(1)).mean();
      assertThat(loss).isEqualTo(expectedLoss, within(1e-6));

      double[] table = slice(separate.gradients(), apart.parameters().get("layers.0.table"));
      double[] w = slice(separate.gradients(), apart.parameters().get("layers.2.W"));
      double[] alone = table.clone();
      for (int i = 0; i < V * E; i++) {
        table[i] += w[i % E * V + i / E];
      }
      Parameter shared = tied.parameters().get("layers.0.table");
      float[] got = Arrays.copyOfRange(together.gradients(), shared.offset(), shared.end());
      RelativeError.require("gradient of the table", got, table, RelativeError.GRADIENT);
      assertThat(RelativeError.of(got, alone)).isGreaterThan(0.01);
    }
  }

  @Test
  void streamsReadTheTableToo() {
    SequenceModel model = model(true);
    ModelRunner runner = runner(model, "simd", Execution.PLAN);
    int[] ids = Models.ids(T, V, "ids");
    float[] expected = runner.predict(Batch.ofIds(new Ids(T, 1, ids), null), runner.newCarry(1));
    Session session = new StreamingModel(model, Models.CATALOG.backend("simd")).newSession();
    float[] output = new float[V];
    float[] all = new float[T * V];
    for (int t = 0; t < T; t++) {
      session.step(ids[t], output);
      System.arraycopy(output, 0, all, t * V, V);
    }
    double[] exact = new double[all.length];
    Arrays.setAll(exact, i -> expected[i]);
    RelativeError.require("outputs", all, exact, RelativeError.OUTPUT);
  }

  @Test
  void unsharableParametersAreReported() {
    Spec tied = DENSE.with("tied", true);
    assertThatThrownBy(() -> Models.onFeatures(E, tied))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[dense] expected an earlier layer with a parameter 'table' of shape [7, 4] to share but"
                + " there is none");
    assertThatThrownBy(() -> Models.onIds(Models.embedding(V + 1, E), tied))
        .hasMessage(
            "[dense] expected an earlier layer with a parameter 'table' of shape [7, 4] to share but"
                + " earlier layers have [[vocabulary 8, features 4]]");
    assertThatThrownBy(() ->
            Models.onIds(
                Models.embedding(V, E), Spec.of("sequential").with("layers", List.of(tied))))
        .hasMessage(
            "[sequential] expected layers with their own parameters but 'dense' shares those of"
                + " another layer; move it to the outermost list");
  }
}

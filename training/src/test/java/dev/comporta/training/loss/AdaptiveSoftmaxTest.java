package dev.comporta.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.RelativeError;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The adaptive softmax with its loss, compared with all log-probabilities and with a softmax. */
class AdaptiveSoftmaxTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final int T = 4;
  private static final int B = 3;
  private static final int I = 5;
  private static final int V = 11;
  private static final Spec ADAPTIVE =
      Spec.of("adaptive-softmax")
          .with("units", V)
          .with("cutoffs", List.of(4, 6))
          .with("divisor", 2)
          .with("bias", true);

  /** A loss that needs the whole prediction. */
  private record Whole(Loss loss) implements Loss {
    @Override
    public Value of(Tensor prediction, Target target) {
      assertThat(prediction.shape().size(2)).isEqualTo(V);
      return loss.of(prediction, target);
    }
  }

  private static Loss nll() {
    return CATALOG.loss(Spec.of("nll").with("ignore-index", 3));
  }

  private static SequenceModel model(Spec... layers) {
    SequenceModel model =
        SequenceModel.build(
            Spec.of("sequential").with("input-size", I).with("layers", List.of(layers)), CATALOG);
    float[] values = model.parameters().values();
    CounterRandom random = new CounterRandom(7);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.7 * random.normal(i));
    }
    model.parameters().changed();
    return model;
  }

  private static Batch batch() {
    CounterRandom random = new CounterRandom(3);
    float[] x = new float[T * B * I];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.normal(i);
    }
    int[] labels = {0, 5, 10, 9, 3, 6, -1, 4, 7, 2, 1000, 8}; // 1000 is in padding
    return Batch.ofValues(T, B, I, x, new int[] {4, 2, 4}).labels(new Ids(T, B, labels));
  }

  private static ModelRunner runner(SequenceModel model, String backend) {
    return new ModelRunner(model, CATALOG.backend(backend), Workers.ALONE, Execution.PLAN);
  }

  static Stream<String> backends() {
    return CATALOG.names(Kind.BACKEND).stream();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void labelsAloneGiveTheLossGradientsAndCarryOfTheWhole(String backend) {
    SequenceModel model =
        model(Spec.of("recurrent").with("cell", "gru").with("hidden", 6), ADAPTIVE);
    ModelRunner some = runner(model, backend);
    ModelRunner all = runner(model, backend);
    Carry carry = some.newCarry(B);
    Carry expectedCarry = all.newCarry(B);
    LossResult loss = some.train(batch(), nll(), carry, new CounterRandom(1));
    LossResult expected = all.train(batch(), new Whole(nll()), expectedCarry, new CounterRandom(1));
    assertThat(loss.weight()).isEqualTo(expected.weight()).isEqualTo(8);
    assertThat(loss.sum()).isCloseTo(expected.sum(), within(1e-5));
    double[] exact = new double[all.gradients().length];
    Arrays.setAll(exact, i -> all.gradients()[i]);
    RelativeError.require("gradients", some.gradients(), exact, RelativeError.GRADIENT);
    assertThat(carry.parts().get("layers.0.h")).isEqualTo(expectedCarry.parts().get("layers.0.h"));
    double evaluated = some.evaluate(batch(), nll(), some.newCarry(B)).sum();
    assertThat(evaluated).isCloseTo(expected.sum(), within(1e-5));
  }

  /**
   * For one-hot inputs, a logit is an element of a kernel. If the head's entry for a cluster is the
   * logarithm of the sum over its classes, the adaptive softmax is the softmax of all logits.
   */
  @Test
  void isTheSoftmaxWhereClustersWeighWhatTheirClassesDo() {
    SequenceModel adaptive =
        model(
            Spec.of("adaptive-softmax")
                .with("units", V)
                .with("cutoffs", List.of(4, 6))
                .with("divisor", 1));
    SequenceModel dense =
        model(
            Spec.of("dense")
                .with("units", V)
                .with("bias", false)
                .with("activation", "log-softmax"));
    float[] logits = dense.parameters().copy("layers.0.W"); // [I, V]
    float[] identity = new float[I * I];
    float[] one = new float[I * 2]; // cluster of the classes 4 and 5
    float[] two = new float[I * 5]; // cluster of the classes 6 to 10
    float[] head = new float[I * 6];
    for (int i = 0; i < I; i++) {
      identity[i * I + i] = 1;
      System.arraycopy(logits, i * V, head, i * 6, 4);
      System.arraycopy(logits, i * V + 4, one, i * 2, 2);
      System.arraycopy(logits, i * V + 6, two, i * 5, 5);
      head[i * 6 + 4] = logSum(logits, i * V + 4, 2);
      head[i * 6 + 5] = logSum(logits, i * V + 6, 5);
    }
    set(adaptive, "W", head);
    set(adaptive, "P.1", Arrays.copyOf(identity, I * I));
    set(adaptive, "W.1", one);
    set(adaptive, "P.2", Arrays.copyOf(identity, I * I));
    set(adaptive, "W.2", two);
    Batch units = Batch.ofValues(1, I, I, identity, null);
    float[] got = predict(adaptive, units);
    float[] expected = predict(dense, units);
    double[] exact = new double[expected.length];
    Arrays.setAll(exact, i -> expected[i]);
    RelativeError.require("log-probabilities", got, exact, RelativeError.OUTPUT);
  }

  private static float[] predict(SequenceModel model, Batch batch) {
    ModelRunner runner = runner(model, "simd");
    return runner.predict(batch, runner.newCarry(I));
  }

  private static float logSum(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Math.exp(values[i]);
    }
    return (float) Math.log(sum);
  }

  private static void set(SequenceModel model, String name, float[] values) {
    String full = "layers.0." + name;
    model.parameters().set(full, model.parameters().get(full).shape(), values);
  }

  @Test
  void labelsOutsideTheVocabularyAreSaid() {
    SequenceModel model = model(ADAPTIVE);
    Batch wrong = Batch.ofValues(1, 1, I, new float[I], null).labels(new Ids(1, 1, new int[] {V}));
    ModelRunner runner = runner(model, "simd");
    assertThatThrownBy(() -> runner.evaluate(wrong, nll(), runner.newCarry(1)))
        .hasMessage(
            "[nll] expected labels between 0 and 10 but got 11 at timestep 0 of row 0; make the output layer as large as the vocabulary");
  }
}

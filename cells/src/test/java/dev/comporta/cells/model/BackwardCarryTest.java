package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A cell that runs against time starts anew in every chunk, however it comes to run so, and one
 * that runs with time goes on. The cells add up what they read, so that every output names its
 * inputs.
 */
class BackwardCarryTest {
  private static final Spec SUM = Spec.of("rnn").with("activation", "identity");
  private static final Spec REVERSE = Spec.of("reverse");
  private static final float[] FIRST = {1, 10, 100};
  private static final float[] SECOND = {1_000, 10_000, 100_000};
  private static final float[] ANEW = {111_000, 110_000, 100_000};
  private static final float[] GOES_ON = {1_111, 11_111, 111_111};

  private static Spec sum(boolean reverse) {
    return Models.recurrent(SUM, 1).with("reverse", reverse);
  }

  private static Spec sequential(Spec... layers) {
    return Spec.of("sequential").with("layers", List.of(layers));
  }

  private static Spec both(String merge) {
    return Spec.of("bidirectional").with("cell", SUM).with("hidden", 1).with("merge", merge);
  }

  /** One part of a layer's answer to the second chunk. */
  private record Expected(List<Spec> layers, float[]... features) {}

  private static float[] plus(float[] a, float[] b) {
    float[] sums = a.clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += b[i];
    }
    return sums;
  }

  static Stream<Arguments> layers() {
    Map<String, Expected> all = new LinkedHashMap<>();
    all.put("forwards", new Expected(List.of(sum(false)), GOES_ON));
    all.put("in reverse", new Expected(List.of(sum(true)), ANEW));
    all.put("both", new Expected(List.of(both("concatenate")), GOES_ON, ANEW));
    all.put("both, summed", new Expected(List.of(both("sum")), plus(GOES_ON, ANEW)));
    all.put("nested", new Expected(List.of(sequential(sequential(sum(true)))), ANEW));
    all.put(
        "around a residual",
        new Expected(
            List.of(Spec.of("residual").with("layers", List.of(sum(true)))), plus(SECOND, ANEW)));
    all.put(
        "in a stack",
        new Expected(List.of(Spec.of("stack").with("layer", sum(true)).with("depth", 1)), ANEW));
    all.put("between two reverses", new Expected(List.of(REVERSE, sum(false), REVERSE), ANEW));
    all.put(
        "between two nested reverses",
        new Expected(List.of(sequential(REVERSE), sum(false), sequential(REVERSE)), ANEW));
    all.put(
        "between reverses in one list",
        new Expected(List.of(sequential(REVERSE, sum(false), REVERSE)), ANEW));
    all.put(
        "in reverse between two reverses, which is with time",
        new Expected(List.of(REVERSE, sum(true), REVERSE), GOES_ON));
    all.put("behind two reverses", new Expected(List.of(REVERSE, REVERSE, sum(false)), GOES_ON));
    all.put(
        "a causal convolution against time",
        new Expected(
            List.of(
                REVERSE,
                Spec.of("conv1d").with("filters", 1).with("width", 2).with("padding", "causal"),
                REVERSE),
            new float[] {11_000, 110_000, 100_000}));
    List<Arguments> arguments = new ArrayList<>();
    for (Execution execution : Execution.values()) {
      all.forEach((name, expected) -> arguments.add(Arguments.of(execution, name, expected)));
    }
    return arguments.stream();
  }

  private static SequenceModel model(List<Spec> layers) {
    SequenceModel model =
        SequenceModel.build(
            Spec.of("sequential").with("input-size", 1).with("layers", layers), Models.CATALOG);
    for (ParameterSpec spec : model.parameterSpecs()) {
      float[] values = new float[spec.shape().count()];
      Arrays.fill(values, spec.name().endsWith("b") ? 0 : 1);
      model.parameters().set(spec.name(), spec.shape(), values);
    }
    return model;
  }

  private static ModelRunner runner(SequenceModel model, Execution execution) {
    return new ModelRunner(model, Models.CATALOG.backend("reference"), Workers.ALONE, execution);
  }

  private static Batch chunk(float[] values) {
    return Batch.ofValues(3, 1, 1, values, null).targets(1, new float[3]);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("layers")
  void theSecondChunkReadsWhatCameBeforeItInTime(
      Execution execution, String name, Expected expected) {
    ModelRunner runner = runner(model(expected.layers()), execution);
    int features = expected.features().length;
    float[] wanted = new float[3 * features];
    for (int t = 0; t < 3; t++) {
      for (int f = 0; f < features; f++) {
        wanted[t * features + f] = expected.features()[f][t];
      }
    }
    Carry carry = runner.newCarry(1);
    runner.predict(chunk(FIRST), carry);
    assertThat(runner.predict(chunk(SECOND), carry)).isEqualTo(wanted);
    carry.reset();
    Loss loss = (prediction, target) -> new Loss.Value(prediction.sum(), 1);
    runner.train(chunk(FIRST), loss, carry, new CounterRandom(1));
    double sum = 0;
    for (float value : wanted) {
      sum += value;
    }
    assertThat(runner.train(chunk(SECOND), loss, carry, new CounterRandom(1)).sum()).isEqualTo(sum);
  }

  /** As a session with h0 in PyTorch: a row that has seen nothing starts from what it is given. */
  @Test
  void aFreshRowStartsFromItsCarryInEitherDirection() {
    ModelRunner runner = runner(model(List.of(sum(true))), Execution.PLAN);
    Carry carry = runner.newCarry(1);
    carry.put("layers.0.h", new float[] {5});
    assertThat(runner.predict(chunk(FIRST), carry)).containsExactly(116, 115, 105);
    assertThat(carry.parts().get("layers.0.h")).containsExactly(116);
    assertThat(runner.predict(chunk(SECOND), carry)).containsExactly(ANEW);
  }

  @Test
  void aLearnedInitialStateIsWhatABackwardCellStartsFromInEveryChunk() {
    SequenceModel model = model(List.of(sum(true).with("learn-initial-state", true)));
    for (Execution execution : Execution.values()) {
      ModelRunner runner = runner(model, execution);
      Carry carry = runner.newCarry(1);
      runner.predict(chunk(FIRST), carry);
      assertThat(runner.predict(chunk(SECOND), carry)).containsExactly(plus(ANEW, 1));
      Loss loss = (prediction, target) -> new Loss.Value(prediction.sum(), 1);
      runner.train(chunk(SECOND), loss, carry, new CounterRandom(1));
      int at = model.parameters().get("layers.0.cell.initial.h").offset();
      assertThat(runner.gradients()[at]).isEqualTo(3);
    }
  }

  private static float[] plus(float[] a, float number) {
    float[] numbers = new float[a.length];
    Arrays.fill(numbers, number);
    return plus(a, numbers);
  }

  @Test
  void streamsRejectWhateverRunsAgainstTime() {
    for (List<Spec> layers :
        List.of(
            List.of(sum(true)),
            List.of(both("sum")),
            List.of(sequential(sum(true))),
            List.of(REVERSE, sum(false), REVERSE),
            List.of(Spec.of("residual").with("layers", List.of(sum(true)))))) {
      assertThatThrownBy(
              () -> new StreamingModel(model(layers), Models.CATALOG.backend("reference")))
          .isInstanceOf(ComportaException.class)
          .hasMessageStartingWith("[session] this model cannot run timestep by timestep: ");
    }
  }
}

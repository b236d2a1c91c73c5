package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.plan.CellPlan;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Observed values are available for every timestep, by plan and by definition. */
class ObserveTest {
  private static final int T = 4;
  private static final int B = 3;
  private static final int I = 5;
  private static final int H = 6;
  private static final int[] LENGTHS = {2, 4, 0};

  static Stream<Arguments> cells() {
    return Cells.all().entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  private static Batch batch(int @Nullable [] lengths) {
    return Batch.ofValues(T, B, I, Problems.normal(T * B * I, 1, 3, "x"), lengths);
  }

  private static ModelRunner.Observed observe(
      SequenceModel model,
      String backend,
      Execution execution,
      int @Nullable [] lengths,
      String... names) {
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend(backend), Workers.ALONE, execution);
    Carry carry = runner.newCarry(B);
    carry
        .parts()
        .forEach((name, part) ->
            System.arraycopy(Problems.normal(part.length, 0.5, 8, name), 0, part, 0, part.length));
    return runner.observe(batch(lengths), carry, names);
  }

  private static double[] exact(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** The same model with neighbouring parameters. */
  private static SequenceModel neighbour(SequenceModel model) {
    SequenceModel moved = SequenceModel.build(model.spec(), Models.CATALOG);
    float[] values = model.parameters().values();
    float[] neighbours = Problem.neighbours(values, new CounterRandom(1), "parameters");
    System.arraycopy(neighbours, 0, moved.parameters().values(), 0, values.length);
    return moved;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void plansObserveTheSameValuesAsDefinitions(String name, Spec cell) {
    SequenceModel model =
        Models.onFeatures(
            I,
            Models.recurrent(cell, H).with("reverse", true),
            Spec.of("bidirectional").with("cell", cell).with("hidden", H));
    List<String> offered = CellPlan.of(Models.CATALOG.cell(cell, I, H), false, false).observable();
    List<String> names = new ArrayList<>();
    for (String value : offered) {
      names.addAll(
          List.of("layers.0." + value, "layers.1.forward." + value, "layers.1.backward." + value));
    }
    String[] all = names.toArray(String[]::new);
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      for (int[] lengths : new int[][] {null, LENGTHS}) {
        ModelRunner.Observed plan = observe(model, backend, Execution.PLAN, lengths, all);
        ModelRunner.Observed definition =
            observe(model, backend, Execution.DEFINITION, lengths, all);
        assertThat(plan.values().keySet()).containsExactly(all);
        assertThat(definition.values().keySet()).containsExactly(all);
        Supplier<ModelRunner.Observed> neighbour =
            () -> observe(neighbour(model), backend, Execution.DEFINITION, lengths, all);
        definition
            .values()
            .forEach((value, expected) ->
                RelativeError.require(
                    value,
                    plan.values().get(value),
                    exact(expected),
                    RelativeError.OUTPUT,
                    () -> exact(neighbour.get().values().get(value))));
        RelativeError.require(
            "output",
            plan.output(),
            exact(definition.output()),
            RelativeError.OUTPUT,
            () -> exact(neighbour.get().output()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void observedValuesOfAnLstmSatisfyItsEquations(Execution execution) {
    SequenceModel model = Models.onFeatures(I, Models.recurrent("lstm", H));
    ModelRunner.Observed run =
        observe(
            model,
            "reference",
            execution,
            null,
            "layers.0.i",
            "layers.0.f",
            "layers.0.g",
            "layers.0.o",
            "layers.0.c");
    float[] i = values(run.values(), "i");
    float[] f = values(run.values(), "f");
    float[] g = values(run.values(), "g");
    float[] o = values(run.values(), "o");
    float[] c = values(run.values(), "c");
    assertThat(c).hasSize(T * B * H);
    float[] before = Problems.normal(B * H, 0.5, 8, "layers.0.c");
    for (int at = 0; at < T * B * H; at++) {
      double cBefore = at < B * H ? before[at] : c[at - B * H];
      double cNext = f[at] * cBefore + i[at] * g[at];
      assertThat((double) c[at]).isCloseTo(cNext, offset(1e-6));
      assertThat((double) run.output()[at]).isCloseTo(o[at] * Math.tanh(cNext), offset(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void zoneoutPartsAreObservedAfterZoneout(Execution execution) {
    Spec zoned =
        Models.recurrent("lstm", H)
            .with("zoneout", 0.2)
            .with("zoneout-c", 0.3)
            .with("returns", "states");
    SequenceModel model = Models.onFeatures(I, zoned);
    ModelRunner.Observed run =
        observe(model, "reference", execution, null, "layers.0.h", "layers.0.c");
    float[] h = values(run.values(), "h");
    float[] c = values(run.values(), "c");
    for (int row = 0; row < T * B; row++) {
      int from = row * 2 * H;
      assertThat(Arrays.copyOfRange(h, row * H, (row + 1) * H))
          .isEqualTo(Arrays.copyOfRange(run.output(), from, from + H));
      assertThat(Arrays.copyOfRange(c, row * H, (row + 1) * H))
          .isEqualTo(Arrays.copyOfRange(run.output(), from + H, from + 2 * H));
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void aCoupledForgetGateIsObserved(Execution execution) {
    SequenceModel model =
        Models.onFeatures(I, Models.recurrent(Spec.of("lstm").with("variant", "cifg"), H));
    ModelRunner.Observed run =
        observe(model, "reference", execution, null, "layers.0.i", "layers.0.f");
    float[] i = values(run.values(), "i");
    float[] f = values(run.values(), "f");
    for (int at = 0; at < i.length; at++) {
      assertThat(f[at]).isEqualTo(1 - i[at]);
    }
  }

  static Stream<Execution> executions() {
    return Arrays.stream(Execution.values());
  }

  private static float[] values(Map<String, float[]> values, String name) {
    float[] found = values.get("layers.0." + name);
    assertThat(found).as(name).isNotNull();
    return found;
  }

  @ParameterizedTest
  @MethodSource("executions")
  void paddingIsZeroAndOnlyRequestedValuesAreReturned(Execution execution) {
    SequenceModel model = Models.onFeatures(I, Models.recurrent("gru", H));
    ModelRunner.Observed run = observe(model, "simd", execution, LENGTHS, "layers.0.z");
    assertThat(run.values().keySet()).containsExactly("layers.0.z");
    float[] z = values(run.values(), "z");
    for (int at = 0; at < T * B; at++) {
      float[] row = Arrays.copyOfRange(z, at * H, (at + 1) * H);
      if (at / B < LENGTHS[at % B]) {
        assertThat(row).doesNotContain(0f);
      } else {
        assertThat(row).containsOnly(0f);
      }
    }
  }

  @Test
  void observingChangesNeitherOutputNorCarry() {
    SequenceModel model = Models.onFeatures(I, Models.recurrent("lstm", H), Models.dense(2));
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend("simd"), Workers.ALONE, Execution.PLAN);
    Carry plain = runner.newCarry(B);
    Carry watched = runner.newCarry(B);
    float[] expected = runner.predict(batch(LENGTHS), plain);
    assertThat(runner.observe(batch(LENGTHS), watched, "layers.0.g", "layers.0.c").output())
        .isEqualTo(expected);
    plain.parts().forEach((name, part) -> assertThat(watched.parts().get(name)).isEqualTo(part));
  }

  @ParameterizedTest
  @MethodSource("executions")
  void unknownNamesAreReportedWithTheKnownNames(Execution execution) {
    SequenceModel model = Models.onFeatures(I, Models.recurrent("gru", H), Models.dense(2));
    assertThatThrownBy(() -> observe(model, "reference", execution, null, "layers.0.cc"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage(
            "unknown observed value 'layers.0.cc': expected one of layers.0.n, layers.0.r,"
                + " layers.0.z; did you mean 'layers.0.n'?");
  }
}

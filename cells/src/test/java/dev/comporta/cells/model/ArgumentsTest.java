package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Workers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts, lengths, rows and arrays that do not fit are refused in one sentence. */
class ArgumentsTest {
  private static final int I = 3;

  private static ModelRunner runner(int hidden) {
    return new ModelRunner(
        Models.onFeatures(I, Models.recurrent("gru", hidden)),
        Models.CATALOG.backend("reference"),
        Workers.ALONE,
        Execution.PLAN);
  }

  private static Batch batch(int rows) {
    return Batch.ofValues(2, rows, I, new float[2 * rows * I], null);
  }

  static Stream<Arguments> calls() {
    Ids ids = new Ids(2, 3, new int[6]);
    Carry carry = runner(4).newCarry(3);
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put(
        "[batch] expected 3 lengths, one for each row, but got 2",
        () -> Batch.ofIds(ids, new int[2]));
    all.put(
        "[batch] expected lengths between 0 and 2 timesteps but row 1 has 3",
        () -> Batch.ofIds(ids, new int[] {2, 3, 0}));
    all.put(
        "[batch] expected lengths between 0 and 2 timesteps but row 2 has -1",
        () -> Batch.ofValues(2, 3, 1, new float[6], new int[] {2, 2, -1}));
    all.put(
        "[batch] expected at least timesteps -1 x batch 3 x features 1 values but got 6",
        () -> Batch.ofValues(-1, 3, 1, new float[6], null));
    all.put(
        "[batch] expected labels of 3 rows, as many as the input, but got 1",
        () -> Batch.ofIds(ids, null).labels(new Ids(2, 1, new int[2])));
    all.put(
        "[batch.targets] expected 1 features or more but got 0",
        () -> Batch.ofIds(ids, null).targets(0, new float[6]));
    all.put("[model.newCarry] expected 0 rows or more but got -2", () -> runner(4).newCarry(-2));
    all.put("[carry] expected rows between 0 and 2 but got 3", () -> carry.resetRow(3));
    all.put("[carry] expected rows between 0 and 2 but got -1", () -> carry.rows(0, -1));
    all.put(
        "[carry] expected 12 values of layers.0.h but got 15; was it made for another model or"
            + " batch?",
        () -> carry.set(runner(5).newCarry(3)));
    all.put(
        "[carry] expected 3 rows with the parts [layers.0.h] but got 2 with [layers.0.h]; was it"
            + " made for another model or batch?",
        () -> carry.set(runner(4).newCarry(2)));
    all.put(
        "[model] expected a carry with layers.0.h of [batch 3, h 4] but it has 15 values; was it"
            + " made for another model?",
        () -> runner(4).predict(batch(3), runner(5).newCarry(3)));
    all.put(
        "[model] expected a carry of 3 rows, as many as the batch, but got 2",
        () -> runner(4).predict(batch(3), runner(4).newCarry(2)));
    all.put(
        "[model.predict] expected room for 24 floats of output but got no array",
        () -> runner(4).predict(batch(3), carry.copy(), (float[]) null));
    all.put(
        "[estimate] expected 0 timesteps or more but got -1", () -> EstimatedChunk.training(-1, 3));
    all.put(
        "[estimate] expected lengths between 0 and 2 timesteps but row 0 has 3",
        () -> EstimatedChunk.training(2, 1).withLengths(new int[] {3}));
    return all.entrySet().stream().map(call -> Arguments.of(call.getKey(), call.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void whatDoesNotFitIsSaid(String message, Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(ComportaException.class).hasMessage(message);
  }

  @Test
  void aCarryOfNoRowsIsOne() {
    Carry none = runner(4).newCarry(0);
    none.reset();
    none.set(none.copy());
    assertThat(none.rows().batch()).isZero();
    assertThatThrownBy(() -> none.resetRow(0))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[carry] expected no row, because the carry has none, but got 0");
    assertThat(runner(4).predict(batch(0), none)).isEmpty();
  }

  @Test
  void aRunnerThatRefusedACallGoesOn() {
    ModelRunner runner = runner(4);
    Carry carry = runner.newCarry(3);
    assertThatThrownBy(() -> runner.predict(batch(2), carry)).isInstanceOf(ComportaException.class);
    assertThat(runner.predict(batch(3), carry)).hasSize(24);
  }
}

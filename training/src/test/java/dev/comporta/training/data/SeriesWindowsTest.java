package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesWindowsTest {
  /** Rows (r, 100 + r). */
  private static float[] series(int rows) {
    float[] values = new float[2 * rows];
    for (int row = 0; row < rows; row++) {
      values[2 * row] = row;
      values[2 * row + 1] = 100 + row;
    }
    return values;
  }

  /** A model that returns its input: its output for a window is the window's last row. */
  private static ModelRunner looking() {
    Catalog catalog = Catalog.load();
    Spec spec =
        Spec.of("sequential")
            .with("input-size", 2)
            .with(
                "layers",
                List.of(
                    Spec.of("pool-time").with("mode", "last"), Spec.of("dense").with("units", 1)));
    SequenceModel model = SequenceModel.build(spec, catalog);
    float[] parameters = model.parameters().values();
    parameters[model.parameters().get("layers.1.W").offset()] = 1; // the first column
    model.parameters().changed();
    return new ModelRunner(
        model, catalog.backend("reference"), Workers.ALONE, Execution.DEFINITION);
  }

  private static List<Integer> lastRows(SeriesWindows windows, int epoch) {
    ModelRunner runner = looking();
    List<Integer> rows = new ArrayList<>();
    for (int index = 0; index < windows.chunks(); index++) {
      float[] seen = runner.predict(windows.batch(epoch, index), runner.newCarry(windows.rows()));
      int filled = Math.min(windows.rows(), windows.windows() - index * windows.rows());
      for (int row = 0; row < filled; row++) {
        rows.add((int) seen[row]);
      }
    }
    return rows;
  }

  @Test
  void everyWindowThatFitsIsThereOnceInOrderOrShuffled() {
    SeriesWindows.Layout layout = new SeriesWindows.Layout(2, 1, 3, 2);
    SeriesWindows inOrder = new SeriesWindows(series(12), layout, 2, 12, 4, null);
    assertThat(inOrder.windows()).isEqualTo(6);
    assertThat(inOrder.chunks()).isEqualTo(2);
    assertThat(lastRows(inOrder, 0)).containsExactly(4, 5, 6, 7, 8, 9);
    SeriesWindows shuffled = new SeriesWindows(series(12), layout, 2, 12, 4, new CounterRandom(1));
    List<Integer> first = lastRows(shuffled, 0);
    assertThat(first).containsExactlyInAnyOrder(4, 5, 6, 7, 8, 9);
    assertThat(lastRows(shuffled, 1)).containsExactlyInAnyOrder(4, 5, 6, 7, 8, 9);
    assertThat(lastRows(shuffled, 0)).isEqualTo(first);
  }

  @Test
  void theLastBatchCountsOnlyItsWindows() {
    SeriesWindows.Layout layout = new SeriesWindows.Layout(2, 1, 3, 2);
    SeriesWindows windows = new SeriesWindows(series(12), layout, 2, 12, 4, null);
    assertThat(windows.batch(0, 0).count()).isEqualTo(4 * 3);
    assertThat(windows.batch(0, 1).count()).isEqualTo(2 * 3);
  }

  @Test
  void noWindowLiesInTwoParts() {
    SeriesWindows.Layout layout = new SeriesWindows.Layout(2, 1, 3, 2);
    List<SeriesWindows.Part> parts =
        List.of(new SeriesWindows.Part(0, 6), new SeriesWindows.Part(6, 12));
    SeriesWindows windows = new SeriesWindows(series(12), layout, parts, 4, null);
    assertThat(windows.windows()).isEqualTo(4);
    assertThat(lastRows(windows, 0)).containsExactly(2, 3, 8, 9);
    assertThat(windows.firstTarget(2)).isEqualTo(9);
  }

  @Test
  void targetsAreTheValuesOfEachStepColumnAndRepeat() {
    SeriesWindows.Layout layout = new SeriesWindows.Layout(3, 1, 2, 2, 2, 2);
    float[] values = new float[15];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Batch batch = new SeriesWindows(values, layout, 0, 5, 1, null).batch(0, 0);
    assertThat(layout.outputs()).isEqualTo(8);
    assertThat(batch.targets()).startsWith(7, 7, 8, 8, 10, 10, 11, 11);
    assertThat(layout.place(1, 0, 1)).isEqualTo(5);
  }

  @Test
  void aPartThatHoldsNoWindowIsRefused() {
    SeriesWindows.Layout layout = new SeriesWindows.Layout(2, 1, 3, 2);
    assertThat(new SeriesWindows(series(5), layout, 0, 5, 4, null).windows()).isEqualTo(1);
    assertThatThrownBy(() -> new SeriesWindows(series(12), layout, 8, 12, 4, null))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("expected at least 5 rows, 3 for the input and 2 to forecast")
        .hasMessageContaining("rows 8 to 12 of 12");
    assertThatThrownBy(() -> new SeriesWindows(series(12), layout, 0, 13, 4, null))
        .isInstanceOf(InvalidOptionException.class);
    int most = Integer.MAX_VALUE / 6; // windows of three rows of two columns
    assertThatThrownBy(() -> new SeriesWindows(series(12), layout, 0, 12, most + 1, null))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("2147483647 numbers in a batch but 357913942 windows of 3 rows");
    assertThatThrownBy(() -> new SeriesWindows.Layout(2, 2, 3, 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("a target among the columns");
  }

  @Test
  void normalizationKnowsOnlyTheRowsThatItWasFittedOn() {
    float[] values = {1, 7, 3, 7, 5, 7, 1e6f, -1e6f};
    Normalization fitted = Normalization.fit(values, 2, 3);
    assertThat(fitted.means()).containsExactly(3, 7);
    assertThat(fitted.deviations()[0]).isCloseTo(Math.sqrt(8 / 3.0), within(1e-12));
    assertThat(fitted.deviations()[1]).isEqualTo(1); // a constant column
    float[] normal = fitted.apply(values);
    assertThat(normal[0]).isCloseTo((float) (-2 / Math.sqrt(8 / 3.0)), within(1e-6f));
    assertThat(normal[1]).isZero();
    assertThat(fitted.undo(normal[6], 0)).isCloseTo(1e6, within(0.5));
    assertThat(values[0]).isEqualTo(1);
    assertThatThrownBy(() -> Normalization.fit(values, 2, 0))
        .isInstanceOf(InvalidOptionException.class);
  }
}

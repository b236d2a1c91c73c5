package dev.comporta.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.RelativeError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CTC compared with an explicit sum over all paths. */
class CtcTest {
  private static final Spec SUM = Spec.of("ctc").with("per-label", false);
  private static final int T = 5;
  private static final int C = 4;
  private static final int[] INPUT_LENGTHS = {5, 4, 3, 5, 2};
  private static final int[][] LABELS = {{1, 2, 1}, {2, 2}, {3}, {}, {1, 3}};
  private static final int BATCH = LABELS.length;
  private static final Shape SHAPE = Shape.of(T, BATCH, C);

  @Test
  void isTheLogarithmOfTheSumOverAllPaths() {
    double[] x = prediction();
    LossRun run = run(SUM, floats(x), 0);
    RelativeError.require(
        "ctc", new float[] {run.sum()}, new double[] {enumerated(x, 0)}, RelativeError.OUTPUT);
    assertThat(run.weight()).isEqualTo(BATCH);
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      x[i] = at + 1e-6;
      double above = enumerated(x, 0);
      x[i] = at - 1e-6;
      gradient[i] = (above - enumerated(x, 0)) / 2e-6;
      x[i] = at;
    }
    RelativeError.require("gradient", run.gradient(), gradient, RelativeError.GRADIENT);
  }

  @Test
  void theBlankMayBeAnyClass() {
    double[] x = prediction();
    int[][] renamed = new int[BATCH][];
    double[] moved = new double[x.length];
    for (int row = 0; row < BATCH; row++) {
      renamed[row] = Arrays.stream(LABELS[row]).map(label -> label - 1).toArray();
    }
    for (int i = 0; i < x.length; i++) {
      moved[i / C * C + (i + C - 1) % C] = x[i];
    }
    Ids labels = ids(renamed);
    LossRun last =
        LossRun.labels(SUM.with("blank", C - 1), SHAPE, floats(moved), labels, INPUT_LENGTHS);
    assertThat(last.sum()).isCloseTo(run(SUM, floats(x), 0).sum(), within(1e-5f));
  }

  @Test
  void paddingNeverChangesABit() {
    float[] x = floats(prediction());
    LossRun clean = run(SUM, x, 0);
    for (int t = 0; t < T; t++) {
      for (int row = 0; row < BATCH; row++) {
        if (t >= INPUT_LENGTHS[row]) {
          Arrays.fill(x, (t * BATCH + row) * C, (t * BATCH + row + 1) * C, Float.NaN);
        }
      }
    }
    LossRun dirty = run(SUM, x, 2);
    assertThat(dirty.sum()).isEqualTo(clean.sum());
    assertThat(dirty.gradient()).isEqualTo(clean.gradient());
  }

  @Test
  void aLongInputKeepsItsPrecision() {
    int timesteps = 2000;
    Shape shape = Shape.of(timesteps, 1, 2);
    // All classes equally likely, one label: paths are blank* label+ blank*, T (T + 1) / 2 of them.
    LossRun run =
        LossRun.labels(SUM, shape, new float[shape.count()], new Ids(1, 1, new int[] {1}), null);
    double exact = timesteps * Math.log(2) - Math.log(timesteps * (timesteps + 1.0) / 2);
    assertThat(run.sum()).isCloseTo((float) exact, within((float) (2e-6 * exact)));
    double gradient = 0;
    for (int t = 0; t < timesteps; t++) {
      // The softmax minus the share of the paths with the label at t.
      double share = (t + 1.0) * (timesteps - t) / (timesteps * (timesteps + 1.0) / 2);
      gradient = Math.max(gradient, Math.abs(run.gradient()[2 * t + 1] - (0.5 - share)));
    }
    assertThat(gradient).isLessThan(2e-4);
  }

  @Test
  void aRowOfLengthZeroWithoutLabelsDoesNotCount() {
    float[] x = new float[2 * 2 * C];
    LossRun run =
        LossRun.labels(
            SUM, Shape.of(2, 2, C), x, new Ids(1, 2, new int[] {1, -1}), new int[] {2, 0});
    assertThat(run.weight()).isEqualTo(1);
    assertThat(run.sum()).isCloseTo((float) Math.log(16 / 3.0), within(1e-6f));
  }

  @Test
  void saysWhatIsWrongWithLabels() {
    refuses(new int[][] {{1, 2}, {1, 1}}, 2)
        .hasMessage(
            "[ctc] expected an input of at least 3 timesteps for the 2 labels of row 1, 1 of them repeated, but it has 2");
    refuses(new int[][] {{1}, {4}}, 2)
        .hasMessageContaining("expected labels between 0 and 3 but got 4 at timestep 0 of row 1");
    refuses(new int[][] {{1, 0}, {2}}, 2).hasMessageContaining("label 1 of row 0 is the blank");
    refuses(new int[][] {{-1, 2}, {2}}, 2)
        .hasMessageContaining("label 0 is negative and label 1 is 2");
    assertThatThrownBy(() ->
            LossRun.labels(
                SUM.with("blank", 4),
                Shape.of(2, 1, 4),
                new float[8],
                new Ids(0, 1, new int[0]),
                null))
        .hasMessage("[ctc] option 'blank' expected a class between 0 and 3 but got 4");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> refuses(
      int[][] labels, int timesteps) {
    Shape shape = Shape.of(timesteps, labels.length, C);
    return assertThatThrownBy(
            () -> LossRun.labels(SUM, shape, new float[shape.count()], ids(labels), null))
        .isInstanceOf(ComportaException.class);
  }

  private static LossRun run(Spec spec, float[] x, int morePadding) {
    Ids labels = ids(LABELS);
    int[] padded = Arrays.copyOf(labels.values(), labels.count() + morePadding * BATCH);
    Arrays.fill(padded, labels.count(), padded.length, -1);
    Ids all = new Ids(labels.timesteps() + morePadding, BATCH, padded);
    return LossRun.labels(spec, SHAPE, x, all, INPUT_LENGTHS);
  }

  private static Ids ids(int[][] rows) {
    int most = Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
    int[] values = new int[most * rows.length];
    Arrays.fill(values, -1);
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < rows[row].length; i++) {
        values[i * rows.length + row] = rows[row][i];
      }
    }
    return new Ids(most, rows.length, values);
  }

  private static double[] prediction() {
    RandomSource random = new CounterRandom(7);
    double[] x = new double[SHAPE.count()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.normal(i);
    }
    return x;
  }

  private static float[] floats(double[] x) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) x[i];
    }
    return result;
  }

  /**
   * Enumerates all paths of every row and sums the probability of those that collapse to the
   * labels.
   */
  private static double enumerated(double[] x, int blank) {
    double loss = 0;
    for (int row = 0; row < BATCH; row++) {
      double probability = 0;
      int paths = (int) Math.pow(C, INPUT_LENGTHS[row]);
      for (int path = 0; path < paths; path++) {
        List<Integer> collapsed = new ArrayList<>();
        double p = 1;
        int before = -1;
        int rest = path;
        for (int t = 0; t < INPUT_LENGTHS[row]; t++) {
          int label = rest % C;
          rest /= C;
          p *= softmax(x, (t * BATCH + row) * C, label);
          if (label != before && label != blank) {
            collapsed.add(label);
          }
          before = label;
        }
        if (collapsed.equals(Arrays.stream(LABELS[row]).boxed().toList())) {
          probability += p;
        }
      }
      loss -= Math.log(probability);
    }
    return loss;
  }

  private static double softmax(double[] x, int from, int label) {
    double sum = 0;
    for (int c = 0; c < C; c++) {
      sum += Math.exp(x[from + c]);
    }
    return Math.exp(x[from + label]) / sum;
  }
}

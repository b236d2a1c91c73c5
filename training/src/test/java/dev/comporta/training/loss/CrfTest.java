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
import dev.comporta.training.tags.LinearChain;
import java.util.Arrays;
import java.util.function.ObjDoubleConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss and the decoder of a CRF, compared with sums over all sequences of classes. */
class CrfTest {
  private static final Spec CRF = Spec.of("crf");
  private static final int T = 5;
  private static final int C = 3;
  private static final int SIZE = (C + 2) * C;
  private static final int[] LENGTHS = {5, 3, 1, 0, 4};
  private static final int B = LENGTHS.length;
  private static final Shape SHAPE = Shape.of(T, B, SIZE);
  private static final RandomSource RANDOM = new CounterRandom(11);

  private static double[] prediction(double scale) {
    double[] x = new double[SHAPE.count()];
    Arrays.setAll(x, i -> (float) (scale * RANDOM.normal(i)));
    return x;
  }

  private static Ids labels() {
    int[] labels = new int[T * B];
    Arrays.setAll(labels, i -> RANDOM.stream("labels").below(C, i));
    return new Ids(T, B, labels);
  }

  private static float[] floats(double[] x) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) x[i];
    }
    return result;
  }

  /** Calls back with every sequence of classes and its score, from the definition. */
  private static void each(double[] x, int row, int length, ObjDoubleConsumer<int[]> path) {
    int count = (int) Math.pow(C, length);
    for (int number = 0; number < count; number++) {
      int[] classes = new int[length];
      int rest = number;
      for (int t = 0; t < length; t++) {
        classes[t] = rest % C;
        rest /= C;
      }
      path.accept(classes, score(x, row, classes));
    }
  }

  private static double score(double[] x, int row, int[] classes) {
    double score = 0;
    for (int t = 0; t < classes.length; t++) {
      int from = t == 0 ? 0 : 1 + classes[t - 1];
      score += x[((t * B + row) * (C + 2) + from) * C + classes[t]];
    }
    int last = classes.length - 1;
    return score + x[((last * B + row) * (C + 2) + C + 1) * C + classes[last]];
  }

  private static double enumerated(double[] x, Ids labels) {
    double loss = 0;
    for (int row = 0; row < B; row++) {
      if (LENGTHS[row] == 0) {
        continue;
      }
      double[] sum = new double[1];
      each(x, row, LENGTHS[row], (classes, score) -> sum[0] += Math.exp(score));
      int[] gold = new int[LENGTHS[row]];
      int at = row;
      Arrays.setAll(gold, t -> labels.values()[t * B + at]);
      loss += Math.log(sum[0]) - score(x, row, gold);
    }
    return loss;
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd"})
  void isTheLogarithmOfTheSumOverAllSequences(String backend) {
    double[] x = prediction(1.5);
    LossRun run = LossRun.labels(backend, CRF, SHAPE, floats(x), labels(), LENGTHS);
    RelativeError.require(
        "crf",
        new float[] {run.sum()},
        new double[] {enumerated(x, labels())},
        RelativeError.OUTPUT);
    assertThat(run.weight()).isEqualTo(13);
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      x[i] = at + 1e-6;
      double above = enumerated(x, labels());
      x[i] = at - 1e-6;
      gradient[i] = (above - enumerated(x, labels())) / 2e-6;
      x[i] = at;
    }
    RelativeError.require("gradient", run.gradient(), gradient, RelativeError.GRADIENT);
  }

  @Test
  void negativeLabelsEndARowAsItsLengthDoes() {
    float[] x = floats(prediction(1));
    int[] cut = labels().values().clone();
    for (int i = 0; i < cut.length; i++) {
      cut[i] = i / B < LENGTHS[i % B] ? cut[i] : -1;
    }
    LossRun byLabels = LossRun.labels(CRF, SHAPE, x, new Ids(T, B, cut), null);
    LossRun byLengths = LossRun.labels(CRF, SHAPE, x, labels(), LENGTHS);
    assertThat(byLabels).usingRecursiveComparison().isEqualTo(byLengths);
    cut[B] = -1; // of row 0, between two labels
    assertThatThrownBy(() -> LossRun.labels(CRF, SHAPE, x, new Ids(T, B, cut), null))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("only at the end of row 0 but label 1 is negative and label 2 is");
  }

  @Test
  void aLongRowAndLargeScoresKeepTheirPrecision() {
    int timesteps = 3000;
    Shape shape = Shape.of(timesteps, 1, SIZE);
    float[] x = new float[shape.count()];
    Arrays.fill(x, 10);
    // All sequences are equally likely, whatever the score that they share.
    LossRun run = LossRun.labels(CRF, shape, x, new Ids(timesteps, 1, new int[timesteps]), null);
    double exact = timesteps * Math.log(C);
    assertThat(run.sum()).isCloseTo((float) exact, within((float) (3e-5 * exact)));
    // Following class 0, class 0 has a third of all probability, of which this is the gradient.
    assertThat(run.gradient()[SIZE + C]).isCloseTo(1 / 9f - 1, within(1e-5f));
    float[] far = floats(prediction(1000));
    LossRun finite = LossRun.labels(CRF, SHAPE, far, labels(), LENGTHS);
    assertThat(finite.sum()).isFinite();
    for (float each : finite.gradient()) {
      assertThat(each).isBetween(-1.00001f, 1.00001f);
    }
  }

  @Test
  void aTransitionOfNegativeInfinityIsForbidden() {
    double[] x = prediction(1);
    Ids ones = new Ids(T, B, new int[T * B]);
    for (int i = 0; i < T * B; i++) {
      x[i * SIZE + C + 1] = Double.NEGATIVE_INFINITY; // class 1 after class 0
    }
    LossRun run = LossRun.labels(CRF, SHAPE, floats(x), ones, LENGTHS);
    RelativeError.require(
        "crf", new float[] {run.sum()}, new double[] {enumerated(x, ones)}, RelativeError.OUTPUT);
    assertThat(run.gradient()[B * SIZE + C + 1]).isZero();
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() ->
            LossRun.labels(CRF, Shape.of(1, 1, 5), new float[5], new Ids(1, 1, new int[1]), null))
        .hasMessageContaining("(C + 2) x C scores", "but got 5");
    assertThatThrownBy(() ->
            LossRun.labels(
                CRF, Shape.of(1, 1, 8), new float[8], new Ids(1, 1, new int[] {2}), null))
        .hasMessageContaining("expected labels between 0 and 1 but got 2");
    assertThatThrownBy(() -> new LinearChain(new float[7], 2, null))
        .hasMessageContaining("expected 8 scores", "but got 7");
    float[] broken = new float[8];
    broken[3] = Float.NaN;
    assertThatThrownBy(() -> new LinearChain(broken, 2, null))
        .hasMessageContaining("score 3 of timestep 0 is NaN");
    assertThatThrownBy(() -> new LinearChain(new float[16], 2, new boolean[8]).best())
        .hasMessageContaining("no sequence of 2 is allowed");
  }

  @Test
  void decodingFindsTheBestOfAllSequences() {
    double[] x = prediction(1.5);
    boolean[] allowed = new boolean[SIZE];
    Arrays.fill(allowed, true);
    allowed[2] = false; // class 2 does not start
    allowed[C + 2] = false; // nor follow class 0
    for (boolean[] rule : new boolean[][] {null, allowed}) {
      for (int row : new int[] {0, 1, 2, 4}) {
        int length = LENGTHS[row];
        float[] own = new float[length * SIZE];
        for (int i = 0; i < own.length; i++) {
          own[i] = (float) x[(i / SIZE * B + row) * SIZE + i % SIZE];
        }
        double[] highest = {Double.NEGATIVE_INFINITY};
        int[][] best = new int[1][];
        double[] sum = new double[1];
        double[][] shares = new double[length][C];
        each(
            x,
            row,
            length,
            (classes, score) -> {
              if (rule != null && !isAllowed(classes, rule)) {
                return;
              }
              sum[0] += Math.exp(score);
              for (int t = 0; t < length; t++) {
                shares[t][classes[t]] += Math.exp(score);
              }
              if (score > highest[0]) {
                highest[0] = score;
                best[0] = classes.clone();
              }
            });
        LinearChain chain = new LinearChain(own, C, rule);
        assertThat(chain.best()).isEqualTo(best[0]);
        assertThat(chain.score(best[0])).isCloseTo(highest[0], within(1e-9));
        assertThat(chain.logPartition()).isCloseTo(Math.log(sum[0]), within(1e-9));
        for (int t = 0; t < length; t++) {
          for (int k = 0; k < C; k++) {
            assertThat(chain.marginals()[t][k]).isCloseTo(shares[t][k] / sum[0], within(1e-9));
          }
        }
      }
    }
  }

  @Test
  void aRaisedClassAddsToTheScoreOfEveryTimestepThatHasIt() {
    double[] x = prediction(1);
    float[] own = new float[3 * SIZE];
    for (int i = 0; i < own.length; i++) {
      own[i] = (float) x[i];
    }
    LinearChain before = new LinearChain(own, C, null);
    LinearChain raised = new LinearChain(own, C, null);
    raised.raise(1, 0.75);
    for (int path = 0; path < C * C * C; path++) {
      int[] classes = {path % C, path / C % C, path / C / C};
      long times = Arrays.stream(classes).filter(it -> it == 1).count();
      assertThat(raised.score(classes))
          .isCloseTo(before.score(classes) + 0.75 * times, within(1e-9));
    }
    raised.raise(1, 100);
    assertThat(raised.best()).containsExactly(1, 1, 1);
  }

  private static boolean isAllowed(int[] classes, boolean[] rule) {
    boolean is = rule[classes[0]];
    for (int t = 1; t < classes.length; t++) {
      is &= rule[(1 + classes[t - 1]) * C + classes[t]];
    }
    return is;
  }
}

package dev.comporta.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.RelativeError;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss compared with its formula in double, and its gradient with central differences. */
class LossFormulasTest {
  private static final int T = 4;
  private static final int B = 3;
  private static final int C = 5;
  private static final Shape SHAPE = Shape.of(T, B, C);
  private static final int[] LENGTHS = {4, 2, 0};
  private static final int[] LABELS = {0, 4, 1, 2, 2, 3, -1, 1, 0, 3, 0, 4};
  private static final List<Double> WEIGHTS = List.of(0.5, 2.0, 0.0, 1.5, 0.25);

  /** The sum of the losses of one timestep from its prediction and its target or label. */
  @FunctionalInterface
  interface Formula {
    double of(double[] x, double[] target, int label);
  }

  static Stream<Arguments> losses() {
    return Stream.of(
        of(Spec.of("cross-entropy"), (x, y, label) -> -logSoftmax(x)[label]),
        of(
            Spec.of("cross-entropy").with("label-smoothing", 0.3).with("class-weights", WEIGHTS),
            (x, y, label) -> {
              double[] logs = logSoftmax(x);
              double smooth = 0;
              for (int c = 0; c < C; c++) {
                smooth -= 0.3 / C * WEIGHTS.get(c) * logs[c];
              }
              return smooth - 0.7 * WEIGHTS.get(label) * logs[label];
            }),
        of(
            Spec.of("focal"),
            (x, y, label) -> {
              double log = logSoftmax(x)[label];
              return -Math.pow(1 - Math.exp(log), 2) * log;
            }),
        of(
            Spec.of("focal").with("gamma", 0.5).with("class-weights", WEIGHTS),
            (x, y, label) -> {
              double log = logSoftmax(x)[label];
              return -WEIGHTS.get(label) * Math.sqrt(1 - Math.exp(log)) * log;
            }),
        of(Spec.of("focal").with("gamma", 0), (x, y, label) -> -logSoftmax(x)[label]),
        of(
            Spec.of("error-rate"),
            (x, y, label) -> Arrays.stream(x).allMatch(it -> it <= x[label]) ? 0 : 1),
        of(Spec.of("nll"), (x, y, label) -> -x[label]),
        of(
            Spec.of("nll").with("class-weights", WEIGHTS),
            (x, y, label) -> -WEIGHTS.get(label) * x[label]),
        of(Spec.of("mse"), (x, y, label) -> each(x, y, e -> e * e)),
        of(Spec.of("mae"), (x, y, label) -> each(x, y, e -> e)),
        of(Spec.of("quantile"), (x, y, label) -> each(x, y, e -> e / 2)),
        of(
            Spec.of("quantile").with("quantiles", List.of(0.2)),
            (x, y, label) -> pinball(x, y, 0.2)),
        of(
            Spec.of("quantile").with("quantiles", List.of(0.1, 0.3, 0.5, 0.75, 0.99)),
            (x, y, label) -> pinball(x, y, 0.1, 0.3, 0.5, 0.75, 0.99)),
        of(
            Spec.of("huber").with("delta", 0.7),
            (x, y, label) -> each(x, y, e -> e <= 0.7 ? e * e / 2 : 0.7 * (e - 0.35))),
        of(
            Spec.of("smooth-l1").with("beta", 0.6),
            (x, y, label) -> each(x, y, e -> e < 0.6 ? e * e / 1.2 : e - 0.3)),
        of(
            Spec.of("binary-cross-entropy").with("positive-weight", 3),
            (x, y, label) -> {
              double sum = 0;
              for (int c = 0; c < C; c++) {
                double p = 1 / (1 + Math.exp(-x[c]));
                sum -= 3 * y[c] * Math.log(p) + (1 - y[c]) * Math.log(1 - p);
              }
              return sum;
            }),
        of(
            Spec.of("binary-cross-entropy").with("positive-weights", WEIGHTS),
            (x, y, label) -> {
              double sum = 0;
              for (int c = 0; c < C; c++) {
                double p = 1 / (1 + Math.exp(-x[c]));
                sum -= WEIGHTS.get(c) * y[c] * Math.log(p) + (1 - y[c]) * Math.log(1 - p);
              }
              return sum;
            }),
        of(Spec.of("kl-divergence"), (x, y, label) -> divergence(logSoftmax(x), y)),
        of(
            Spec.of("kl-divergence").with("input", "log-probabilities"),
            (x, y, label) -> divergence(x, y)));
  }

  private static Arguments of(Spec spec, Formula formula) {
    return Arguments.of(spec, formula);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void valueAndGradientFollowTheFormulaWithLengthsAndIgnoredLabels(Spec spec, Formula formula) {
    float[] x = prediction();
    float[] y = distributions();
    LossRun run = run(spec, x, y, LENGTHS);
    double[] exact = {sum(spec, formula, toDouble(x), toDouble(y))};
    RelativeError.require(spec.name(), new float[] {run.sum()}, exact, RelativeError.OUTPUT);
    RelativeError.require(
        "gradient of " + spec.name(),
        run.gradient(),
        centralDifferences(spec, formula, toDouble(x), toDouble(y)),
        RelativeError.GRADIENT);
    assertThat(run.weight()).isCloseTo(weight(spec), within(1e-12));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void whatPaddingHoldsNeverChangesABit(Spec spec, Formula formula) {
    float[] x = prediction();
    float[] y = distributions();
    for (String backend : LossRun.BACKENDS) {
      requireSameWithJunk(backend, spec, x, y);
    }
  }

  private static void requireSameWithJunk(String backend, Spec spec, float[] x, float[] y) {
    LossRun clean = run(backend, spec, x, y, LENGTHS);
    for (float junk : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1e30f}) {
      float[] dirtyX = x.clone();
      float[] dirtyY = y.clone();
      for (int i = 0; i < x.length; i++) {
        if (!counts(i / C, isLabelled(spec))) {
          dirtyX[i] = junk;
          dirtyY[i] = junk;
        }
      }
      LossRun dirty = run(backend, spec, dirtyX, dirtyY, LENGTHS);
      assertThat(dirty.sum()).isEqualTo(clean.sum());
      assertThat(dirty.gradient()).isEqualTo(clean.gradient());
      for (int i = 0; i < x.length; i++) {
        if (!counts(i / C, isLabelled(spec))) {
          assertThat(dirty.gradient()[i]).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aBatchOfPaddingWeighsNothing(Spec spec, Formula formula) {
    float[] nothing = new float[T * B * C];
    Arrays.fill(nothing, Float.NaN);
    LossRun run = run(spec, nothing, nothing, new int[B]);
    assertThat(run.sum()).isZero();
    assertThat(run.weight()).isZero();
    assertThat(run.gradient()).containsOnly(0f);
  }

  private static LossRun run(Spec spec, float[] x, float[] y, int[] lengths) {
    return run("reference", spec, x, y, lengths);
  }

  private static LossRun run(String backend, Spec spec, float[] x, float[] y, int[] lengths) {
    return isLabelled(spec)
        ? LossRun.labels(backend, spec, SHAPE, x, new Ids(T, B, LABELS), lengths)
        : LossRun.values(backend, spec, SHAPE, x, y, lengths);
  }

  private static boolean isLabelled(Spec spec) {
    return List.of("cross-entropy", "nll", "focal", "error-rate").contains(spec.name());
  }

  private static boolean counts(int place, boolean labelled) {
    return place / B < LENGTHS[place % B] && !(labelled && LABELS[place] < 0);
  }

  private static double sum(Spec spec, Formula formula, double[] x, double[] y) {
    double sum = 0;
    for (int place = 0; place < T * B; place++) {
      if (counts(place, isLabelled(spec))) {
        sum +=
            formula.of(
                Arrays.copyOfRange(x, place * C, (place + 1) * C),
                Arrays.copyOfRange(y, place * C, (place + 1) * C),
                LABELS[place]);
      }
    }
    return sum;
  }

  private static double weight(Spec spec) {
    double weight = 0;
    for (int place = 0; place < T * B; place++) {
      if (counts(place, isLabelled(spec))) {
        boolean weighted = spec.options().containsKey("class-weights");
        weight += weighted ? WEIGHTS.get(LABELS[place]) : 1;
      }
    }
    boolean byElement = !isLabelled(spec) && !spec.name().equals("kl-divergence");
    return byElement ? weight * C : weight;
  }

  private static double[] centralDifferences(Spec spec, Formula formula, double[] x, double[] y) {
    double[] gradient = new double[x.length];
    double h = 1e-6;
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      x[i] = at + h;
      double above = sum(spec, formula, x, y);
      x[i] = at - h;
      double below = sum(spec, formula, x, y);
      x[i] = at;
      gradient[i] = (above - below) / (2 * h);
    }
    return gradient;
  }

  private static float[] prediction() {
    RandomSource random = new CounterRandom(11).stream("prediction");
    float[] x = new float[T * B * C];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.normal(i);
    }
    return x;
  }

  /** A distribution for each timestep, some with zeros. */
  private static float[] distributions() {
    RandomSource random = new CounterRandom(11).stream("target");
    float[] y = new float[T * B * C];
    for (int row = 0; row < T * B; row++) {
      float sum = 0;
      for (int c = 0; c < C; c++) {
        y[row * C + c] = c == row % C ? 0 : 0.1f + random.uniform(row * C + c);
        sum += y[row * C + c];
      }
      for (int c = 0; c < C; c++) {
        y[row * C + c] /= sum;
      }
    }
    return y;
  }

  private static double[] toDouble(float[] x) {
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = x[i];
    }
    return result;
  }

  private static double[] logSoftmax(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += Math.exp(value);
    }
    double log = Math.log(sum);
    return Arrays.stream(x).map(value -> value - log).toArray();
  }

  private static double each(double[] x, double[] y, ToDoubleFunction<Double> ofError) {
    double sum = 0;
    for (int c = 0; c < x.length; c++) {
      sum += ofError.applyAsDouble(Math.abs(x[c] - y[c]));
    }
    return sum;
  }

  private static double pinball(double[] x, double[] y, double... levels) {
    double sum = 0;
    for (int c = 0; c < x.length; c++) {
      double level = levels[c % levels.length];
      sum += y[c] > x[c] ? level * (y[c] - x[c]) : (1 - level) * (x[c] - y[c]);
    }
    return sum;
  }

  private static double divergence(double[] logQ, double[] p) {
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      sum += p[c] == 0 ? 0 : p[c] * (Math.log(p[c]) - logQ[c]);
    }
    return sum;
  }
}

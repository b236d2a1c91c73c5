package dev.comporta.kit;

import static dev.comporta.api.Formatting.formatted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.LabelLoss;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import dev.comporta.testkit.ExactTensor;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of a loss: values and gradients in double precision, and what counts. A loss of
 * vectors needs no more than its specifications; a loss of labels overrides {@link #ofLabels}:
 *
 * <pre>{@code
 * class FocalLossTest extends LossContract {
 *   @Override
 *   protected List<Spec> specs() {
 *     return List.of(Spec.of("focal"), Spec.of("focal").with("gamma", 0.5));
 *   }
 *
 *   @Override
 *   protected boolean ofLabels() {
 *     return true;
 *   }
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class LossContract extends ProviderContract<LossProvider> {
  private static final int T = 6;
  private static final int B = 4;
  private static final int[] LENGTHS = {6, 4, 0, 5};
  private static final double STEP = 1e-5;

  /** For subclasses. */
  protected LossContract() {
    super(Kind.LOSS);
  }

  /**
   * The size of a prediction at each timestep: for most losses of labels, the number of classes.
   *
   * @return 5 by default
   */
  protected int features() {
    return 5;
  }

  /**
   * The size of a target of vectors at each timestep.
   *
   * @return that of the prediction by default
   */
  protected int targetFeatures() {
    return features();
  }

  /**
   * Whether the target is labels.
   *
   * @return false by default: vectors of the prediction's size
   */
  protected boolean ofLabels() {
    return false;
  }

  /**
   * One number of a prediction. A loss of logarithms, for instance, has negative predictions only.
   *
   * @param normal a normally distributed number
   * @return a number that the loss accepts, the same by default
   */
  protected float prediction(float normal) {
    return normal;
  }

  /**
   * One number of a target of vectors.
   *
   * @param normal a normally distributed number
   * @return a number that the loss accepts, the same by default
   */
  protected float target(float normal) {
    return normal;
  }

  /**
   * The labels of a batch.
   *
   * @param timesteps T
   * @param rows B
   * @param classes C, the same as {@link #features}
   * @param random a stream of random numbers
   * @return {@code [T, B]}; by default one of the classes at every timestep
   */
  protected Ids labels(int timesteps, int rows, int classes, RandomSource random) {
    int[] labels = new int[timesteps * rows];
    Arrays.setAll(labels, i -> random.below(classes, i));
    return new Ids(timesteps, rows, labels);
  }

  @Override
  final Loss build(Spec spec) {
    return catalog().loss(spec);
  }

  @Override
  final void create(LossProvider provider, OptionReader options) {
    provider.create(options);
  }

  /** One batch, of which a target is made for any engine. */
  @SuppressWarnings("ArrayRecordComponent") // private, never changed
  private record Case(
      int timesteps,
      int rows,
      float[] prediction,
      @Nullable Ids labels,
      float @Nullable [] values,
      int @Nullable [] lengths) {
    Shape shape() {
      return shape(prediction);
    }

    Shape shape(float[] vectors) {
      return Shape.of(timesteps, rows, vectors.length / (timesteps * rows));
    }
  }

  private Case randomCase(int @Nullable [] lengths) {
    float[] prediction = Problem.normal(T * B * features(), 1, LayerRuns.RANDOM, "prediction");
    for (int i = 0; i < prediction.length; i++) {
      prediction[i] = prediction(prediction[i]);
    }
    if (ofLabels()) {
      Ids labels = labels(T, B, features(), LayerRuns.RANDOM.stream("labels"));
      return new Case(T, B, prediction, labels, null, lengths);
    }
    float[] values = Problem.normal(T * B * targetFeatures(), 1, LayerRuns.RANDOM, "target");
    for (int i = 0; i < values.length; i++) {
      values[i] = target(values[i]);
    }
    return new Case(T, B, prediction, null, values, lengths);
  }

  /** The sum, the weight and the gradient of the sum. */
  @SuppressWarnings("ArrayRecordComponent") // private, never changed
  private record Result(float sum, double weight, float[] gradient) {}

  private Result onTape(Spec spec, Case on, String backend) {
    Tape tape = new Tape(catalog().backend(backend), Workers.ALONE);
    TapeTensor x = tape.variable(on.shape(), on.prediction().clone());
    Target target =
        on.labels() != null
            ? Target.labels(on.labels(), on.lengths())
            : Target.values(constant(tape, on), on.lengths());
    Loss.Value value = build(spec).of(x, target);
    float sum = value.sum().toArray()[0];
    tape.backward(value.sum());
    TapeTensor gradient = x.gradient();
    return new Result(
        sum,
        value.weight(),
        gradient == null ? new float[on.prediction().length] : gradient.toArray());
  }

  private static Tensor constant(Tape tape, Case on) {
    float[] values = values(on);
    return tape.constant(on.shape(values), values, 0);
  }

  private static float[] values(Case on) {
    float[] values = on.values();
    if (values == null) {
      throw new IllegalStateException("the target is labels");
    }
    return values;
  }

  private double exactSum(Spec spec, Case on, double[] prediction) {
    Target target =
        on.labels() != null
            ? Target.labels(on.labels(), on.lengths())
            : Target.values(ExactTensor.of(on.shape(values(on)), values(on)), on.lengths());
    Tensor sum = build(spec).of(ExactTensor.of(on.shape(), prediction), target).sum();
    return ((ExactTensor) sum).values()[0];
  }

  private static double[] inDouble(float[] values) {
    double[] copy = new double[values.length];
    Arrays.setAll(copy, i -> values[i]);
    return copy;
  }

  /**
   * The sum in float32 is that in double precision, on every backend, and a finite scalar.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void valuesAreExact(Spec spec) {
    for (int[] lengths : new int[][] {null, LENGTHS}) {
      Case on = randomCase(lengths);
      double exact = exactSum(spec, on, inDouble(on.prediction()));
      for (String backend : catalog().names(Kind.BACKEND)) {
        Result result = onTape(spec, on, backend);
        assertThat((double) result.sum())
            .as("sum on " + backend)
            .isFinite()
            .isCloseTo(exact, within(1e-5 * Math.max(1, Math.abs(exact))));
        assertThat(result.weight()).as("weight").isFinite().isNotNegative();
      }
    }
  }

  /**
   * The gradient of the sum is its central difference in double precision.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void gradientsAreCentralDifferences(Spec spec) {
    for (int[] lengths : new int[][] {null, LENGTHS}) {
      Case on = randomCase(lengths);
      double[] x = inDouble(on.prediction());
      double[] exact = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        double before = x[i];
        x[i] = before + STEP;
        double more = exactSum(spec, on, x);
        x[i] = before - STEP;
        exact[i] = (more - exactSum(spec, on, x)) / (2 * STEP);
        x[i] = before;
      }
      for (String backend : catalog().names(Kind.BACKEND)) {
        RelativeError.require(
            "gradient on " + backend,
            onTape(spec, on, backend).gradient(),
            exact,
            RelativeError.GRADIENT);
      }
    }
  }

  /**
   * Not even NaN at padding changes the sum, the weight or the gradient.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void paddingHasNoEffect(Spec spec) {
    Case clean = randomCase(LENGTHS);
    float[] prediction = clean.prediction().clone();
    float[] values = clean.values() == null ? null : clean.values().clone();
    for (int i = 0; i < T * B; i++) {
      if (i / B >= LENGTHS[i % B]) {
        Arrays.fill(prediction, i * features(), (i + 1) * features(), Float.NaN);
        if (values != null) {
          Arrays.fill(values, i * targetFeatures(), (i + 1) * targetFeatures(), Float.NaN);
        }
      }
    }
    Result expected = onTape(spec, clean, "reference");
    Result actual =
        onTape(spec, new Case(T, B, prediction, clean.labels(), values, LENGTHS), "reference");
    assertThat(actual.sum()).as("sum with NaN at padding").isEqualTo(expected.sum());
    assertThat(actual.weight()).as("weight with NaN at padding").isEqualTo(expected.weight());
    requireSame("gradient with NaN at padding", expected.gradient(), actual.gradient());
    for (int i = 0; i < T * B * features(); i++) {
      if (i / features() / B >= LENGTHS[i / features() % B]) {
        assertThat(actual.gradient()[i]).as("gradient at padding").isZero();
      }
    }
  }

  /**
   * The sums and weights of the rows add up to those of the batch, so that chunks average.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void rowsAddUp(Spec spec) {
    Case whole = randomCase(LENGTHS);
    double sum = 0;
    double weight = 0;
    for (int row = 0; row < B; row++) {
      Result one = onTape(spec, row(whole, row), "reference");
      if (LENGTHS[row] == 0 && !(one.weight() == 0 && one.sum() == 0)) {
        // a row of padding only; a loss of label sequences may count it by its labels
        assertThat(one.sum()).as("sum of a row of padding only").isFinite();
      }
      sum += one.sum();
      weight += one.weight();
    }
    Result all = onTape(spec, whole, "reference");
    assertThat((double) all.sum())
        .as("sum of the batch")
        .isCloseTo(sum, within(1e-4 * Math.max(1, Math.abs(sum))));
    assertThat(all.weight())
        .as("weight of the batch")
        .isCloseTo(weight, within(1e-6 * (1 + weight)));
  }

  private Case row(Case whole, int row) {
    int[] lengths = whole.lengths();
    Ids all = whole.labels();
    Ids labels = all == null ? null : column(all, row);
    return new Case(
        whole.timesteps(),
        1,
        column(whole.prediction(), row),
        labels,
        whole.values() == null ? null : column(whole.values(), row),
        lengths == null ? null : new int[] {lengths[row]});
  }

  private static Ids column(Ids all, int row) {
    int[] one = new int[all.timesteps()];
    Arrays.setAll(one, t -> all.values()[t * all.batch() + row]);
    return new Ids(one.length, 1, one);
  }

  private static float[] column(float[] all, int row) {
    float[] one = new float[all.length / B];
    int size = one.length / T;
    for (int t = 0; t < T; t++) {
      System.arraycopy(all, (t * B + row) * size, one, t * size, size);
    }
    return one;
  }

  /**
   * Two evaluations give the same bits: a loss keeps no state.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aLossIsAPureFunction(Spec spec) {
    Case on = randomCase(LENGTHS);
    Loss loss = build(spec);
    List<Float> sums = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Tape tape = new Tape(catalog().backend("reference"), Workers.ALONE);
      Target target =
          on.labels() != null
              ? Target.labels(on.labels(), on.lengths())
              : Target.values(constant(tape, on), on.lengths());
      sums.add(loss.of(tape.constant(on.shape(), on.prediction(), 0), target).sum().toArray()[0]);
    }
    assertThat(sums.get(1)).as("sum of the same batch again").isEqualTo(sums.get(0));
  }

  /**
   * Targets of the wrong kind and lengths that do not fit are refused in one sentence.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aTargetThatDoesNotFitIsRefused(Spec spec) {
    Case on = randomCase(null);
    Tape tape = new Tape(catalog().backend("reference"), Workers.ALONE);
    Tensor x = tape.constant(on.shape(), on.prediction(), 0);
    Target wrongKind =
        ofLabels()
            ? Target.values(tape.filled(on.shape(), 0), null)
            : Target.labels(new Ids(T, B, new int[T * B]), null);
    requireRefused(spec, x, wrongKind, "a target of the other kind");
    Ids labels = on.labels();
    if (labels != null) {
      requireRefused(spec, x, Target.labels(labels, new int[] {1, 2}), "2 lengths for 4 rows");
      int[] large = labels.values().clone();
      large[0] = features();
      requireRefused(
          spec,
          x,
          Target.labels(new Ids(labels.timesteps(), labels.batch(), large), null),
          "a label equal to the number of classes");
    } else {
      Tensor values = constant(tape, on);
      requireRefused(spec, x, Target.values(values, new int[] {1, 2}), "2 lengths for 4 rows");
      requireRefused(
          spec,
          x,
          Target.values(tape.filled(Shape.of(T, B, targetFeatures() + 1), 0), null),
          "vectors of another size");
    }
  }

  private void requireRefused(Spec spec, Tensor x, Target target, String what) {
    try {
      build(spec).of(x, target);
    } catch (ComportaException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    } catch (RuntimeException e) {
      fail(formatted("expected %s to be refused by a ComportaException but got %s", what, e), e);
    }
    fail(formatted("expected %s to be refused", what));
  }

  /**
   * A loss of labels' log-probabilities gives the same value from those alone.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void labelsAloneGiveTheSameValue(Spec spec) {
    if (!(build(spec) instanceof LabelLoss loss)) {
      return;
    }
    Case on = randomCase(LENGTHS);
    Ids labels = on.labels();
    if (labels == null) {
      throw new AssertionError("expected ofLabels() to be true for a LabelLoss");
    }
    ExactTensor x = ExactTensor.of(on.shape(), on.prediction());
    Target target = Target.labels(labels, on.lengths());
    Loss.Value whole = loss.of(x, target);
    Loss.Value alone =
        loss.ofLabels(
            ids -> {
              double[] chosen = new double[T * B];
              for (int i = 0; i < chosen.length; i++) {
                int label = ids.values()[i];
                chosen[i] = label < 0 ? 0 : x.values()[i * features() + label];
              }
              return ExactTensor.of(Shape.of(T, B, 1), chosen);
            },
            target,
            on.shape());
    assertThat(alone.weight()).as("weight").isEqualTo(whole.weight());
    double sum = ((ExactTensor) whole.sum()).values()[0];
    assertThat(((ExactTensor) alone.sum()).values()[0])
        .as("sum")
        .isCloseTo(sum, within(1e-9 * (1 + Math.abs(sum))));
  }
}

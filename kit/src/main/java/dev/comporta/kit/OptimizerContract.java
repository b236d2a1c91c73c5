package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
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
 * The contract of an optimizer: all state is in its slots and scalars, elements are independent,
 * and a loss gets smaller. To compare it with its formula in double precision, override {@link
 * #path}.
 *
 * <pre>{@code
 * class LionTest extends OptimizerContract {
 *   @Override
 *   protected List<Spec> specs() {
 *     return List.of(Spec.of("lion"), Spec.of("lion").with("weight-decay", 0.1));
 *   }
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class OptimizerContract extends ProviderContract<OptimizerProvider> {
  private static final int SIZE = 131;
  private static final int STEPS = 12;

  /** For subclasses. */
  protected OptimizerContract() {
    super(Kind.OPTIMIZER);
  }

  /**
   * The formula of the optimizer, for one number in double precision.
   *
   * @param spec one of the specifications
   * @param start the value before the first update
   * @param gradients the gradient of each update; the learning rate is {@link
   *     Optimizer#defaultLearningRate}
   * @return the value after the last update, or null (the default) if the formula is not compared
   */
  protected @Nullable Double path(Spec spec, double start, double[] gradients) {
    return null;
  }

  @Override
  final Optimizer build(Spec spec) {
    return catalog().optimizer(spec);
  }

  @Override
  final void create(OptimizerProvider provider, OptionReader options) {
    provider.create(options);
  }

  /** An optimizer with its state. */
  private static final class Run {
    private final Optimizer optimizer;
    private final float[] values;
    private final List<float[]> slots = new ArrayList<>();
    private final double[] scalars;
    private long step;

    Run(Optimizer optimizer, float[] start) {
      this.optimizer = optimizer;
      this.values = start.clone();
      optimizer.slots().forEach(name -> slots.add(new float[start.length]));
      this.scalars = new double[optimizer.scalars().size()];
    }

    /** Continues with another optimizer from copies of all that is kept. */
    Run resumed(Optimizer other) {
      Run run = new Run(other, values);
      for (int slot = 0; slot < slots.size(); slot++) {
        System.arraycopy(slots.get(slot), 0, run.slots.get(slot), 0, values.length);
      }
      System.arraycopy(scalars, 0, run.scalars, 0, scalars.length);
      run.step = step;
      return run;
    }

    void update(float[] gradients, int rangeSize) {
      update(gradients, rangeSize, optimizer.defaultLearningRate());
    }

    void update(float[] gradients, int rangeSize, double rate) {
      step++;
      optimizer.prepare(step, rate, scalars);
      for (int from = 0; from < values.length; from += rangeSize) {
        range(gradients, from, Math.min(values.length, from + rangeSize), rate);
      }
    }

    void range(float[] gradients, int from, int to, double rate) {
      optimizer.update(
          new Optimizer.Update(step, rate, values, gradients, slots, scalars, from, to));
    }
  }

  private static float[] start() {
    return Problem.normal(SIZE, 1, LayerRuns.RANDOM, "start");
  }

  private static float[] gradient(int step) {
    return Problem.normal(SIZE, 1, LayerRuns.RANDOM, "gradient." + step);
  }

  private Run run(Spec spec, int rangeSize) {
    Run run = new Run(build(spec), start());
    for (int step = 0; step < STEPS; step++) {
      run.update(gradient(step), rangeSize);
    }
    return run;
  }

  /**
   * The default learning rate is a positive number; slots and scalars have unique names.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void stateAndRateAreDeclared(Spec spec) {
    Optimizer optimizer = build(spec);
    assertThat(optimizer.defaultLearningRate()).as("defaultLearningRate()").isFinite().isPositive();
    assertThat(optimizer.slots()).as("slots()").doesNotHaveDuplicates();
    assertThat(optimizer.scalars()).as("scalars()").doesNotHaveDuplicates();
    assertThat(build(spec).slots()).as("slots of a second one").isEqualTo(optimizer.slots());
    assertThat(build(spec).scalars()).as("scalars of a second one").isEqualTo(optimizer.scalars());
  }

  /**
   * Updates follow the formula in double precision; see {@link #path}.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void updatesFollowTheFormula(Spec spec) {
    float[] values = run(spec, SIZE).values;
    double[] exact = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      double[] gradients = new double[STEPS];
      int element = i;
      Arrays.setAll(gradients, step -> gradient(step)[element]);
      Double end = path(spec, start()[i], gradients);
      if (end == null) {
        return;
      }
      exact[i] = end;
    }
    RelativeError.require("values after the updates", values, exact, RelativeError.OUTPUT);
  }

  /**
   * The division into ranges, which depends on the number of threads, changes no bit.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void theDivisionIntoRangesChangesNoBit(Spec spec) {
    Run whole = run(spec, SIZE);
    for (int size : new int[] {1, 17, 64}) {
      Run divided = run(spec, size);
      requireSame("values, by ranges of " + size, whole.values, divided.values);
      for (int slot = 0; slot < whole.slots.size(); slot++) {
        requireSame(
            "slot " + whole.optimizer.slots().get(slot),
            whole.slots.get(slot),
            divided.slots.get(slot));
      }
    }
  }

  /**
   * Nothing outside the range is read or written.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void nothingOutsideTheRangeIsTouched(Spec spec) {
    Run run = new Run(build(spec), new float[] {1, 1, 1, 1});
    float[] gradients = {Float.NaN, 1, 1, Float.NaN};
    run.step++;
    run.optimizer.prepare(1, run.optimizer.defaultLearningRate(), run.scalars);
    run.range(gradients, 1, 3, run.optimizer.defaultLearningRate());
    assertThat(run.values[0]).as("value before the range").isEqualTo(1);
    assertThat(run.values[3]).as("value after the range").isEqualTo(1);
    assertThat(run.values[1]).as("value in the range").isFinite().isNotEqualTo(1);
    for (float[] slot : run.slots) {
      assertThat(slot[0]).as("slot before the range").isZero();
      assertThat(slot[3]).as("slot after the range").isZero();
    }
    assertThat(gradients[1]).as("gradient in the range").isEqualTo(1);
  }

  /**
   * A run that is stopped and resumed from its slots and scalars gives the same bits.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aResumedRunGivesTheSameBits(Spec spec) {
    Run stopped = new Run(build(spec), start());
    for (int step = 0; step < STEPS / 2; step++) {
      stopped.update(gradient(step), SIZE);
    }
    Run resumed = stopped.resumed(build(spec));
    for (int step = STEPS / 2; step < STEPS; step++) {
      resumed.update(gradient(step), SIZE);
    }
    requireSame("values after stopping and resuming", run(spec, SIZE).values, resumed.values);
  }

  /**
   * One optimizer may serve two models at the same time: it keeps nothing itself.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void twoModelsMayShareIt(Spec spec) {
    Optimizer shared = build(spec);
    Run one = new Run(shared, start());
    Run other = new Run(shared, start());
    for (int step = 0; step < STEPS; step++) {
      one.update(gradient(step), SIZE);
      other.update(gradient(100 + step), SIZE);
    }
    requireSame("values while another model is trained", run(spec, SIZE).values, one.values);
  }

  /**
   * With a learning rate of zero nothing moves.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void theLearningRateScalesTheUpdate(Spec spec) {
    Run run = new Run(build(spec), start());
    for (int step = 0; step < 3; step++) {
      run.update(gradient(step), SIZE, 0);
    }
    requireSame("values after updates with a learning rate of 0", start(), run.values);
  }

  /**
   * A sum of squares becomes smaller within 200 updates with the default learning rate.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aSumOfSquaresBecomesSmaller(Spec spec) {
    Run run = new Run(build(spec), start());
    for (int step = 0; step < 200; step++) {
      run.update(run.values.clone(), SIZE); // the gradient of half the sum of squares
    }
    assertThat(squares(run.values))
        .as("sum of squares after 200 updates")
        .isLessThan(squares(start()));
  }

  private static double squares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }
}

package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of a learning-rate schedule: a pure function of the progress, so that a resumed run
 * continues with the same rates.
 *
 * <pre>{@code
 * class SawtoothTest extends ScheduleContract {
 *   @Override
 *   protected List<Spec> specs() {
 *     return List.of(Spec.of("sawtooth").with("length", 10));
 *   }
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class ScheduleContract extends ProviderContract<ScheduleProvider> {
  private static final int STEPS = 60;
  private static final double BASE = 0.1;

  /** For subclasses. */
  protected ScheduleContract() {
    super(Kind.SCHEDULE);
  }

  @Override
  final Schedule build(Spec spec) {
    return catalog().schedule(spec);
  }

  @Override
  final void create(ScheduleProvider provider, OptionReader options) {
    provider.create(options, catalog());
  }

  /** The progress of a run with an epoch of four updates and losses that stop falling. */
  private static List<Progress> progress() {
    List<Progress> all = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step <= STEPS; step++) {
      if (step > 0 && step % 4 == 0) {
        losses.add(step < 20 ? 3.0 - 0.1 * step : 1.2 + 0.01 * (step % 3));
      }
      all.add(new Progress(step, STEPS, step / 4, losses));
    }
    return all;
  }

  /**
   * Every rate is a number of 0 or more, also at the end, beyond it, and in a run of one update.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void everyRateIsFiniteAndNotNegative(Spec spec) {
    List<Progress> all = new ArrayList<>(progress());
    all.add(new Progress(0, 1, 0, List.of()));
    all.add(new Progress(1, 1, 1, List.of(0.5)));
    all.add(new Progress(STEPS + 5, STEPS, 20, List.of(1.0, 2.0)));
    all.add(new Progress(1L << 40, Long.MAX_VALUE, 1 << 30, List.of(Double.POSITIVE_INFINITY)));
    for (Progress progress : all) {
      assertThat(build(spec).learningRate(BASE, progress))
          .as("rate at %s", progress)
          .isFinite()
          .isNotNegative();
    }
  }

  /**
   * The rate depends on nothing but the progress: not on earlier calls, nor on their order.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aScheduleIsAPureFunction(Spec spec) {
    List<Double> inOrder = new ArrayList<>();
    Schedule schedule = build(spec);
    progress().forEach(progress -> inOrder.add(schedule.learningRate(BASE, progress)));
    Schedule backwards = build(spec);
    for (int i = STEPS; i >= 0; i--) {
      Progress progress = progress().get(i);
      assertThat(backwards.learningRate(BASE, progress))
          .as("rate at update %d, asked from last to first", i)
          .isEqualTo(inOrder.get(i));
      assertThat(build(spec).learningRate(BASE, progress))
          .as("rate at update %d of a run that is resumed there", i)
          .isEqualTo(inOrder.get(i));
    }
  }

  /**
   * Some update has a learning rate above zero.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void someRateIsPositive(Spec spec) {
    assertThat(progress()).anyMatch(p -> build(spec).learningRate(BASE, p) > 0);
  }
}

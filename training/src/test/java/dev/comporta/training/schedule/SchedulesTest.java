package dev.comporta.training.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import dev.comporta.testkit.Safetensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulesTest {
  private static final Catalog CATALOG = Catalog.load();

  static Stream<Arguments> pytorch() {
    return Stream.of(
        Arguments.of("step", Spec.of("step").with("every", 10).with("factor", 0.5)),
        Arguments.of("exponential", Spec.of("exponential").with("factor", 0.9)),
        Arguments.of("cosine", Spec.of("cosine").with("length", 30).with("minimum", 0.001)),
        Arguments.of("one_cycle", Spec.of("one-cycle").with("highest", 0.5).with("length", 31)),
        Arguments.of("linear_warmup", Spec.of("linear-warmup").with("length", 10)),
        Arguments.of(
            "reduce_on_plateau",
            Spec.of("reduce-on-plateau").with("factor", 0.5).with("patience", 2)));
  }

  @ParameterizedTest
  @MethodSource("pytorch")
  void givesTheRatesOfPyTorch(String name, Spec spec) {
    Safetensors reference = Safetensors.pytorch("schedule_" + name);
    double[] rates = reference.tensor("lr").values();
    double[] metric =
        reference.tensors().containsKey("metric")
            ? reference.tensor("metric").values()
            : new double[0];
    Schedule schedule = schedule(spec);
    List<Double> losses = new ArrayList<>();
    for (int n = 0; n < rates.length; n++) {
      Progress progress = new Progress(n, 1_000_000, n, losses);
      assertThat(schedule.learningRate(0.1, progress))
          .as("%s at %d", name, n)
          .isCloseTo(rates[n], within(1e-12 * rates[n]));
      if (n < metric.length) {
        losses.add(metric[n]);
      }
    }
  }

  @Test
  void zarembasDecayHoldsThenDivides() {
    Spec spec = Spec.of("epoch-decay").with("hold", 4).with("divisor", 2);
    double[] expected = {1, 1, 1, 1, 0.5, 0.25, 0.125};
    for (int epoch = 0; epoch < expected.length; epoch++) {
      assertThat(rate(spec, 1, 0, epoch)).isEqualTo(expected[epoch]);
    }
  }

  @Test
  void constantStays() {
    assertThat(rate(Spec.of("constant"), 0.3, 12345, 67)).isEqualTo(0.3);
  }

  @Test
  void countsUpdatesOrEpochsAsAsked() {
    Spec step = Spec.of("step").with("every", 2).with("factor", 0.5);
    assertThat(rate(step, 1, 100, 2)).isEqualTo(0.5);
    assertThat(rate(step.with("count", "updates"), 1, 4, 100)).isEqualTo(0.25);
    Spec warmup = Spec.of("linear-warmup").with("length", 4).with("start", 0.5);
    assertThat(rate(warmup, 1, 2, 0)).isEqualTo(0.75);
    assertThat(rate(warmup.with("count", "epochs"), 1, 0, 2)).isEqualTo(0.75);
  }

  @Test
  void cosineSpansThePlannedUpdatesAndEndsAsAsked() {
    Spec cosine = Spec.of("cosine");
    Schedule planned = schedule(cosine);
    assertThat(planned.learningRate(1, progress(5, 10))).isCloseTo(0.5, within(1e-15));
    assertThat(planned.learningRate(1, progress(10, 10))).isZero();
    Spec ten = cosine.with("length", 10);
    assertThat(rate(ten, 1, 15, 0)).isZero();
    assertThat(rate(ten.with("after", "rise"), 1, 15, 0)).isCloseTo(0.5, within(1e-15));
    assertThat(rate(ten.with("after", "restart"), 1, 20, 0)).isEqualTo(1);
    assertThatThrownBy(() -> schedule(cosine.with("count", "epochs")))
        .hasMessage("[cosine] option 'length' expected the number of epochs, 1 or more, but got 0");
  }

  @Test
  void oneCycleOfThreePhasesComesBackToItsFirstRateThenFalls() {
    Spec cycle =
        Spec.of("one-cycle")
            .with("length", 21)
            .with("rise", 0.4)
            .with("phases", 3)
            .with("shape", "linear");
    double peak = 0.4 * 21 - 1;
    assertThat(rate(cycle, 1, 0, 0)).isCloseTo(0.04, within(1e-15));
    assertThat(rate(cycle, 1, 7, 0)).isCloseTo(0.04 + 0.96 * 7 / peak, within(1e-12));
    assertThat(rate(cycle, 1, 14, 0)).isCloseTo(1 - 0.96 * (14 - peak) / peak, within(1e-12));
    assertThat(rate(cycle, 1, 20, 0)).isCloseTo(0.04 / 1e4, within(1e-15));
    assertThat(rate(cycle, 1, 99, 0)).isCloseTo(0.04 / 1e4, within(1e-15));
  }

  @Test
  void plateauCoolsDownStopsAtItsMinimumAndTakesNanAsBad() {
    Spec plateau =
        Spec.of("reduce-on-plateau")
            .with("factor", 0.5)
            .with("patience", 0)
            .with("cooldown", 1)
            .with("minimum", 0.3);
    Schedule schedule = schedule(plateau);
    double[] rates = new double[6];
    List<Double> losses = new ArrayList<>(List.of(1.0));
    for (int i = 0; i < rates.length; i++) {
      losses.add(Double.NaN);
      rates[i] = schedule.learningRate(1, new Progress(0, 0, 0, losses));
    }
    // Reduced, cooled down for one validation, reduced to the minimum, then nothing more.
    assertThat(rates).containsExactly(0.5, 0.5, 0.3, 0.3, 0.3, 0.3);
  }

  @Test
  void plateauComparesAbsolutelyIfAsked() {
    Spec plateau =
        Spec.of("reduce-on-plateau")
            .with("patience", 0)
            .with("threshold", 0.5)
            .with("threshold-mode", "absolute");
    List<Double> small = List.of(10.0, 9.6);
    List<Double> large = List.of(10.0, 9.4);
    assertThat(schedule(plateau).learningRate(1, new Progress(0, 0, 0, small))).isEqualTo(0.1);
    assertThat(schedule(plateau).learningRate(1, new Progress(0, 0, 0, large))).isEqualTo(1);
  }

  @Test
  void plateauSeeksTheLargestIfAsked() {
    Spec plateau =
        Spec.of("reduce-on-plateau")
            .with("goal", "largest")
            .with("patience", 0)
            .with("threshold", 0.1);
    // An improvement is above 2.2: 2.3 is one, 2.1 is not, and decreasing values never are.
    assertThat(schedule(plateau).learningRate(1, new Progress(0, 0, 0, List.of(2.0, 2.3))))
        .isEqualTo(1);
    assertThat(schedule(plateau).learningRate(1, new Progress(0, 0, 0, List.of(2.0, 2.1))))
        .isEqualTo(0.1);
    assertThat(schedule(plateau).learningRate(1, new Progress(0, 0, 0, List.of(2.0, 1.0))))
        .isEqualTo(0.1);
    Spec absolute = plateau.with("threshold-mode", "absolute").with("threshold", 0.5);
    assertThat(schedule(absolute).learningRate(1, new Progress(0, 0, 0, List.of(-2.0, -1.4))))
        .isEqualTo(1);
    assertThat(schedule(absolute).learningRate(1, new Progress(0, 0, 0, List.of(-2.0, -1.6))))
        .isEqualTo(0.1);
  }

  private static double rate(Spec spec, double base, long step, int epoch) {
    return schedule(spec).learningRate(base, new Progress(step, 1000, epoch, List.of()));
  }

  private static Progress progress(long step, long total) {
    return new Progress(step, total, 0, List.of());
  }

  private static Schedule schedule(Spec spec) {
    return CATALOG.schedule(spec);
  }
}

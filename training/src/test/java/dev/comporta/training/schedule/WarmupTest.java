package dev.comporta.training.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmupTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Spec WARMUP = Spec.of("linear-warmup").with("length", 5).with("start", 0.2);

  private static Schedule schedule(Spec spec) {
    return CATALOG.schedule(spec);
  }

  private static Progress progress(long step, int epoch, Double... losses) {
    return new Progress(step, 25, epoch, List.of(losses));
  }

  @Test
  void theNextScheduleBeginsWhereTheWarmupEnds() {
    Schedule chained = schedule(WARMUP.with("then", Spec.of("cosine").with("minimum", 0.01)));
    Schedule cosine = schedule(Spec.of("cosine").with("minimum", 0.01).with("length", 20));
    for (int step = 0; step < 5; step++) {
      assertThat(chained.learningRate(2, progress(step, 0)))
          .isCloseTo(2 * (0.2 + 0.8 * step / 5), within(1e-15));
    }
    for (int step = 5; step <= 25; step++) {
      assertThat(chained.learningRate(2, progress(step, 0)))
          .as("step %d", step)
          .isEqualTo(cosine.learningRate(2, progress(step - 5, 0)));
    }
    assertThat(chained.learningRate(2, progress(5, 0))).isEqualTo(2);
    assertThat(chained.learningRate(2, progress(25, 0))).isCloseTo(0.01, within(1e-15));
  }

  @Test
  void epochsAreCountedFromTheEndOfAWarmupOfEpochs() {
    Spec decay = Spec.of("step").with("every", 2).with("factor", 0.5);
    Schedule chained =
        schedule(WARMUP.with("count", "epochs").with("length", 2).with("then", decay));
    double[] rates = new double[7];
    for (int epoch = 0; epoch < rates.length; epoch++) {
      rates[epoch] = chained.learningRate(1, progress(epoch * 100L, epoch));
    }
    assertThat(rates).containsExactly(new double[] {0.2, 0.6, 1, 1, 0.5, 0.5, 0.25}, within(1e-15));
    Schedule updates = schedule(WARMUP.with("then", decay));
    assertThat(updates.learningRate(1, progress(9, 2))).isEqualTo(0.5);
  }

  @Test
  void theEndOfTheWarmupIsTheBaseOfWhatFollows() {
    Spec plateau = Spec.of("reduce-on-plateau").with("patience", 0).with("factor", 0.1);
    Schedule chained = schedule(WARMUP.with("end", 0.5).with("then", plateau));
    assertThat(chained.learningRate(1, progress(9, 1, 2.0, 1.0))).isEqualTo(0.5);
    assertThat(chained.learningRate(1, progress(9, 1, 2.0, 3.0))).isCloseTo(0.05, within(1e-15));
  }

  @Test
  void warmupsMayFollowEachOtherAndNamesAreChecked() {
    Schedule twice =
        schedule(WARMUP.with("end", 2).with("then", WARMUP.with("start", 1).with("end", 4)));
    assertThat(twice.learningRate(1, progress(5, 0))).isEqualTo(2);
    assertThat(twice.learningRate(1, progress(25, 0))).isEqualTo(8);
    assertThatThrownBy(() -> schedule(WARMUP.with("then", "cosin")))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("did you mean 'cosine'?");
    // A provider called without a catalog uses the installed one.
    assertThat(
            new LinearWarmup()
                .create(WARMUP.with("then", "cosine").reader())
                .learningRate(1, progress(25, 0)))
        .isCloseTo(0, within(1e-15));
  }
}

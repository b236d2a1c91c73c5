package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.LearningRateFinder.Result;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.StreamBatcher;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateFinderTest {
  private static final Catalog CATALOG = Catalog.load();

  private final SequenceModel model =
      SequenceModel.build(
          Spec.of("sequential")
              .with(
                  "layers",
                  List.of(
                      Spec.of("embedding").with("vocabulary", 3).with("size", 6),
                      Spec.of("recurrent").with("cell", Spec.of("gru")).with("hidden", 8),
                      Spec.of("dense").with("units", 3))),
          CATALOG);

  private Result find(double lowest, double highest, int updates) {
    model.initialize(CATALOG, new CounterRandom(4));
    int[] text = new int[200];
    CounterRandom noise = new CounterRandom(6);
    for (int i = 0; i < text.length; i++) {
      text[i] = i % 2 == 0 ? 0 : (int) (3 * noise.uniform(i)); // not all of it can be learned
    }
    ModelRunner runner =
        new ModelRunner(model, CATALOG.backend("reference"), Workers.ALONE, Execution.PLAN);
    TrainingRules rules =
        new TrainingRules(
            CATALOG.loss(Spec.of("cross-entropy")),
            CATALOG.optimizer(Spec.of("sgd")),
            CATALOG.schedule(Spec.of("constant")),
            new Clipping.None());
    return LearningRateFinder.find(
        model,
        runner,
        Workers.ALONE,
        rules,
        new StreamBatcher(text, 2, 10),
        lowest,
        highest,
        updates,
        1);
  }

  @Test
  void ratesGrowByOneFactorUntilTheLossIsFarAboveTheLowest() {
    Result result = find(1e-4, 1e4, 81);
    assertThat(result.points().size()).isBetween(40, 80);
    assertThat(result.points().getFirst().learningRate()).isEqualTo(1e-4);
    for (int i = 1; i < result.points().size(); i++) {
      double factor =
          result.points().get(i).learningRate() / result.points().get(i - 1).learningRate();
      assertThat(factor).isCloseTo(Math.pow(10, 0.1), within(1e-9));
    }
    assertThat(result.points().getFirst().loss()).isBetween(0.7, 1.6); // untrained: ln 3 is 1.10
    LearningRateFinder.Point lowest =
        result.points().stream()
            .min(Comparator.comparingDouble(LearningRateFinder.Point::smooth))
            .orElseThrow();
    assertThat(lowest.learningRate()).isBetween(0.1, 100.0);
    assertThat(result.suggestion()).isEqualTo(lowest.learningRate() / 10);
  }

  @Test
  void theParametersAreWhatTheyWere() {
    Result first = find(1e-3, 10, 20);
    float[] after = model.parameters().values().clone();
    model.initialize(CATALOG, new CounterRandom(4));
    assertThat(after).isEqualTo(model.parameters().values());
    assertThat(find(1e-3, 10, 20)).isEqualTo(first);
  }

  @Test
  void wrongNumbersAreRefused() {
    assertThatThrownBy(() -> find(0, 1, 10))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[learning-rate-finder] expected rates above 0, the lower one first, and 2 or more updates but got 0.0 to 1.0 in 10 updates");
    assertThatThrownBy(() -> find(1, 1, 10)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> find(1, 2, 1)).isInstanceOf(InvalidOptionException.class);
  }
}

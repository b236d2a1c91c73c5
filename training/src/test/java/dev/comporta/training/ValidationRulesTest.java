package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationRulesTest {
  private static SmallTraining run(ValidationRules rules, double rate, long steps) {
    return new SmallTraining(
        SmallTraining.rules("sgd"),
        TrainingSettings.of(steps).learningRate(rate).checkpointEvery(3),
        SmallTraining.stream(),
        trainer -> trainer.validating(rules));
  }

  private static ValidationRules patience(int patience, double gain) {
    return new ValidationRules(null, 2, patience, gain, true);
  }

  @Test
  void patienceCountsMeasurementsWithoutAGain() {
    List<Double> losses = List.of(3.0, 2.0, 1.95, Double.NaN, 1.96);
    assertThat(patience(3, 0).exhausted(losses)).isFalse();
    assertThat(patience(2, 0).exhausted(losses)).isTrue();
    assertThat(patience(3, 0.1).exhausted(losses)).isTrue();
    assertThat(patience(3, 0.01).exhausted(losses)).isFalse();
    assertThat(patience(0, 0).exhausted(losses)).isFalse();
    assertThat(patience(1, 0).exhausted(List.of())).isFalse();
    assertThat(patience(1, 0).exhausted(List.of(Double.NaN))).isTrue();
  }

  @Test
  void trainingEndsEarlyAndLeavesTheBestParameters() {
    SmallTraining run = run(patience(4, 0), 6, 400); // a rate at which the loss rises again
    TrainingResult result = run.trainer.train();
    assertThat(result.early()).isTrue();
    assertThat(result.stopped()).isFalse();
    assertThat(result.steps()).isLessThan(400);
    double[] losses = run.validationLosses();
    double least = Arrays.stream(losses).min().orElseThrow();
    int at = 0;
    while (losses[at] != least) {
      at++;
    }
    assertThat(losses).hasSize(at + 5);
    assertThat(result.bestLoss()).isEqualTo(least);
    assertThat(result.bestStep()).isEqualTo(2L * (at + 1));
    assertThat(result.steps()).isEqualTo(2L * losses.length);
    assertThat(result.validationLoss()).isEqualTo(least).isEqualTo(run.validationLoss());
    assertThat(run.bestModels.getLast()).isEqualTo(run.values());
    assertThat(run.parameters.getLast()).isNotEqualTo(run.values());
    assertThat(run.events.getLast()).isEqualTo(new TrainingEvent.Finished(result.steps()));
    assertThatThrownBy(run.trainer::train)
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("this one has ended");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aResumedRunEndsInTheSameBits(int checkpoint) {
    SmallTraining whole = run(patience(4, 0), 6, 400);
    TrainingResult expected = whole.trainer.train();
    SmallTraining resumed = run(patience(4, 0), 6, 400).restore(whole, checkpoint);
    assertThat(resumed.trainer.train()).isEqualTo(expected);
    assertThat(resumed.values()).isEqualTo(whole.values());
    assertThat(resumed.states.getLast())
        .usingRecursiveComparison()
        .isEqualTo(whole.states.getLast());

    SmallTraining atTheEnd = run(patience(4, 0), 6, 400).restore(whole, whole.states.size() - 1);
    assertThat(atTheEnd.trainer.train()).isEqualTo(expected);
    assertThat(atTheEnd.values()).isEqualTo(whole.values());
  }

  @Test
  void aLongerRunDoesNotKnowOfTheLastMeasurementOfAShorterOne() {
    ValidationRules rules = new ValidationRules(null, 4, 0, 0, true);
    SmallTraining longer = run(rules, 0.1, 12);
    longer.trainer.train();
    SmallTraining shorter = run(rules, 0.1, 7); // measured at 4, and at 7, the last update
    shorter.trainer.train();
    assertThat(shorter.bestModels).hasSize(2);
    SmallTraining resumed = run(rules, 0.1, 12).restore(shorter, shorter.states.size() - 1);
    resumed.trainer.train();
    assertThat(resumed.states.getLast())
        .usingRecursiveComparison()
        .isEqualTo(longer.states.getLast());
  }

  @Test
  void theBestAverageIsKept() {
    SmallTraining run =
        new SmallTraining(
            SmallTraining.rules("sgd"),
            TrainingSettings.of(20).learningRate(3),
            SmallTraining.stream(),
            trainer ->
                trainer.validating(patience(0, 0)).averaging(new Averaging.Exponential(0.8)));
    TrainingResult result = run.trainer.train();
    assertThat(run.validationLoss()).isEqualTo(result.bestLoss());
    assertThat(run.bestModels.getLast()).isEqualTo(run.values());
  }

  @Test
  void anotherLossMayBeMeasuredThanIsTrained() {
    TrainingRules smoothed =
        new TrainingRules(
            SmallTraining.loss(Spec.of("cross-entropy").with("label-smoothing", 0.3)),
            SmallTraining.optimizer(Spec.of("adam")),
            SmallTraining.schedule(Spec.of("constant")),
            new dev.comporta.training.clipping.Clipping.None());
    SmallTraining run =
        SmallTraining.of(
            smoothed,
            5,
            0,
            trainer ->
                trainer.validating(
                    ValidationRules.EVERY_EPOCH.measuring(
                        SmallTraining.loss(Spec.of("cross-entropy")))));
    assertThat(run.trainer.train().validationLoss()).isEqualTo(run.validationLoss());
  }

  @Test
  void rulesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new ValidationRules(null, -1, 0, 0, false))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[trainer] expected 0 or more updates between validations but got -1");
    assertThatThrownBy(() -> new ValidationRules(null, 0, -1, 0, false))
        .hasMessage("[trainer] expected a patience and a gain of 0 or more but got -1 and 0.0");
    assertThatThrownBy(() -> new ValidationRules(null, 0, 1, Double.NaN, false))
        .hasMessageContaining("but got 1 and NaN");
    SmallTraining run = SmallTraining.of(SmallTraining.rules("sgd"), 1, 0, trainer -> trainer);
    Trainer without =
        new Trainer(
            run.model,
            run.runner,
            dev.comporta.api.tensor.Workers.ALONE,
            SmallTraining.rules("sgd"),
            TrainingSettings.of(1).learningRate(1),
            SmallTraining.stream(),
            null);
    assertThatThrownBy(() -> without.validating(patience(1, 0)))
        .hasMessage(
            "[trainer] expected validation data for early stopping or to keep the best parameters"
                + " but got none");
  }

  @Test
  void aScheduleThatGivesNoRateIsRefused() {
    TrainingRules rules =
        new TrainingRules(
            SmallTraining.loss(Spec.of("cross-entropy")),
            SmallTraining.optimizer(Spec.of("sgd")),
            (base, progress) -> progress.step() < 2 ? base : Double.NaN,
            new dev.comporta.training.clipping.Clipping.None());
    SmallTraining run = SmallTraining.of(rules, 5, 1, trainer -> trainer);
    assertThatThrownBy(run.trainer::train)
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[trainer] expected a learning rate of 0 or more from the schedule but got NaN for"
                + " update 3");
    assertThat(run.states).hasSize(2);
    assertThat(run.values()).isEqualTo(run.parameters.getLast());
  }
}

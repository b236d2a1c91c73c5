package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.TruncatedSequences;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces of padded batches in which nothing counts. */
class PaddingPieceTest {
  private static final int TIMESTEPS = 8;
  private static final int[][] MIXED = {{8, 7}, {3, 2}, {8, 1}}; // the second batch is short

  /** Batches of 2 sequences, padded to one number of timesteps. */
  private record Padded(int[][] lengths, int ignored) implements ChunkSource {
    @Override
    public int rows() {
      return 2;
    }

    @Override
    public int chunks() {
      return lengths.length;
    }

    @Override
    public Batch batch(int epoch, int index) {
      int[] ids = new int[TIMESTEPS * 2];
      int[] labels = new int[ids.length];
      Arrays.fill(labels, -1);
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (i * i + index) % SmallTraining.SYMBOLS;
        if (i / 2 < lengths[index][i % 2] && index != ignored) {
          labels[i] = (ids[i] + i) % SmallTraining.SYMBOLS;
        }
      }
      return Batch.ofIds(new Ids(TIMESTEPS, 2, ids), lengths[index])
          .labels(new Ids(TIMESTEPS, 2, labels));
    }
  }

  private static SmallTraining run(
      TrainingRules rules, ChunkSource source, long steps, long every) {
    return new SmallTraining(
        rules,
        TrainingSettings.of(steps).learningRate(0.1).checkpointEvery(every),
        source,
        0,
        trainer -> trainer);
  }

  private static TrainingRules rules(String optimizer) {
    return SmallTraining.rules(optimizer);
  }

  @ParameterizedTest
  @CsvSource({"4,4,6", "4,8,6", "3,5,9", "1,8,24", "8,8,3"})
  void aPieceOfPaddingDoesNotEndTheTraining(int k1, int k2, int pieces) {
    ChunkSource source = new TruncatedSequences(new Padded(MIXED, -1), k1, k2);
    assertThat(source.chunks()).isEqualTo(pieces);
    SmallTraining run = run(rules("adam"), source, 2L * pieces, 0);
    TrainingResult result = run.trainer.train();
    assertThat(result.epochs()).isEqualTo(2);
    assertThat(run.stepLosses()).hasSize(2 * pieces);
    assertThat(result.tokens()).isEqualTo(2L * (8 + 7 + 3 + 2 + 8 + 1));
    for (float value : run.values()) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void itsLossIsZeroAndItLeavesTheParametersAsTheyAre() {
    ChunkSource source = new TruncatedSequences(new Padded(MIXED, -1), 4, 4);
    SmallTraining run = run(rules("sgd"), source, 6, 1);
    TrainingResult result = run.trainer.train();
    double[] losses = run.stepLosses();
    assertThat(losses[3]).isZero(); // the second piece of the second batch
    assertThat(run.parameters.get(3)).isEqualTo(run.parameters.get(2));
    assertThat(run.parameters.get(2)).isNotEqualTo(run.parameters.get(1));
    double mean = Arrays.stream(losses).sum() / 5; // a piece of weight 0 is no part of a mean
    assertThat(result.trainLoss()).isCloseTo(mean, within(1e-12));
  }

  @Test
  void anUpdateOfSeveralPiecesIsThatOfThePiecesThatCount() {
    int[][] lengths = {{3, 2}};
    SmallTraining cut =
        run(
            rules("adam").accumulating(2),
            new TruncatedSequences(new Padded(lengths, -1), 4, 4),
            1,
            0);
    SmallTraining whole = run(rules("adam"), new Padded(lengths, -1), 1, 0);
    cut.trainer.train();
    whole.trainer.train();
    assertThat(cut.values()).containsExactly(whole.values(), within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aChunkOfIgnoredLabelsAdvancesTheStateOfTheNext(int accumulate) {
    ChunkSource source = new TruncatedSequences(new Padded(MIXED, 1), 4, 4);
    SmallTraining run = run(rules("adam").accumulating(accumulate), source, 12 / accumulate, 0);
    run.trainer.train();
    for (float value : run.values()) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void theStateAfterAPieceWithoutWeightIsThatAfterTheSamePieceWithLabels() {
    SmallTraining run = run(rules("sgd"), new Padded(MIXED, -1), 1, 0);
    Carry ignored = run.runner.newCarry(2);
    Carry labelled = run.runner.newCarry(2);
    CounterRandom random = new CounterRandom(1);
    var loss = SmallTraining.loss(Spec.of("cross-entropy"));
    run.runner.train(new Padded(MIXED, 0).batch(0, 0), loss, ignored, random);
    for (float gradient : run.runner.gradients()) {
      assertThat(gradient).isZero();
    }
    run.runner.train(new Padded(MIXED, -1).batch(0, 0), loss, labelled, random);
    ignored
        .parts()
        .forEach((name, values) -> assertThat(values).isEqualTo(labelled.parts().get(name)));
  }

  @Test
  void aResumeAtAPieceOfPaddingEndsInTheSameBits() {
    ChunkSource source = new TruncatedSequences(new Padded(MIXED, -1), 4, 4);
    SmallTraining whole = run(rules("adam"), source, 12, 1);
    whole.trainer.train();
    for (int checkpoint = 0; checkpoint < 11; checkpoint++) {
      SmallTraining resumed = run(rules("adam"), source, 12, 0).restore(whole, checkpoint);
      assertThat(resumed.trainer.train().trainLoss()).isFinite();
      assertThat(resumed.values()).isEqualTo(whole.values());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void classesOfWeightZeroCountAsNothing(double weightOfTheFirst) {
    Spec loss =
        Spec.of("cross-entropy").with("class-weights", List.of(weightOfTheFirst, 0.0, 0.0, 0.0));
    SmallTraining run =
        run(
            new TrainingRules(
                SmallTraining.loss(loss),
                SmallTraining.optimizer(Spec.of("sgd")),
                SmallTraining.schedule(Spec.of("constant")),
                new Clipping.GlobalNorm(1)),
            new Padded(MIXED, -1),
            3,
            0);
    if (weightOfTheFirst == 0) {
      assertThatThrownBy(run.trainer::train).hasMessageContaining("counts in epoch 0");
    } else {
      assertThat(run.trainer.train().trainLoss()).isPositive();
    }
    for (float value : run.values()) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void theSearchForALearningRatePassesOver() {
    ChunkSource source = new TruncatedSequences(new Padded(MIXED, -1), 4, 4);
    SmallTraining run = run(rules("sgd"), source, 1, 0);
    var found =
        LearningRateFinder.find(
            run.model, run.runner, Workers.ALONE, rules("sgd"), source, 1e-4, 1e-2, 12, 1);
    assertThat(found.points()).hasSize(12).allMatch(point -> point.loss() > 0.1);
  }
}

package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.clipping.Clipping;
import dev.comporta.training.data.ChunkSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccumulationTest {
  /** Six sequences of different lengths, as one chunk of six rows or as chunks of fewer. */
  private record Rows(int rows, int[] lengths) implements ChunkSource {
    private static final int T = 9;
    private static final int ALL = 6;

    @Override
    public int chunks() {
      return ALL / rows;
    }

    @Override
    public Batch batch(int epoch, int index) {
      int[] ids = new int[T * rows];
      int[] labels = new int[T * rows];
      int[] own = new int[rows];
      for (int row = 0; row < rows; row++) {
        own[row] = lengths[index * rows + row];
        for (int t = 0; t < T; t++) {
          int[] text = SmallTraining.text(60);
          ids[t * rows + row] = text[(index * rows + row) * 5 + t];
          labels[t * rows + row] = text[(index * rows + row) * 5 + t + 1];
        }
      }
      return Batch.ofIds(new Ids(T, rows, ids), own).labels(new Ids(T, rows, labels));
    }
  }

  private static SmallTraining run(ChunkSource source, int accumulate, long steps) {
    TrainingRules rules =
        new TrainingRules(
                SmallTraining.loss(Spec.of("cross-entropy")),
                SmallTraining.optimizer(Spec.of("sgd")),
                SmallTraining.schedule(Spec.of("constant")),
                new Clipping.GlobalNorm(0.1))
            .withPenalties(new Penalties(1e-3, 1e-3))
            .accumulating(accumulate);
    return new SmallTraining(
        rules, TrainingSettings.of(steps).learningRate(0.5), source, 0, trainer -> trainer);
  }

  @ParameterizedTest
  @CsvSource({"1,6", "2,3", "3,2"})
  void chunksOfSomeRowsMakeTheUpdateOfAllRows(int rows, int accumulate) {
    int[] lengths = {9, 3, 7, 0, 1, 8};
    SmallTraining whole = run(new Rows(6, lengths), 1, 4);
    SmallTraining parts = run(new Rows(rows, lengths), accumulate, 4);
    TrainingResult expected = whole.trainer.train();
    TrainingResult result = parts.trainer.train();
    assertThat(parts.values()).containsExactly(whole.values(), within(2e-6f));
    assertThat(parts.stepLosses()).containsExactly(whole.stepLosses(), within(1e-5));
    assertThat(result.tokens()).isEqualTo(expected.tokens()).isEqualTo(4 * 28);
    assertThat(result.epochs()).isEqualTo(4);
  }

  @Test
  void theLastUpdateOfAnEpochHasTheChunksThatAreLeft() {
    SmallTraining run =
        SmallTraining.of(SmallTraining.rules("adam").accumulating(3), 6, 0, trainer -> trainer);
    TrainingResult result = run.trainer.train();
    assertThat(result.epochs()).isEqualTo(2);
    assertThat(result.tokens()).isEqualTo(2L * 202);
    assertThat(((TrainingEvent.Started) run.events.getFirst()).chunksPerEpoch()).isEqualTo(3);
    assertThat(
            run.events.stream()
                .filter(TrainingEvent.Stepped.class::isInstance)
                .map(event -> ((TrainingEvent.Stepped) event).count()))
        .containsExactly(90, 90, 22, 90, 90, 22);
  }

  @Test
  void aResumedRunEndsInTheSameBits() {
    TrainingRules rules = SmallTraining.rules("adam").accumulating(2);
    SmallTraining whole = SmallTraining.of(rules, 11, 5, trainer -> trainer);
    whole.trainer.train();
    SmallTraining resumed = SmallTraining.of(rules, 11, 5, trainer -> trainer).restore(whole, 0);
    resumed.trainer.train();
    assertThat(resumed.values()).isEqualTo(whole.values());
    SmallTraining other = SmallTraining.of(rules.accumulating(3), 11, 5, trainer -> trainer);
    assertThatThrownBy(() -> other.restore(whole, 0))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("the checkpoint is at chunk 2")
        .hasMessageContaining("the data has 7 chunks, 3 per update");
  }

  @Test
  void anEpochInWhichNothingCountsIsRefused() {
    for (int accumulate : new int[] {1, 2, 3}) {
      SmallTraining padding = run(new Rows(2, new int[6]), accumulate, 9);
      assertThatThrownBy(padding.trainer::train)
          .isInstanceOf(ComportaException.class)
          .hasMessage(
              "[trainer] expected a timestep that counts in epoch 0 but in all of its 3 chunks there are only padding and ignored labels");
      for (float value : padding.values()) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void aChunkInWhichNothingCountsAddsNothing() {
    SmallTraining beside = run(new Rows(3, new int[] {4, 4, 4, 0, 0, 0}), 2, 1);
    SmallTraining alone = run(new Rows(6, new int[] {4, 4, 4, 0, 0, 0}), 1, 1);
    beside.trainer.train();
    alone.trainer.train();
    assertThat(beside.values()).containsExactly(alone.values(), within(1e-6f));
  }

  @Test
  void lengthsThatDoNotFitAreRefused() {
    for (List<Object> wrong :
        List.<List<Object>>of(
            List.of(new int[] {9, 9, 10}, "lengths between 0 and 9 timesteps but row 2 has 10"),
            List.of(new int[] {9, -1, 9}, "lengths between 0 and 9 timesteps but row 1 has -1"))) {
      SmallTraining run = run(new Rows(3, (int[]) wrong.getFirst()), 1, 1);
      float[] before = run.values().clone();
      assertThatThrownBy(run.trainer::train)
          .isInstanceOf(ComportaException.class)
          .hasMessageContaining((String) wrong.getLast());
      assertThat(run.values()).isEqualTo(before);
    }
  }
}

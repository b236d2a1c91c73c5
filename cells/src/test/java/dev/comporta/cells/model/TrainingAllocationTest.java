package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.Allocation;
import org.junit.jupiter.api.Test;

/** A training step uses its workspace and allocates almost nothing on the heap. */
class TrainingAllocationTest {
  private static final int T = 64;
  private static final int B = 32;
  private static final int IN = 96;
  private static final int OUT = 96;
  private static final long LIMIT = 64 * 1024;

  @Test
  void aStepOfTwoLstmLayersAllocatesLessThan64KiB() {
    SequenceModel model =
        Models.onFeatures(
            IN, Models.recurrent("lstm", 256), Models.recurrent("lstm", 256), Models.dense(OUT));
    Batch batch =
        Batch.ofValues(T, B, IN, Problems.normal(T * B * IN, 1, 1, "x"), null)
            .labels(new Ids(T, B, Models.ids(T * B, OUT, "labels")));
    Loss loss =
        (prediction, target) ->
            new Loss.Value(prediction.apply(new Op.CrossEntropy(target.labels())).sum(), T * B);
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend("simd"), Workers.ALONE, Execution.PLAN);
    Carry carry = runner.newCarry(B);
    RandomSource random = new CounterRandom(1);
    long least =
        Allocation.least(LIMIT - 1, 400, () -> runner.train(batch, loss, carry, random.stream(2)));
    assertThat(least).isLessThan(LIMIT);
  }
}

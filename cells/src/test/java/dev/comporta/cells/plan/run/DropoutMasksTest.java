package dev.comporta.cells.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.WorkerPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutMasksTest {
  private static final RandomSource RANDOM = new CounterRandom(5).stream("mask");

  /** Sizes around the thresholds for another thread. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 100_003})
  void theMaskDoesNotDependOnThreads(int count) {
    float[] expected = new float[count + 3];
    DropoutMasks.fill(expected, 2, count, 0.3f, RANDOM, 0);
    float[] alone = new float[count + 3];
    DropoutMasks.fill(alone, 2, count, 0.3f, RANDOM, Workers.ALONE);
    assertThat(alone).isEqualTo(expected);
    try (WorkerPool pool = new WorkerPool(3)) {
      float[] shared = new float[count + 3];
      DropoutMasks.fill(shared, 2, count, 0.3f, RANDOM, pool);
      assertThat(shared).isEqualTo(expected);
    }
  }
}

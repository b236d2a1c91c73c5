package dev.comporta.cells.model;

import static dev.comporta.cells.model.Models.dense;
import static dev.comporta.cells.model.Models.embedding;
import static dev.comporta.cells.model.Models.recurrent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory of a training step, next to that of an RNN: a count, not a measurement. */
class TrainingMemoryTest {
  private static final int T = 64;
  private static final int B = 32;
  private static final int H = 128;
  private static final int WORDS = 96;

  private static final Loss LOSS =
      (prediction, target) ->
          new Loss.Value(
              prediction.apply(new Op.CrossEntropy(target.labels())).sum(),
              prediction.shape().rows());

  @ParameterizedTest
  @CsvSource({"min-gru, 1.15", "sru, 1.45", "indrnn, 1.05", "gru, 1.45", "lstm, 1.7", "qrnn, 1.9"})
  void aStepHoldsLittleMoreThanThatOfAnRnn(String cell, double times) {
    assertThat((double) floats(cell)).isLessThan(times * floats("rnn"));
  }

  /** The floats that the workspace of a training step holds at its peak. */
  private static long floats(String cell) {
    SequenceModel model = Models.onIds(embedding(WORDS, H), recurrent(cell, H), dense(WORDS));
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend("simd"), Workers.ALONE, Execution.PLAN);
    Ids ids = new Ids(T, B, Models.ids(T * B, WORDS, "ids"));
    Batch batch = Batch.ofIds(ids, null).labels(ids);
    Carry carry = runner.newCarry(B);
    for (int step = 0; step < 2; step++) {
      runner.train(batch, LOSS, carry, new CounterRandom(step));
    }
    return runner.tape().workspace().peak();
  }
}

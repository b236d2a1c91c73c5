package dev.comporta.training;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.training.data.ChunkSource;

/**
 * The gradients of one update: of one chunk, or the mean of several weighted by their losses'
 * weights. The carry goes from chunk to chunk.
 */
final class ChunkGradients {
  private final ModelRunner runner;
  private final TrainingRules rules;
  private final ChunkSource source;
  private final RandomSource random;
  private final Carry carry;
  private final float[] sum;

  /**
   * What came of it; the gradients are in the runner.
   *
   * @param loss of all chunks
   * @param count their timesteps that are not padding
   */
  record Result(LossResult loss, int count) {}

  ChunkGradients(ModelRunner runner, TrainingRules rules, ChunkSource source, RandomSource random) {
    this.runner = runner;
    this.rules = rules;
    this.source = source;
    this.random = random;
    this.carry = runner.newCarry(source.rows());
    this.sum = new float[rules.accumulate() == 1 ? 0 : runner.gradients().length];
  }

  Carry carry() {
    return carry;
  }

  /** The chunks of the update that begins with this one. */
  int chunksFrom(int chunk) {
    return Math.min(rules.accumulate(), source.chunks() - chunk);
  }

  /**
   * Forward and backward.
   *
   * @param step updates done, for noise
   * @return the loss; at once after a chunk whose loss is not finite
   * @throws ComportaException if nothing counts
   */
  Result of(long step, int epoch, int chunk) {
    int chunks = chunksFrom(chunk);
    double losses = 0;
    double weight = 0;
    int count = 0;
    for (int i = 0; i < chunks; i++) {
      if (!source.continues(chunk + i)) {
        carry.reset();
      }
      Batch batch = source.batch(epoch, chunk + i);
      LossResult one =
          runner.train(batch, rules.loss(), carry, random.stream(step * rules.accumulate() + i));
      losses += one.sum();
      weight += one.weight();
      count += batch.count();
      if (!Double.isFinite(one.sum())) {
        break;
      }
      if (chunks > 1) {
        accumulate(i == 0, one.weight());
      }
    }
    if (weight == 0) {
      throw new ComportaException(
          "[trainer] expected a timestep that counts in %s of epoch %d but all are padding or have ignored labels; leave such chunks out"
              .formatted(
                  chunks == 1
                      ? "chunk " + chunk
                      : "chunks %d to %d".formatted(chunk, chunk + chunks - 1),
                  epoch));
    }
    if (chunks > 1) {
      divide(weight);
    }
    return new Result(new LossResult(losses, weight), count);
  }

  private void accumulate(boolean first, double weight) {
    float[] gradients = runner.gradients();
    float factor = (float) weight;
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (first ? 0 : sum[i]) + factor * gradients[i];
    }
  }

  private void divide(double weight) {
    float[] gradients = runner.gradients();
    float factor = (float) (1 / weight);
    for (int i = 0; i < sum.length; i++) {
      gradients[i] = factor * sum[i];
    }
  }
}

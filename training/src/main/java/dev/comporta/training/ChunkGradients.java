package dev.comporta.training;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.BrokenDataException;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.cells.model.OutputPenalty;
import dev.comporta.training.data.ChunkSource;
import org.jspecify.annotations.Nullable;

/**
 * Computes the gradients of one update: those of one chunk, or the mean over several chunks, each
 * weighted by the weight of its loss. The state is carried from chunk to chunk; if chunks overlap,
 * the carry is the state at the start of the next chunk.
 */
final class ChunkGradients {
  private final ModelRunner runner;
  private final TrainingRules rules;
  private final ChunkSource source;
  private final RandomSource random;
  private ScheduledSampling sampling = ScheduledSampling.NONE;
  private long steps;
  private final @Nullable OutputPenalty penalty;
  private int lastEpoch;
  private int lastChunk;
  private Carry carry;
  private Carry ahead;
  private final float[] sum;

  /**
   * The result; the gradients are in the runner.
   *
   * @param loss the loss over all chunks
   * @param count the number of their timesteps that are not padding
   */
  record Result(LossResult loss, int count) {}

  ChunkGradients(
      ModelRunner runner,
      TrainingRules rules,
      @Nullable OutputPenalty penalty,
      ChunkSource source,
      RandomSource random) {
    this.runner = runner;
    this.penalty = penalty;
    this.rules = rules;
    this.source = source;
    this.random = random;
    this.carry = runner.newCarry(source.rows());
    this.ahead = runner.newCarry(source.rows());
    this.sum = new float[rules.accumulate() == 1 ? 0 : runner.gradients().length];
  }

  /** Sets the scheduled sampling of a training run with the given number of updates. */
  void setSampling(ScheduledSampling rule, long updates) {
    this.sampling = rule;
    this.steps = updates;
  }

  /** The chunk that was run last, in words. */
  String lastChunk() {
    return "chunk " + lastChunk + " of epoch " + lastEpoch;
  }

  Carry carry() {
    return carry;
  }

  /** The number of chunks of the update that begins with the given chunk. */
  int chunksFrom(int chunk) {
    return Math.min(rules.accumulate(), source.chunks() - chunk);
  }

  /**
   * Forward and backward. Chunks in which nothing counts advance the state; the gradients are zeros
   * if nothing counts in any.
   *
   * @param step updates done, for noise
   * @return the loss; at once after a chunk whose loss is not finite
   * @throws BrokenDataException if a chunk holds NaN or an infinity
   */
  Result of(long step, int epoch, int chunk) {
    lastEpoch = epoch;
    try {
      return run(step, epoch, chunk);
    } catch (BrokenDataException e) {
      throw e.in(lastChunk());
    }
  }

  private Result run(long step, int epoch, int chunk) {
    int chunks = chunksFrom(chunk);
    double losses = 0;
    double weight = 0;
    int count = 0;
    for (int i = 0; i < chunks; i++) {
      lastChunk = chunk + i;
      if (!source.continues(chunk + i)) {
        carry.reset();
      }
      RandomSource noise = random.stream(step * rules.accumulate() + i);
      boolean overlaps = goAhead(source.advance(epoch, chunk + i), noise);
      Batch batch = input(source.batch(epoch, chunk + i, runner), noise, step);
      LossResult one = runner.train(batch, rules.loss(), penalty, carry, noise);
      if (overlaps) {
        Carry after = carry;
        carry = ahead;
        ahead = after;
      }
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
    if (chunks > 1 && weight > 0) {
      divide(weight);
    }
    return new Result(new LossResult(losses, weight), count);
  }

  /** The batch with some inputs replaced by the model's predictions. */
  private Batch input(Batch batch, RandomSource noise, long step) {
    double probability = sampling.rate(step, steps);
    if (probability == 0) {
      return batch;
    }
    return ScheduledSampling.mixed(
        batch,
        runner.answers(batch, carry.copy()),
        probability,
        noise.stream("scheduled sampling"));
  }

  /** Advances the carry to the start of the next chunk, if that is not the end of this one. */
  private boolean goAhead(@Nullable Batch part, RandomSource noise) {
    if (part == null) {
      return false;
    }
    ahead.set(carry);
    if (part.timesteps() > 0) {
      runner.advance(part, ahead, noise);
    }
    return true;
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

package dev.comporta.training;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.BrokenDataException;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.cells.model.OutputPenalty;
import dev.comporta.training.data.ChunkSource;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes the gradients of one update: those of one chunk, or the mean over several chunks, each
 * weighted by the weight of its loss. The state is carried from chunk to chunk of a part of the
 * data; if chunks overlap, the carry is the state at the start of the next chunk. If the run is
 * distributed, only the chunks of this rank are computed.
 */
final class ChunkGradients {
  /** What is summed beside the gradients: losses, weights, timesteps. */
  private static final int TOTALS = 3;

  private final ModelRunner runner;
  private final TrainingRules rules;
  private final ChunkSource source;
  private final RandomSource random;
  private ScheduledSampling sampling = ScheduledSampling.NONE;
  private long steps;
  private final @Nullable OutputPenalty penalty;
  private int lastEpoch;
  private int lastChunk;
  private Distribution distribution = Distribution.ALONE;
  private final Carry[] carries; // one for each part of the data
  private Carry ahead;
  private final TreeSum sum;
  private RankSum all;

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
    this.carries = new Carry[source.parts()];
    Arrays.setAll(carries, _ -> runner.newCarry(source.rows()));
    this.ahead = runner.newCarry(source.rows());
    this.sum = new TreeSum(runner.gradients().length, TOTALS);
    this.all = new RankSum(distribution, runner.gradients().length);
  }

  /** Sets how chunks are divided among several trainers, and their sum. */
  void setDistribution(Distribution division, RankSum sumOfRanks) {
    this.distribution = division;
    this.all = sumOfRanks;
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

  /** The state of each part of the data. */
  List<Carry> carries() {
    return List.of(carries);
  }

  /** Collects the states of all parts from the ranks that computed them. */
  void gatherCarries() {
    int parts = rules.accumulate();
    if (carries.length != parts) {
      return; // no chunk continues another
    }
    int share = distribution.share(parts);
    int own = distribution.from(parts);
    List<byte[]> all =
        distribution
            .exchange()
            .allGather(Carries.bytes(List.of(carries).subList(own, own + share)));
    for (int rank = 0; rank < all.size(); rank++) {
      Carries.take(List.of(carries).subList(rank * share, (rank + 1) * share), all.get(rank));
    }
  }

  /** Begins an epoch. */
  void reset() {
    for (Carry carry : carries) {
      carry.reset();
    }
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
    int from = distribution.from(rules.accumulate());
    int to = Math.min(chunks, from + distribution.share(rules.accumulate()));
    // What compression leaves out of a sum of weighted gradients is added to another such sum.
    boolean weighted =
        !distribution.isLocal() && (chunks > 1 || distribution.compression().isLossy());
    double[] totals = new double[TOTALS];
    sum.clear();
    for (int i = from; i < to; i++) {
      lastChunk = chunk + i;
      int part = lastChunk % carries.length;
      if (!source.continues(lastChunk)) {
        carries[part].reset();
      }
      RandomSource noise = random.stream(step * rules.accumulate() + i);
      boolean overlaps = goAhead(carries[part], source.advance(epoch, lastChunk), noise);
      Batch batch = input(source.batch(epoch, lastChunk, runner), carries[part], noise, step);
      LossResult one = runner.train(batch, rules.loss(), penalty, carries[part], noise);
      if (overlaps) {
        Carry after = carries[part];
        carries[part] = ahead;
        ahead = after;
      }
      totals[0] = one.sum();
      totals[1] = one.weight();
      totals[2] = batch.count();
      if (weighted || distribution.sumsGradients()) {
        sum.add(weighted ? (float) one.weight() : 1, runner.gradients(), totals);
      }
      if (!Double.isFinite(one.sum())) {
        break;
      }
    }
    if (weighted || distribution.sumsGradients()) {
      sum.finish(runner.gradients(), totals);
      if (distribution.sumsGradients()) {
        all.sum(runner.gradients(), totals);
      }
    } else if (from >= to) {
      Arrays.fill(runner.gradients(), 0); // the last update of an epoch has no chunk for this rank
    }
    if (weighted && totals[1] > 0) {
      divide(totals[1]);
    }
    return new Result(new LossResult(totals[0], totals[1]), (int) totals[2]);
  }

  /** The batch with some inputs replaced by the model's predictions. */
  private Batch input(Batch batch, Carry carry, RandomSource noise, long step) {
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
  private boolean goAhead(Carry carry, @Nullable Batch part, RandomSource noise) {
    if (part == null) {
      return false;
    }
    ahead.set(carry);
    if (part.timesteps() > 0) {
      runner.advance(part, ahead, noise);
    }
    return true;
  }

  private void divide(double weight) {
    float[] gradients = runner.gradients();
    float factor = (float) (1 / weight);
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] *= factor;
    }
  }
}

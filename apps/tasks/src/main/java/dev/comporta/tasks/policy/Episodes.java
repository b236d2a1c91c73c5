package dev.comporta.tasks.policy;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.training.data.ChunkSource;
import org.jspecify.annotations.Nullable;

/**
 * Episodes that the current model plays, a batch of new ones for each update. Every random number
 * is a function of the seed, the epoch and the index.
 *
 * @param game what is played
 * @param random of the games and the actions
 * @param rows episodes of a batch
 * @param chunks batches of an epoch
 * @param discount by which a reward counts less with each timestep
 */
record Episodes(Game game, RandomSource random, int rows, int chunks, double discount)
    implements ChunkSource {
  /** Episodes in which each action has the same probability. */
  @Override
  public Batch batch(int epoch, int index) {
    return played(epoch, index, null);
  }

  @Override
  public Batch batch(int epoch, int index, ModelRunner runner) {
    return played(epoch, index, runner);
  }

  private Batch played(int epoch, int index, @Nullable ModelRunner runner) {
    RandomSource own = random.stream(epoch).stream(index);
    return Rollout.play(game, runner, own, rows, true, Rollout.NOBODY).batch(discount);
  }
}

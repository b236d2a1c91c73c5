package dev.comporta.tasks.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Episodes that a model plays are those that it is trained on. */
class EpisodesTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final int ROWS = 6;

  private static ModelRunner runner(Game game, int seed) {
    SequenceModel model =
        SequenceModel.build(
            Spec.of(SequenceModel.KIND)
                .with("input-size", game.features())
                .with(
                    "layers",
                    List.of(
                        Spec.of("recurrent").with("cell", Spec.of("lstm")).with("hidden", 5),
                        Spec.of("dense").with("units", game.actions().size() + 1))),
            CATALOG);
    RandomSource random = new CounterRandom(seed);
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.normal(i);
    }
    model.parameters().changed();
    return new ModelRunner(model, CATALOG.backend("reference"), Workers.ALONE, Execution.PLAN);
  }

  private static Episodes episodes(Game game) {
    return new Episodes(game, new CounterRandom(9), ROWS, 10, 0.9);
  }

  private static float[] targets(Batch batch) {
    return Objects.requireNonNull(batch.targets());
  }

  /** The sequence as a whole gives the outputs of which the advantages were computed. */
  @ParameterizedTest
  @ValueSource(strings = {"t-maze", "catch", "bandit"})
  void advantagesAreReturnsMinusTheBaselinesOfTheSequence(String name) {
    Game game = Game.of(name, 4);
    ModelRunner runner = runner(game, 3);
    Batch batch = episodes(game).batch(2, 5, runner);
    float[] outputs = runner.predict(batch, runner.newCarry(ROWS));
    float[] targets = targets(batch);
    int actions = game.actions().size();
    int[] lengths = batch.lengths();
    int counted = 0;
    for (int place = 0; place < batch.timesteps() * ROWS; place++) {
      if (lengths != null && place / ROWS >= lengths[place % ROWS]) {
        continue;
      }
      int at = place * (actions + 1);
      int taken = 0;
      double sum = 0;
      for (int a = 0; a < actions; a++) {
        taken += targets[at + a] == 0 ? 0 : 1;
        sum += targets[at + a];
      }
      assertThat(taken).as("actions with an advantage").isEqualTo(1);
      assertThat(sum)
          .isCloseTo((double) targets[at + actions] - outputs[at + actions], within(1e-5));
      counted++;
    }
    assertThat(counted).isGreaterThan(ROWS);
  }

  /** The same return, forwards: the sum over later timesteps of discount^k times the reward. */
  @Test
  void returnsAreDiscountedSums() {
    Bandit game = new Bandit(7);
    Rollout played =
        Rollout.play(game, runner(game, 1), new CounterRandom(2), ROWS, true, Rollout.NOBODY);
    float[] targets = played.targets(0.9);
    double total = 0;
    for (int row = 0; row < ROWS; row++) {
      double own = 0;
      for (int t = 0; t < 7; t++) {
        double sum = 0;
        for (int later = t; later < 7; later++) {
          sum += Math.pow(0.9, later - t) * played.rewards()[later * ROWS + row];
        }
        assertThat((double) targets[(t * ROWS + row) * 3 + 2]).isCloseTo(sum, within(1e-5));
        own += played.rewards()[t * ROWS + row];
      }
      assertThat(played.total(row)).isEqualTo(own);
      total += own;
    }
    assertThat(total).as("something was won").isPositive();
  }

  /** Epoch, index and parameters determine a batch, and each of them matters. */
  @Test
  void episodesFollowFromEpochIndexAndParameters() {
    Game game = new Bandit(20);
    float[] one = targets(episodes(game).batch(1, 2, runner(game, 1)));
    assertThat(targets(episodes(game).batch(1, 2, runner(game, 1)))).isEqualTo(one);
    assertThat(targets(episodes(game).batch(2, 2, runner(game, 1)))).isNotEqualTo(one);
    assertThat(targets(episodes(game).batch(1, 3, runner(game, 1)))).isNotEqualTo(one);
    assertThat(targets(episodes(game).batch(1, 2, runner(game, 2)))).isNotEqualTo(one);
  }

  /** Sampled actions have the probabilities of the policy; the likeliest is the largest of them. */
  @Test
  void actionsAreSampledFromThePolicy() {
    Game game = new Bandit(1);
    ModelRunner runner = runner(game, 4);
    double[] expected = new double[2];
    int[] counts = new int[2];
    Rollout.Watcher count =
        (_, probabilities, action) -> {
          expected[0] = probabilities[0];
          expected[1] = probabilities[1];
          counts[action]++;
        };
    int rows = 5000;
    Rollout.play(game, runner, new CounterRandom(6), rows, true, count);
    assertThat(expected[0] + expected[1]).isCloseTo(1, within(1e-12));
    assertThat(expected[0]).isBetween(0.05, 0.95);
    assertThat((double) counts[0] / rows).isCloseTo(expected[0], within(0.03));
    int[] sampled = counts.clone();
    Rollout.play(game, runner, new CounterRandom(6), rows, false, count);
    int likeliest = expected[0] > expected[1] ? 0 : 1;
    assertThat(counts[likeliest] - sampled[likeliest]).isEqualTo(rows);
  }
}

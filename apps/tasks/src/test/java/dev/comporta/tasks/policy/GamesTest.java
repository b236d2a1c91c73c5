package dev.comporta.tasks.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the games, and the returns of the best policies without memory. */
class GamesTest {
  private static final RandomSource RANDOM = new CounterRandom(4);

  /** The place of the largest feature of what the player sees. */
  private static int seen(Game game, Game.Episode episode, int from, int to) {
    float[] features = new float[game.features() + 2];
    episode.observe(features, 1);
    assertThat(features[0] + features[features.length - 1]).as("outside").isZero();
    return IntStream.range(from, to).filter(i -> features[1 + i] == 1).findFirst().orElse(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10})
  void whoRemembersTheSignFindsTheGoal(int length) {
    TMaze maze = new TMaze(length);
    int[] signs = new int[2];
    for (int i = 0; i < 40; i++) {
      Game.Episode walk = maze.start(RANDOM.stream(i));
      int sign = seen(maze, walk, 0, 4);
      signs[sign]++;
      for (int step = 1; step <= length; step++) {
        assertThat(walk.act(1)).isZero();
        assertThat(seen(maze, walk, 0, 4)).isEqualTo(step == length ? 3 : 2);
      }
      assertThat(walk.isOver()).isFalse();
      boolean right = i % 3 > 0;
      int turn = (sign == 0) == right ? 0 : 2;
      assertThat(walk.act(turn)).isEqualTo(right ? 4 : -0.1);
      assertThat(walk.isOver()).isTrue();
    }
    assertThat(signs[0]).isBetween(8, 32);
    assertThat(maze.withoutMemory()).isCloseTo((4 - 0.1) / 2, within(1e-12));
  }

  @Test
  void stepsAgainstWallsCostAndTimeEnds() {
    TMaze maze = new TMaze(2);
    Game.Episode walk = maze.start(RANDOM);
    double sum = walk.act(3) + walk.act(0) + walk.act(2);
    assertThat(sum).isCloseTo(-0.3, within(1e-12));
    assertThat(walk.act(1) + walk.act(1)).isZero();
    assertThat(walk.act(1)).as("east of the junction").isEqualTo(-0.1);
    assertThat(walk.act(3)).as("back").isZero();
    assertThat(walk.act(3)).as("to the sign").isZero();
    assertThat(seen(maze, walk, 0, 4)).isIn(0, 1);
    assertThat(walk.isOver()).isFalse();
    walk.act(0);
    assertThat(walk.isOver()).as("after 9 timesteps").isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "8", "13"})
  void anObjectLandsWhereItBouncesTo(int length) {
    Catch game = new Catch(length);
    int reachable = 0;
    for (int i = 0; i < 60; i++) {
      Game.Episode fall = game.start(RANDOM.stream(i));
      int column = seen(game, fall, 0, 7);
      int direction = seen(game, fall, 7, 10) - 8;
      int at = column;
      int way = direction;
      for (int t = 0; t < length; t++) {
        way = at + way < 0 || at + way > 6 ? -way : way;
        at += way;
      }
      assertThat(Catch.column(column, direction, length)).isEqualTo(at);
      double reward = 0;
      int paddle = 3;
      for (int t = 0; t < length; t++) {
        assertThat(fall.isOver()).isFalse();
        assertThat(seen(game, fall, 10, 17)).isEqualTo(paddle + 10);
        assertThat(seen(game, fall, 0, 10) >= 0).as("seen").isEqualTo(t == 0);
        int action = 1 + Integer.signum(at - paddle);
        paddle += action - 1;
        reward += fall.act(action);
      }
      assertThat(fall.isOver()).isTrue();
      assertThat(reward).isEqualTo(Math.abs(at - 3) <= length ? 1 : 0);
      reachable += Math.abs(at - 3) <= length ? 1 : 0;
    }
    assertThat(reachable).isBetween(length == 1 ? 5 : 60, 60);
  }

  /** The best that is found is what none can exceed, also one that chooses at random. */
  @Test
  void enumerationReachesTheBoundOfAllPolicies() {
    for (int length = 2; length <= 30; length++) {
      Catch game = new Catch(length);
      double best = game.withoutMemory();
      assertThat(best).as("length %d", length).isCloseTo(game.bound(), within(1e-12));
      assertThat(best).isBetween(9 / 21.0, 11 / 21.0);
    }
    assertThat(new Catch(1).withoutMemory()).isEqualTo(9 / 21.0); // the three columns in reach
  }

  private static double played(Bandit game, IntUnaryOperator policy, int episodes) {
    double sum = 0;
    for (int i = 0; i < episodes; i++) {
      Game.Episode pulls = game.start(RANDOM.stream("played").stream(i));
      while (!pulls.isOver()) {
        float[] seen = new float[3];
        pulls.observe(seen, 0);
        int won = seen[2] == 1 ? 2 : 0;
        sum += pulls.act(policy.applyAsInt(seen[0] + seen[1] == 0 ? 4 : won + (int) seen[1]));
      }
    }
    return sum / episodes;
  }

  /** The exact return of a policy is the mean of episodes that it plays. */
  @Test
  void theReturnOfABanditIsExact() {
    Bandit game = new Bandit(30);
    for (int policy : new int[] {0b00110, 0b01100, 0b11010, 0b01010}) {
      double[] second = new double[5];
      Arrays.setAll(second, i -> policy >> i & 1);
      assertThat(played(game, seen -> policy >> seen & 1, 20_000))
          .as("policy %d", policy)
          .isCloseTo(game.meanReturn(second), within(0.12)); // 4 standard errors
    }
    assertThat(game.meanReturn(new double[] {0.5, 0.5, 0.5, 0.5, 0.5}))
        .isCloseTo(15, within(1e-12));
  }

  /** Staying after a win and changing after a loss is best; no policy of a grid is better. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 50})
  void noPolicyThatChoosesAtRandomIsBetter(int length) {
    Bandit game = new Bandit(length);
    double best = game.withoutMemory();
    assertThat(game.meanReturn(new double[] {1, 0, 0, 1, 0})).isCloseTo(best, within(1e-9));
    int steps = 8;
    double[] second = new double[5];
    for (int policy = 0; policy < Math.powExact(steps + 1, 4); policy++) {
      int rest = policy;
      for (int i = 0; i < 4; i++) {
        second[i] = (double) (rest % (steps + 1)) / steps;
        rest /= steps + 1;
      }
      for (double start : new double[] {0, 0.5}) {
        second[4] = start;
        assertThat(game.meanReturn(second)).isLessThanOrEqualTo(best + 1e-9);
      }
    }
  }

  @Test
  void changesAndWinsHaveTheirProbabilities() {
    Bandit game = new Bandit(50);
    double stay = played(game, _ -> 0, 4000) / 50;
    assertThat(stay).isCloseTo(0.5, within(0.02));
    double[] stubborn = {0, 1, 0, 1, 0};
    assertThat(game.meanReturn(stubborn)).isCloseTo(25, within(1e-12));
  }
}

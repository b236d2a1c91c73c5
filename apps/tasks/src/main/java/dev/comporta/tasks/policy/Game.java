package dev.comporta.tasks.policy;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.view.Canvas;
import java.util.List;

/**
 * A game for one player with partial observations: to act well, the player has to remember what was
 * seen before. Immutable.
 */
interface Game {
  /** The names of all games. */
  List<String> NAMES = List.of(TMaze.NAME, Catch.NAME, Bandit.NAME);

  /** The longest game of any name. */
  int LONGEST = 200;

  /**
   * A game of a name.
   *
   * @param name one of {@link #NAMES}
   * @param length how long something has to be remembered, from 1 to {@link #LONGEST}
   */
  static Game of(String name, int length) {
    return switch (name) {
      case TMaze.NAME -> new TMaze(length);
      case Catch.NAME -> new Catch(length);
      case Bandit.NAME -> new Bandit(length);
      default -> throw new IllegalArgumentException("no game '" + name + "'");
    };
  }

  /** The usual length of a game. */
  static int usualLength(String name) {
    return switch (name) {
      case TMaze.NAME -> TMaze.USUAL_LENGTH;
      case Catch.NAME -> Catch.USUAL_LENGTH;
      default -> Bandit.USUAL_LENGTH;
    };
  }

  String name();

  /** How long something has to be remembered. */
  int length();

  /** The size of an observation. */
  int features();

  /** The names of the actions. */
  List<String> actions();

  /** The timesteps of the longest episode. */
  int limit();

  /** A new episode, whose course depends on these random numbers and on the actions. */
  Episode start(RandomSource random);

  /**
   * The mean return of the best policy without memory: one that chooses by the current observation
   * alone.
   */
  double withoutMemory();

  /** An episode of one timestep or more. */
  interface Episode {
    /** Writes what the player sees now; the features are zeros before. */
    void observe(float[] into, int at);

    /** Acts; returns the reward. */
    double act(int action);

    boolean isOver();

    /** Draws the state of the game, including what the player does not see. */
    void draw(Canvas to);
  }
}

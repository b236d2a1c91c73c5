package dev.comporta.tasks.policy;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.view.Canvas;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * A T-maze (Bakker 2002, <i>Reinforcement Learning with Long Short-Term Memory</i>): at the start
 * of a corridor, the player sees on which side of its end the goal is, and has to turn to that side
 * at the end. The goal gives 4, the other side and every step against a wall -0.1, and both sides
 * end the episode.
 *
 * @param length steps from the start to the junction
 */
record TMaze(int length) implements Game {
  static final String NAME = "t-maze";
  static final int USUAL_LENGTH = 10;
  static final double GOAL = 4;
  static final double MISTAKE = -0.1;

  private static final int NORTH = 0;
  private static final int EAST = 1;
  private static final int SOUTH = 2;

  /** Observations: the goal is in the north, in the south; the corridor, the junction. */
  private static final int OBSERVATIONS = 4;

  private static final int CORRIDOR = 2;
  private static final int JUNCTION = 3;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int features() {
    return OBSERVATIONS;
  }

  @Override
  public List<String> actions() {
    return List.of("north", "east", "south", "west");
  }

  @Override
  public int limit() {
    return 3 * (length + 1);
  }

  @Override
  public Episode start(RandomSource random) {
    return new Walk(random.below(2, 0) == 0);
  }

  /**
   * All policies that take one action for each observation are tried on both mazes. None that
   * chooses at random is better: the junction looks the same in both mazes, so that it turns to the
   * goal with a probability p in one and 1 - p in the other, and gets at most the mean of {@link
   * #GOAL} and {@link #MISTAKE}, which one of those tried gets as well.
   */
  @Override
  public double withoutMemory() {
    int choices = actions().size();
    double best = Double.NEGATIVE_INFINITY;
    for (int policy = 0; policy < Math.powExact(choices, OBSERVATIONS); policy++) {
      double mean = (walked(true, policy) + walked(false, policy)) / 2;
      best = Math.max(best, mean);
    }
    return best;
  }

  /** The return of a policy, whose digits are the actions for the observations. */
  private double walked(boolean goalInNorth, int policy) {
    Walk walk = new Walk(goalInNorth);
    double sum = 0;
    while (!walk.isOver()) {
      int digit = Math.powExact(actions().size(), walk.observation());
      sum += walk.act(policy / digit % actions().size());
    }
    return sum;
  }

  private final class Walk implements Episode {
    private final boolean goalInNorth;
    private int place;
    private int timestep;

    /** Where the player turned: -1 for the north, 1 for the south, 0 before that. */
    private int turned;

    Walk(boolean goalInNorth) {
      this.goalInNorth = goalInNorth;
    }

    private int observation() {
      if (place == 0) {
        return goalInNorth ? 0 : 1;
      }
      return place == length ? JUNCTION : CORRIDOR;
    }

    @Override
    public void observe(float[] into, int at) {
      into[at + observation()] = 1;
    }

    @Override
    public double act(int action) {
      timestep++;
      boolean across = action == NORTH || action == SOUTH;
      if (place == length && across) {
        turned = action == NORTH ? -1 : 1;
        return (action == NORTH) == goalInNorth ? GOAL : MISTAKE;
      }
      int next = across ? place : action == EAST ? place + 1 : place - 1;
      if (across || next < 0 || next > length) {
        return MISTAKE;
      }
      place = next;
      return 0;
    }

    @Override
    public boolean isOver() {
      return turned != 0 || timestep == limit();
    }

    @Override
    public void draw(Canvas to) {
      double cell = 1.0 / (length + 3);
      double middle = 0.5 - cell / 2;
      to.fill(new Rectangle2D.Double(cell, middle, (length + 1) * cell, cell), 0.85);
      double end = (length + 1) * cell;
      to.fill(new Rectangle2D.Double(end, middle - 3 * cell, cell, 7 * cell), 0.85);
      double goal = 0.5 + (goalInNorth ? -3 : 3) * cell;
      to.disc(end + cell / 2, goal, cell * 0.45, 0.55);
      to.disc((place + 1.5) * cell, 0.5 + 3 * turned * cell, cell * 0.45, 0);
    }
  }
}

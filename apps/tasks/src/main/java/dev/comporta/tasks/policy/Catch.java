package dev.comporta.tasks.policy;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.view.Canvas;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An object falls through a field of {@link #WIDTH} columns, straight or one column to a side in
 * each timestep, and bounces off the edges. The player sees its column and direction only at the
 * start, when it is in the top row, and always sees the paddle, which starts in the middle of the
 * bottom row and moves by one column at most in each timestep. If the paddle is where the object
 * lands, the return is 1, and 0 otherwise.
 *
 * @param length timesteps until the object lands
 */
record Catch(int length) implements Game {
  static final String NAME = "catch";
  static final int USUAL_LENGTH = 8;

  static final int WIDTH = 7;

  /** To the left, straight, to the right; of the object as well as of the paddle. */
  private static final int DIRECTIONS = 3;

  private static final int MIDDLE = WIDTH / 2;

  @Override
  public String name() {
    return NAME;
  }

  /**
   * The column of the object and its direction, at the start only, then the column of the paddle.
   */
  @Override
  public int features() {
    return WIDTH + DIRECTIONS + WIDTH;
  }

  @Override
  public List<String> actions() {
    return List.of("left", "stay", "right");
  }

  @Override
  public int limit() {
    return length;
  }

  @Override
  public Episode start(RandomSource random) {
    return new Fall(random.below(WIDTH, 0), random.below(DIRECTIONS, 1) - 1);
  }

  /** Where an object is after some timesteps. */
  static int column(int start, int direction, int timesteps) {
    int way = Math.floorMod(start + direction * timesteps, 2 * (WIDTH - 1));
    return way < WIDTH ? way : 2 * (WIDTH - 1) - way;
  }

  private static int moved(int paddle, int action) {
    return Math.clamp(paddle + action - 1, 0, WIDTH - 1);
  }

  /**
   * After the first action, a policy without memory sees only the paddle. All that then take one
   * action for each place of the paddle are tried; for each start of the object, the first action
   * is the best of three. None that chooses at random is better: from 2 timesteps on, one of those
   * tried reaches the {@link #bound} of all policies, and with 1 there is nothing but the first
   * action.
   */
  @Override
  public double withoutMemory() {
    int[] landings = landings();
    double best = 0;
    for (int policy = 0; policy < Math.powExact(DIRECTIONS, WIDTH); policy++) {
      boolean[] reached = new boolean[WIDTH];
      for (int first = 0; first < DIRECTIONS; first++) {
        int paddle = moved(MIDDLE, first);
        for (int t = 1; t < length; t++) {
          paddle = moved(paddle, policy / Math.powExact(DIRECTIONS, paddle) % DIRECTIONS);
        }
        reached[paddle] = true;
      }
      int caught = 0;
      for (int column = 0; column < WIDTH; column++) {
        caught += reached[column] ? landings[column] : 0;
      }
      best = Math.max(best, (double) caught / (WIDTH * DIRECTIONS));
    }
    return best;
  }

  /**
   * What no policy without memory can exceed: each of the three first actions leads to a
   * distribution over the columns at the end, and the largest probabilities of the columns sum to 3
   * at most, so that at best three columns are always covered, those in which most objects land.
   */
  double bound() {
    return Arrays.stream(landings()).sorted().skip(WIDTH - DIRECTIONS).sum()
        / (double) (WIDTH * DIRECTIONS);
  }

  /** How many of the starts end in each column. */
  private int[] landings() {
    int[] landings = new int[WIDTH];
    for (int start = 0; start < WIDTH; start++) {
      for (int direction = -1; direction <= 1; direction++) {
        landings[column(start, direction, length)]++;
      }
    }
    return landings;
  }

  private final class Fall implements Episode {
    private final int start;
    private final int direction;
    private final List<Integer> paddles = new ArrayList<>(List.of(MIDDLE));

    Fall(int start, int direction) {
      this.start = start;
      this.direction = direction;
    }

    private int timestep() {
      return paddles.size() - 1;
    }

    @Override
    public void observe(float[] into, int at) {
      if (timestep() == 0) {
        into[at + start] = 1;
        into[at + WIDTH + direction + 1] = 1;
      }
      into[at + WIDTH + DIRECTIONS + paddles.getLast()] = 1;
    }

    @Override
    public double act(int action) {
      paddles.add(moved(paddles.getLast(), action));
      return isOver() && paddles.getLast() == column(start, direction, length) ? 1 : 0;
    }

    @Override
    public boolean isOver() {
      return timestep() == length;
    }

    /** Black where the object is seen, grey where it is hidden. */
    @Override
    public void draw(Canvas to) {
      double cell = 1.0 / WIDTH;
      double row = 1.0 / (length + 1);
      double radius = Math.min(cell, row) * 0.45;
      int t = timestep();
      to.disc(
          (column(start, direction, t) + 0.5) * cell, (t + 0.5) * row, radius, t == 0 ? 0 : 0.65);
      to.fill(new Rectangle2D.Double(paddles.getLast() * cell, 1 - row * 0.4, cell, row * 0.4), 0);
    }
  }
}

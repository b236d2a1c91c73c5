package dev.comporta.tasks.policy;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.view.Canvas;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * A bandit with two arms, one of which wins with a probability of {@link #BETTER} and the other of
 * {@link #WORSE}; before each pull but the first, they change places with a probability of {@link
 * #CHANGE}. The player sees the last arm and whether it won, which is 1.
 *
 * @param length pulls of an episode
 */
record Bandit(int length) implements Game {
  static final String NAME = "bandit";
  static final int USUAL_LENGTH = 50;
  static final double BETTER = 0.8;
  static final double WORSE = 0.2;
  static final double CHANGE = 0.05;

  private static final int ARMS = 2;

  /** The last arm, lost or won, and the start, at which there is none. */
  static final int OBSERVATIONS = 2 * ARMS + 1;

  private static final int START = 2 * ARMS;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int features() {
    return ARMS + 1;
  }

  @Override
  public List<String> actions() {
    return List.of("first", "second");
  }

  @Override
  public int limit() {
    return length;
  }

  @Override
  public Episode start(RandomSource random) {
    return new Pulls(random);
  }

  /** The best of all policies that pull one arm for each observation. */
  @Override
  public double withoutMemory() {
    double best = 0;
    for (int policy = 0; policy < 1 << OBSERVATIONS; policy++) {
      double[] second = new double[OBSERVATIONS];
      for (int observation = 0; observation < OBSERVATIONS; observation++) {
        second[observation] = policy >> observation & 1;
      }
      best = Math.max(best, meanReturn(second));
    }
    return best;
  }

  /**
   * The exact mean return of a policy without memory, from the distribution over the better arm and
   * the observation before each pull.
   *
   * @param second the probability of the second arm for each observation: the last arm + {@link
   *     #ARMS} if it won, or the start
   */
  double meanReturn(double[] second) {
    double[][] now = new double[ARMS][OBSERVATIONS]; // by the better arm
    now[0][START] = 0.5;
    now[1][START] = 0.5;
    double sum = 0;
    for (int t = 0; t < length; t++) {
      double[][] next = new double[ARMS][OBSERVATIONS];
      for (int better = 0; better < ARMS; better++) {
        for (int observation = 0; observation < OBSERVATIONS; observation++) {
          for (int arm = 0; arm < ARMS; arm++) {
            double pulled = arm == 1 ? second[observation] : 1 - second[observation];
            double mass = now[better][observation] * pulled;
            double wins = mass * (arm == better ? BETTER : WORSE);
            sum += wins;
            next[better][arm + ARMS] += wins * (1 - CHANGE);
            next[1 - better][arm + ARMS] += wins * CHANGE;
            next[better][arm] += (mass - wins) * (1 - CHANGE);
            next[1 - better][arm] += (mass - wins) * CHANGE;
          }
        }
      }
      now = next;
    }
    return sum;
  }

  private final class Pulls implements Episode {
    private final RandomSource wins;
    private final RandomSource changes;
    private int better;
    private int pulls;
    private int arm;
    private boolean won;

    Pulls(RandomSource random) {
      wins = random.stream("wins");
      changes = random.stream("changes");
      better = random.below(ARMS, 0);
    }

    @Override
    public void observe(float[] into, int at) {
      if (pulls > 0) {
        into[at + arm] = 1;
        into[at + ARMS] = won ? 1 : 0;
      }
    }

    @Override
    public double act(int action) {
      arm = action;
      won = wins.uniform(pulls) < (arm == better ? BETTER : WORSE);
      pulls++;
      if (changes.uniform(pulls) < CHANGE) {
        better = 1 - better;
      }
      return won ? 1 : 0;
    }

    @Override
    public boolean isOver() {
      return pulls == length;
    }

    /** The arms by their probabilities; below the last one, a disc: black if it won. */
    @Override
    public void draw(Canvas to) {
      for (int i = 0; i < ARMS; i++) {
        double height = 0.7 * (i == better ? BETTER : WORSE);
        to.fill(new Rectangle2D.Double(0.12 + 0.46 * i, 0.7 - height, 0.3, height), 0.7);
      }
      if (pulls > 0) {
        to.disc(0.27 + 0.46 * arm, 0.85, 0.1, won ? 0 : 0.6);
      }
    }
  }
}

package dev.comporta.tasks.pairs;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.programs.ProgramGenerator.Difficulty;
import java.util.Arrays;
import java.util.Locale;

/** How difficult programs are in the course of training (Zaremba and Sutskever 2014, section 5). */
enum Curriculum {
  /** As difficult as in the end, from the beginning. */
  NONE,
  /** Easy ones first, then step by step more difficult ones. */
  NAIVE,
  /** Of any length and nesting up to the goal. */
  MIXED,
  /** Half of them as in {@link #NAIVE}, half as in {@link #MIXED}. */
  COMBINED;

  /** When the naive curriculum arrives at the goal, as a share of the training. */
  private static final double ARRIVAL = 0.6;

  /** The names of all, as options have them. */
  static String[] names() {
    return Arrays.stream(values())
        .map(it -> it.name().toLowerCase(Locale.ROOT))
        .toArray(String[]::new);
  }

  static Curriculum of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /**
   * How difficult a program is.
   *
   * @param goal in the end
   * @param done the share of the training that is over, from 0 to 1
   * @param random draws
   */
  Difficulty difficulty(Difficulty goal, double done, RandomSource random) {
    return switch (this) {
      case NONE -> goal;
      case NAIVE -> naive(goal, done);
      case MIXED -> mixed(goal, random);
      case COMBINED -> random.below(2, 2) == 0 ? naive(goal, done) : mixed(goal, random);
    };
  }

  /** The nesting grows from 1 to the goal for each length in turn. */
  private static Difficulty naive(Difficulty goal, double done) {
    int steps = goal.additions() ? goal.length() : goal.length() * goal.nesting();
    int step = Math.min(steps - 1, (int) (steps * done / ARRIVAL));
    return goal.additions()
        ? new Difficulty(step + 1, 1, true)
        : new Difficulty(step / goal.nesting() + 1, step % goal.nesting() + 1, false);
  }

  private static Difficulty mixed(Difficulty goal, RandomSource random) {
    return new Difficulty(
        1 + random.below(goal.length(), 0), 1 + random.below(goal.nesting(), 1), goal.additions());
  }
}

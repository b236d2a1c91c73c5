package dev.comporta.frame.training;

import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import java.util.List;
import org.apiguardian.api.API;

/** The options of repeated runs: several seeds, and each part of the data held out in turn. */
@API(status = API.Status.EXPERIMENTAL)
public final class RepetitionOptions {
  private static final int MOST = 100;

  /** Runs with several seeds; every task has it. */
  public static final Option<Integer> SEEDS =
      Option.whole("seeds", 1, MOST)
          .or(1)
          .in(Group.EVALUATION)
          .notKept()
          .help(
              "train with this many seeds, starting at --seed, and print mean and standard deviation; writes no model");

  /** The parts of the data, for tasks that divide examples. */
  public static final Option<Integer> FOLDS =
      Option.whole("folds", 2, MOST)
          .in(Group.EVALUATION)
          .keptIfGiven()
          .help(
              "divide the examples into this many parts, hold each out in turn, and print mean and standard deviation; writes no model without --fold");

  /** The part that is held out, for tasks that divide examples. */
  public static final Option<Integer> FOLD =
      Option.whole("fold", 1, MOST)
          .in(Group.EVALUATION)
          .keptIfGiven()
          .help("hold out this part of --folds only, and write the model");

  private RepetitionOptions() {}

  /**
   * Refuses a part that does not exist, and options that have no effect with parts.
   *
   * @param settings of a task that divides examples
   * @param others other options that choose the held-out examples
   * @throws dev.comporta.api.InvalidOptionException naming the options
   */
  public static void requireUsable(Settings settings, List<Option<?>> others) {
    settings.requireEffective(
        FOLD,
        "--folds, up to their number",
        settings.find(FOLDS).orElse(0) >= settings.find(FOLD).orElse(0));
    for (Option<?> other : others) {
      settings.requireNotBoth(FOLDS, other);
    }
  }

  /**
   * {@return whether settings ask for more than one run}
   *
   * @param settings of any task
   */
  public static boolean isRepeated(Settings settings) {
    return (settings.options().has(SEEDS) && settings.get(SEEDS) > 1)
        || (hasFolds(settings) && !settings.isGiven(FOLD));
  }

  /** Whether settings ask for parts of the data. */
  static boolean hasFolds(Settings settings) {
    return settings.options().has(FOLDS) && settings.isGiven(FOLDS);
  }
}

package dev.comporta.frame.training;

import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

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

  /** The origins of a backtest, for tasks whose examples are in the order of time. */
  public static final Option<Integer> BACKTEST =
      Option.whole("backtest", 1, MOST)
          .in(Group.EVALUATION)
          .keptIfGiven()
          .help(
              "divide the test part into this many parts, train on all rows before each, forecast it, and print mean and standard deviation; writes no model without --origin");

  /** One of these origins. */
  public static final Option<Integer> ORIGIN =
      Option.whole("origin", 1, MOST)
          .in(Group.EVALUATION)
          .keptIfGiven()
          .help("train at this origin of --backtest only, and write the model");

  /** What options of single runs go with. */
  public static final String SINGLE = "a single run, without --seeds, --folds and --backtest";

  private RepetitionOptions() {}

  /**
   * Two options that divide the data.
   *
   * @param all the number of the parts
   * @param one the part that is held out
   */
  record Parts(Option<Integer> all, Option<Integer> one) {}

  private static final List<Parts> PARTS =
      List.of(new Parts(FOLDS, FOLD), new Parts(BACKTEST, ORIGIN));

  /** The options that divide the data, or null if none is given. */
  static @Nullable Parts parts(Settings settings) {
    return PARTS.stream()
        .filter(it -> settings.options().has(it.all()) && settings.isGiven(it.all()))
        .findFirst()
        .orElse(null);
  }

  /**
   * {@return the origin of a backtest for which settings train, from 1; 0 if there is no backtest}
   *
   * @param settings of any task
   * @throws dev.comporta.api.InvalidOptionException if there is no such origin
   */
  public static int origin(Settings settings) {
    if (!settings.options().has(ORIGIN)) {
      return 0;
    }
    int origin = settings.find(ORIGIN).orElse(0);
    settings.requireEffective(
        ORIGIN, "--backtest, up to its number", settings.find(BACKTEST).orElse(0) >= origin);
    return settings.isGiven(BACKTEST) ? Math.max(1, origin) : 0;
  }

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
    Parts parts = parts(settings);
    return (settings.options().has(SEEDS) && settings.get(SEEDS) > 1)
        || (parts != null && !settings.isGiven(parts.one()));
  }
}

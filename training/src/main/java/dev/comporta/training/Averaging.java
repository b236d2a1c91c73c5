package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import java.util.List;
import org.apiguardian.api.API;

/**
 * An average of the parameters over updates, often better than the last of them: validation
 * measures it, and it is what is left in the model after the last update. Training itself never
 * sees it.
 *
 * <pre>
 *   a = p                            after the first update that counts
 *   a = a + share * (p - a)          after every other
 * </pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Averaging {
  /**
   * The weight of the parameters in the new average.
   *
   * @param counted updates averaged so far
   * @param progress after the update
   * @param endOfEpoch whether the update was the last of its epoch
   * @return in (0, 1], or 0 if this update does not count
   */
  double share(long counted, Progress progress, boolean endOfEpoch);

  /**
   * The average that a specification describes: {@code none}; {@code ema} with {@code decay}
   * (default 0.999); {@code swa} with {@code start} (default 0: three quarters of the planned
   * updates) and {@code every} (default 0: the ends of epochs); {@code asgd} with {@code start}
   * (default 1) and {@code trigger} (default 0: none).
   *
   * @param spec the name and options
   * @return the average
   * @throws UnknownNameException if there is no average or option of the name
   * @throws InvalidOptionException if a number is out of range
   */
  static Averaging of(Spec spec) {
    OptionReader options = spec.reader();
    Averaging averaging =
        switch (spec.name()) {
          case "none" -> new None();
          case "ema" -> new Exponential(options.real("decay", 0.999, 0, Math.nextDown(1.0)));
          case "swa" -> new Stochastic(options.count("start", 0, 0), options.count("every", 0, 0));
          case "asgd" -> new Equal(options.count("start", 1, 1), options.count("trigger", 0, 0));
          default ->
              throw new UnknownNameException(
                  "average", spec.name(), List.of("none", "ema", "swa", "asgd"));
        };
    options.requireAllRead();
    return averaging;
  }

  /** No average. */
  record None() implements Averaging {
    @Override
    public double share(long counted, Progress progress, boolean endOfEpoch) {
      return 0;
    }
  }

  /**
   * {@code ema}: an exponential moving average of all updates. Source: Tarvainen and Valpola 2017,
   * equation 1.
   *
   * @param decay what is kept of the average at each update, in [0, 1)
   */
  record Exponential(double decay) implements Averaging {
    @Override
    public double share(long counted, Progress progress, boolean endOfEpoch) {
      return counted == 0 ? 1 : 1 - decay;
    }
  }

  /**
   * {@code swa}: stochastic weight averaging, the mean of a few updates far apart. Source: Izmailov
   * et al. 2018, algorithm 1.
   *
   * @param start the first update that may count; 0 for three quarters of those planned
   * @param every updates from one that counts to the next; 0 for the last update of each epoch
   */
  record Stochastic(long start, long every) implements Averaging {
    @Override
    public double share(long counted, Progress progress, boolean endOfEpoch) {
      long first = start > 0 ? start : progress.totalSteps() - progress.totalSteps() / 4;
      boolean counts =
          progress.step() >= first
              && (every > 0 ? (progress.step() - first) % every == 0 : endOfEpoch);
      return counts ? 1.0 / (counted + 1) : 0;
    }
  }

  /**
   * {@code asgd}: the mean of all updates from one on. With a trigger it begins when the validation
   * loss stops falling: after one that is above the lowest of those more than {@code trigger}
   * before it. Sources: Polyak and Juditsky 1992; with trigger: Merity, Keskar and Socher 2018,
   * algorithm 1 (NT-ASGD, their n).
   *
   * @param start the first update that may count, from 1
   * @param trigger 0 to begin at once
   */
  record Equal(long start, int trigger) implements Averaging {
    @Override
    public double share(long counted, Progress progress, boolean endOfEpoch) {
      boolean counts =
          progress.step() >= start && (counted > 0 || trigger == 0 || stalled(progress));
      return counts ? 1.0 / (counted + 1) : 0;
    }

    private boolean stalled(Progress progress) {
      List<Double> losses = progress.validationLosses();
      double lowest = Double.POSITIVE_INFINITY;
      for (int i = trigger + 1; i < losses.size(); i++) {
        lowest = Math.min(lowest, losses.get(i - trigger - 1));
        if (losses.get(i) > lowest) {
          return true;
        }
      }
      return false;
    }
  }
}

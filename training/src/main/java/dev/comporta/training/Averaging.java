package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Averages the parameters over updates. The average often generalises better than the last
 * parameters: validation evaluates it, and it replaces the model's parameters after the last
 * update. Training itself does not use it.
 *
 * <pre>
 *   a = p                            after the first averaged update
 *   a = a + share * (p - a)          after every later one
 * </pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Averaging {
  /**
   * The weight of the parameters in the new average.
   *
   * @param counted the number of updates averaged so far
   * @param progress the progress of training after the update
   * @param endOfEpoch whether the update was the last of its epoch
   * @return a weight in (0, 1], or 0 if this update is not averaged
   */
  double share(long counted, Progress progress, boolean endOfEpoch);

  /**
   * Creates the averaging that a specification describes: {@code none}; {@code ema} with {@code
   * decay} (default 0.999); {@code swa} with {@code start} (default 0: after three quarters of the
   * planned updates) and {@code every} (default 0: at the end of each epoch); {@code asgd} with
   * {@code start} (default 1) and {@code trigger} (default 0: none).
   *
   * @param spec the name and options
   * @return the averaging
   * @throws UnknownNameException if no averaging or option has the name
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

  /** No averaging. */
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
   * @param decay the weight of the old average at each update, in [0, 1)
   */
  record Exponential(double decay) implements Averaging {
    @Override
    public double share(long counted, Progress progress, boolean endOfEpoch) {
      return counted == 0 ? 1 : 1 - decay;
    }
  }

  /**
   * {@code swa}: stochastic weight averaging, the mean of the parameters after widely spaced
   * updates. Source: Izmailov et al. 2018, algorithm 1.
   *
   * @param start the first update that may be averaged; 0 for three quarters of the planned updates
   * @param every the number of updates between averaged ones; 0 for the last update of each epoch
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
   * {@code asgd}: the mean of the parameters after all updates from {@code start} on. With a
   * trigger, averaging begins when the validation loss stops falling: after a loss that exceeds the
   * lowest of those measured more than {@code trigger} validations earlier. Sources: Polyak and
   * Juditsky 1992; with trigger: Merity, Keskar and Socher 2018, algorithm 1 (NT-ASGD, their n).
   *
   * @param start the first update that may be averaged, from 1
   * @param trigger the non-monotone interval n in validations; 0 to average from {@code start} on
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

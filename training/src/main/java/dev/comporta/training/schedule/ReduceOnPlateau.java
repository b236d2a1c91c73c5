package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;
import java.util.List;

/**
 * {@code reduce-on-plateau}: multiplies the rate by a factor whenever the validation loss has not
 * improved for more than {@code patience} consecutive validations.
 *
 * <p>Options: {@code factor}, below 1 (default 0.1); {@code patience} (default 10); {@code
 * threshold} (default 1e-4) with {@code threshold-mode}: a loss is an improvement if it is below
 * {@code best * (1 - threshold)} ({@code relative}, default) or {@code best - threshold} ({@code
 * absolute}); {@code goal}: {@code smallest} (default), or {@code largest} for a metric to
 * maximise, which improves above {@code best * (1 + threshold)} or {@code best + threshold}; {@code
 * cooldown}, the number of validations after a reduction that do not count as bad (default 0);
 * {@code minimum}, a learning rate (default 0); {@code smallest-change}, the smallest reduction
 * that is applied (default 1e-8). NaN is not an improvement. The rule is that of PyTorch.
 */
public final class ReduceOnPlateau implements ScheduleProvider {
  @Override
  public String name() {
    return "reduce-on-plateau";
  }

  @Override
  public String description() {
    return "multiplied by a factor when the validation loss stops improving";
  }

  @Override
  public Schedule create(OptionReader options) {
    return new Plateau(
        options.real("factor", 0.1, 0, Math.nextDown(1.0)),
        options.count("patience", 0, 10),
        options.real("threshold", 1e-4, 0, Double.MAX_VALUE),
        options
            .choice("threshold-mode", "relative", List.of("relative", "absolute"))
            .equals("relative"),
        options.choice("goal", "smallest", List.of("smallest", "largest")).equals("largest"),
        options.count("cooldown", 0, 0),
        options.real("minimum", 0, 0, Double.MAX_VALUE),
        options.real("smallest-change", 1e-8, 0, Double.MAX_VALUE));
  }

  private record Plateau(
      double factor,
      int patience,
      double threshold,
      boolean relative,
      boolean largest,
      int cooldown,
      double minimum,
      double smallestChange)
      implements Schedule {
    @Override
    public double learningRate(double base, Progress progress) {
      double rate = base;
      double best = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      int bad = 0;
      int cooling = 0;
      for (double loss : progress.validationLosses()) {
        if (isBetter(loss, best)) {
          best = loss;
          bad = 0;
        } else {
          bad++;
        }
        if (cooling > 0) {
          cooling--;
          bad = 0;
        }
        if (bad > patience) {
          double next = Math.max(rate * factor, minimum);
          if (rate - next > smallestChange) {
            rate = next;
          }
          cooling = cooldown;
          bad = 0;
        }
      }
      return rate;
    }

    private boolean isBetter(double loss, double best) {
      double margin = largest ? threshold : -threshold;
      double bound = relative ? best * (1 + margin) : best + margin;
      return largest ? loss > bound : loss < bound;
    }
  }
}

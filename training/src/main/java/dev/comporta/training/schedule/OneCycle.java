package dev.comporta.training.schedule;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;
import java.util.List;

/**
 * {@code one-cycle}: rises from {@code highest / start-divisor} to the highest rate, then falls to
 * the initial rate divided by {@code end-divisor}.
 *
 * <p>Options: {@code highest} (default: the base learning rate); {@code length} in updates
 * (default: all planned updates); {@code rise}, the fraction of the length in which the rate rises
 * (default 0.3); {@code start-divisor} (default 25); {@code end-divisor} (default 10000); {@code
 * shape}: {@code cosine} (default) or {@code linear}; {@code phases}: 2 (default), or 3 for a
 * symmetric descent to the initial rate before the final descent. The last rate is held after the
 * length; momentum is not changed (PyTorch: {@code cycle_momentum=False}). Source: Smith and Topin
 * 2018, with PyTorch's default settings.
 */
public final class OneCycle implements ScheduleProvider {
  @Override
  public String name() {
    return "one-cycle";
  }

  @Override
  public String description() {
    return "one-cycle policy: up to a maximum rate, then far below the initial one (Smith and Topin 2018)";
  }

  @Override
  public Schedule create(OptionReader options) {
    double highest = options.real("highest", 0, 0, Double.MAX_VALUE);
    int length = Clock.UPDATES.length(options, 2);
    double rise = options.real("rise", 0.3, 0, 1);
    double startDivisor = options.positive("start-divisor", 25);
    double endDivisor = options.positive("end-divisor", 1e4);
    boolean linear =
        options.choice("shape", "cosine", List.of("cosine", "linear")).equals("linear");
    int phases = options.size("phases", 2, 2);
    if (phases > 3 || (phases == 3 && rise > 0.5)) {
      throw new InvalidOptionException(
          formatted(
              "[one-cycle] option 'phases' expected 2, or 3 with a 'rise' of at most 0.5, but got %d with %s",
              phases, rise));
    }
    return new Cycle(highest, length, rise, startDivisor, endDivisor, linear, phases == 3);
  }

  private record Cycle(
      double highest,
      int length,
      double rise,
      double startDivisor,
      double endDivisor,
      boolean linear,
      boolean threePhases)
      implements Schedule {
    @Override
    public double learningRate(double base, Progress progress) {
      double top = highest > 0 ? highest : base;
      double first = top / startDivisor;
      double last = first / endDivisor;
      double total = Clock.lengthOf(length, progress);
      double now = Math.min((double) progress.step(), total - 1);
      double peak = rise * total - 1;
      double back = threePhases ? 2 * rise * total - 2 : peak;
      if (now <= peak) {
        return between(first, top, now / peak);
      }
      if (threePhases && now <= back) {
        return between(top, first, (now - peak) / (back - peak));
      }
      return between(threePhases ? first : top, last, (now - back) / (total - 1 - back));
    }

    private double between(double from, double to, double part) {
      double share = Double.isNaN(part) ? 1 : part;
      return linear
          ? from + (to - from) * share
          : to + (from - to) * (1 + StrictMath.cos(Math.PI * share)) / 2;
    }
  }
}

package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;

/**
 * {@code exponential}: exponential decay, {@code base * factor^n}.
 *
 * <p>Options: {@code factor} (default 0.95); {@code count}, the unit of n: {@code epochs} (default)
 * or {@code updates}.
 */
public final class ExponentialDecay implements ScheduleProvider {
  @Override
  public String name() {
    return "exponential";
  }

  @Override
  public String description() {
    return "exponential decay: multiplied by a factor after every epoch";
  }

  @Override
  public Schedule create(OptionReader options) {
    double factor = options.positive("factor", 0.95);
    Clock clock = Clock.of(options, Clock.EPOCHS);
    return (base, progress) -> base * StrictMath.pow(factor, (double) clock.now(progress));
  }
}

package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;

/**
 * {@code step}: step decay, {@code base * factor^floor(n / every)}.
 *
 * <p>Options: {@code every}, the interval (required, 1 or more); {@code factor} (default 0.1);
 * {@code count}, the unit of n: {@code epochs} (default) or {@code updates}.
 */
public final class StepDecay implements ScheduleProvider {
  @Override
  public String name() {
    return "step";
  }

  @Override
  public String description() {
    return "step decay: multiplied by a factor at regular intervals";
  }

  @Override
  public Schedule create(OptionReader options) {
    int every = options.count("every", 1);
    double factor = options.positive("factor", 0.1);
    Clock clock = Clock.of(options, Clock.EPOCHS);
    return (base, progress) -> {
      long reductions = clock.now(progress) / every;
      return base * StrictMath.pow(factor, (double) reductions);
    };
  }
}

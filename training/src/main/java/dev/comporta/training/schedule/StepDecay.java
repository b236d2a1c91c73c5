package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;

/**
 * {@code step}: times a factor after every so many epochs, {@code base * factor^floor(n / every)}.
 *
 * <p>Options {@code every} (must be given, 1 or more), {@code factor} (default 0.1), {@code count},
 * what n counts: {@code epochs} (default) or {@code updates}.
 */
public final class StepDecay implements ScheduleProvider {
  @Override
  public String name() {
    return "step";
  }

  @Override
  public String description() {
    return "times a factor after every so many epochs";
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

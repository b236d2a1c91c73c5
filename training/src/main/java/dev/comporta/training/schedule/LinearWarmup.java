package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;

/**
 * {@code linear-warmup}: from a part of the base to all of it in a straight line, then constant:
 * {@code base * (start + (end - start) * min(n, length) / length)}.
 *
 * <p>Options {@code length} (must be given, 1 or more), {@code start} (default 0.1), {@code end}
 * (default 1), {@code count}, what n counts: {@code updates} (default) or {@code epochs}.
 */
public final class LinearWarmup implements ScheduleProvider {
  @Override
  public String name() {
    return "linear-warmup";
  }

  @Override
  public String description() {
    return "up to the learning rate in a straight line, then constant";
  }

  @Override
  public Schedule create(OptionReader options) {
    int length = options.size("length", 1);
    double start = options.positive("start", 0.1);
    double end = options.real("end", 1, 0, Double.MAX_VALUE);
    Clock clock = Clock.of(options, Clock.UPDATES);
    return (base, progress) -> {
      double part = (double) Math.min(clock.now(progress), length) / length;
      return base * (start + (end - start) * part);
    };
  }
}

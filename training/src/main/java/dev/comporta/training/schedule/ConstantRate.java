package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;

/** {@code constant}: the base learning rate throughout. No options. */
public final class ConstantRate implements ScheduleProvider {
  @Override
  public String name() {
    return "constant";
  }

  @Override
  public String description() {
    return "constant learning rate";
  }

  @Override
  public Schedule create(OptionReader options) {
    return (base, progress) -> base;
  }
}

package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;

/**
 * {@code epoch-decay}: constant for some epochs, then divided by a constant after each epoch:
 * {@code base / divisor^max(0, n + 1 - hold)} after n completed epochs.
 *
 * <p>Options: {@code hold}, the number of epochs at the base rate (default 4); {@code divisor}
 * (default 2). The defaults are those of the small model of Zaremba, Sutskever and Vinyals 2014;
 * their medium model uses 6 and 1.2, their large model 14 and 1.15.
 */
public final class EpochDecay implements ScheduleProvider {
  @Override
  public String name() {
    return "epoch-decay";
  }

  @Override
  public String description() {
    return "constant for some epochs, then divided after each epoch (Zaremba et al. 2014)";
  }

  @Override
  public Schedule create(OptionReader options) {
    int hold = options.count("hold", 0, 4);
    double divisor = options.positive("divisor", 2);
    return (base, progress) ->
        base / StrictMath.pow(divisor, Math.max(0, progress.epoch() + 1.0 - hold));
  }
}

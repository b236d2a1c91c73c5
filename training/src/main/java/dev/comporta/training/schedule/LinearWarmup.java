package dev.comporta.training.schedule;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;
import java.util.function.Supplier;

/**
 * {@code linear-warmup}: a linear increase from a fraction of the base rate, {@code base * (start +
 * (end - start) * min(n, length) / length)}, followed by another schedule.
 *
 * <p>Options: {@code length} (required, 1 or more); {@code start} (default 0.1); {@code end}
 * (default 1); {@code count}, the unit of n: {@code updates} (default) or {@code epochs}; {@code
 * then}, the schedule after the warm-up (default {@code constant}). The base of that schedule is
 * {@code base * end}; its progress counts from the end of the warm-up, and its total is what
 * remains. Exception: after a warm-up in updates, epochs count from the start of training. The rule
 * is that of PyTorch's {@code SequentialLR}.
 */
public final class LinearWarmup implements ScheduleProvider {
  @Override
  public String name() {
    return "linear-warmup";
  }

  @Override
  public String description() {
    return "linear warm-up, followed by a constant rate or another schedule";
  }

  @Override
  public Schedule create(OptionReader options) {
    return create(options, Catalog::load);
  }

  @Override
  public Schedule create(OptionReader options, Catalog catalog) {
    return create(options, () -> catalog);
  }

  private static Schedule create(OptionReader options, Supplier<Catalog> catalog) {
    int length = options.count("length", 1);
    double start = options.positive("start", 0.1);
    double end = options.real("end", 1, 0, Double.MAX_VALUE);
    Clock clock = Clock.of(options, Clock.UPDATES);
    Spec constant = Spec.of("constant");
    Spec next = options.spec("then", constant);
    Schedule then =
        next.equals(constant) ? (base, progress) -> base : schedule(next, catalog.get());
    return (base, progress) -> {
      long now = clock.now(progress);
      return now < length
          ? base * (start + (end - start) * ((double) now / length))
          : then.learningRate(base * end, after(progress, clock, length));
    };
  }

  private static Schedule schedule(Spec spec, Catalog catalog) {
    return catalog.schedule(spec);
  }

  private static Progress after(Progress progress, Clock clock, int length) {
    return switch (clock) {
      case UPDATES ->
          new Progress(
              progress.step() - length,
              Math.max(1, progress.totalSteps() - length),
              progress.epoch(),
              progress.validationLosses());
      case EPOCHS ->
          new Progress(
              progress.step(),
              progress.totalSteps(),
              progress.epoch() - length,
              progress.validationLosses());
    };
  }
}

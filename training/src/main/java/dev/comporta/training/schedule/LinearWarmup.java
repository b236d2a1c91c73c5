package dev.comporta.training.schedule;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Progress;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;
import java.util.function.Supplier;

/**
 * {@code linear-warmup}: from a part of the base to all of it in a straight line, then another
 * schedule: {@code base * (start + (end - start) * min(n, length) / length)}.
 *
 * <p>Options {@code length} (must be given, 1 or more), {@code start} (default 0.1), {@code end}
 * (default 1), {@code count}, what n counts: {@code updates} (default) or {@code epochs}, and
 * {@code then}, the schedule after the warm-up (default {@code constant}). That one has {@code base
 * * end} as its base and counts, out of what is left, from the end of the warm-up; only epochs
 * after a warm-up of updates are counted from the start. The rule is that of PyTorch's {@code
 * SequentialLR}.
 */
public final class LinearWarmup implements ScheduleProvider {
  @Override
  public String name() {
    return "linear-warmup";
  }

  @Override
  public String description() {
    return "up to the learning rate in a straight line, then constant or another schedule";
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
    return catalog.build(
        Kind.SCHEDULE, spec, (provider, options) -> provider.create(options, catalog));
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

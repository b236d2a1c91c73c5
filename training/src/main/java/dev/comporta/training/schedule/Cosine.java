package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;
import java.util.List;

/**
 * {@code cosine}: cosine annealing from the base rate to a minimum, {@code minimum + (base -
 * minimum) * (1 + cos(pi * n / length)) / 2}.
 *
 * <p>Options: {@code length} (default: all planned updates; required if n counts epochs); {@code
 * minimum}, a learning rate (default 0); {@code count}, the unit of n: {@code updates} (default) or
 * {@code epochs}; {@code after}, what happens after the length: {@code hold} the minimum (default),
 * {@code restart} at the base (SGDR), or {@code rise} along the cosine, as PyTorch does. Source:
 * Loshchilov and Hutter 2017, equation 5.
 */
public final class Cosine implements ScheduleProvider {
  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public String description() {
    return "cosine annealing to a minimum (Loshchilov and Hutter 2017)";
  }

  @Override
  public Schedule create(OptionReader options) {
    Clock clock = Clock.of(options, Clock.UPDATES);
    int given = clock.length(options, 1);
    double minimum = options.real("minimum", 0, 0, Double.MAX_VALUE);
    String after = options.choice("after", "hold", List.of("hold", "restart", "rise"));
    return (base, progress) -> {
      long length = Math.max(1, Clock.lengthOf(given, progress));
      long now = clock.now(progress);
      long at =
          switch (after) {
            case "restart" -> now % length;
            case "rise" -> now % (2 * length);
            default -> Math.min(now, length);
          };
      return minimum + (base - minimum) * (1 + StrictMath.cos(Math.PI * at / length)) / 2;
    };
  }
}

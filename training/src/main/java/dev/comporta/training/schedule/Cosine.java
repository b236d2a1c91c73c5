package dev.comporta.training.schedule;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;
import java.util.List;

/**
 * {@code cosine}: half a cosine from the base down to a minimum, {@code minimum + (base - minimum)
 * * (1 + cos(pi * n / length)) / 2}.
 *
 * <p>Options {@code length} (default: all planned updates; must be given if it counts epochs),
 * {@code minimum}, a learning rate (default 0), {@code count}, what n counts: {@code updates}
 * (default) or {@code epochs}, and {@code after} the length: {@code hold} the minimum (default),
 * {@code restart} at the base, or {@code rise} along the cosine, which PyTorch does. Source:
 * Loshchilov and Hutter 2017, equation 5.
 */
public final class Cosine implements ScheduleProvider {
  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public String description() {
    return "half a cosine down to a minimum (Loshchilov and Hutter 2017)";
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

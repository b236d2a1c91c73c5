package dev.comporta.lessons.page;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tensor.CounterRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a lesson runs.
 *
 * @param seed the seed of parameters and data
 * @param percent the amount of training in percent of the usual one; tests train less
 * @param options further options by name, such as {@code long}
 */
public record Setting(long seed, int percent, Map<String, String> options) {
  /** The seed unless another one is chosen. */
  public static final long SEED = 1;

  /** Copies the options. */
  public Setting {
    options = Map.copyOf(options);
  }

  /**
   * Scales a number of updates.
   *
   * @param usual the usual number
   * @return 1 or more
   */
  public int steps(int usual) {
    return Math.max(1, usual * percent / 100);
  }

  /**
   * A stream of random numbers.
   *
   * @param name its name
   * @return the stream of this seed
   */
  public RandomSource random(String name) {
    return new CounterRandom(seed).stream(name);
  }

  /**
   * An option.
   *
   * @param name its name
   * @return its value, or null
   */
  public @Nullable String option(String name) {
    return options.get(name);
  }
}

package dev.comporta.training.initializer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;

/**
 * {@code decay}: the logarithm of the odds of a decay, so that {@code sigmoid(value)^power} is
 * uniform between two bounds. Options: {@code low} (default 0.9) and {@code high} (0.999), between
 * 0 and 1, and {@code power} (default 1). Source: De et al. 2024, section 2.4.
 */
public final class Decay implements InitializerProvider {
  private static final double LEAST = 1e-6;

  @Override
  public String name() {
    return "decay";
  }

  @Override
  public String description() {
    return "log odds of a decay that is uniform between the options low and high (De et al. 2024)";
  }

  @Override
  public Initializer create(OptionReader options) {
    double low = options.real("low", 0.9, LEAST, 1 - LEAST);
    double high = options.real("high", 0.999, LEAST, 1 - LEAST);
    double power = options.real("power", 1, 0.01, 1000);
    if (low > high) {
      throw new InvalidOptionException(
          formatted(
              "[decay] option 'high' expected a number of %s or more, the option 'low', but got %s",
              low, high));
    }
    return (spec, values, offset, random) -> {
      for (int i = 0; i < spec.shape().count(); i++) {
        double log = StrictMath.log(low + (high - low) * random.uniform(i)) / power;
        values[offset + i] = (float) (log - StrictMath.log(-StrictMath.expm1(log)));
      }
    };
  }
}

package dev.comporta.training.initializer;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;

/**
 * {@code uniform}: independent uniform numbers. Options {@code low} and {@code high} (defaults
 * -0.05 and 0.05). Zaremba et al. 2014 start their small model with -0.1 and 0.1.
 */
public final class Uniform implements InitializerProvider {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public String description() {
    return "uniform between the options low and high";
  }

  @Override
  public Initializer create(OptionReader options) {
    double low = options.real("low", -0.05, -Float.MAX_VALUE, Float.MAX_VALUE);
    double high = options.real("high", 0.05, -Float.MAX_VALUE, Float.MAX_VALUE);
    if (low > high) {
      throw new InvalidOptionException(
          "[uniform] option 'high' expected a number of %s or more, the option 'low', but got %s"
              .formatted(low, high));
    }
    return (spec, values, offset, random) -> fill(spec, values, offset, random, low, high);
  }

  static void fill(
      ParameterSpec spec,
      float[] values,
      int offset,
      RandomSource random,
      double low,
      double high) {
    for (int i = 0; i < spec.shape().count(); i++) {
      values[offset + i] = (float) (low + (high - low) * random.uniform(i));
    }
  }
}

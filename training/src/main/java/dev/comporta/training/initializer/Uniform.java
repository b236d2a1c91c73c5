package dev.comporta.training.initializer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;

/**
 * {@code uniform}: independent samples of a uniform distribution. Options: {@code low} (default
 * -0.05) and {@code high} (default 0.05). Zaremba et al. 2014 use -0.1 and 0.1 for their small
 * model.
 */
public final class Uniform implements InitializerProvider {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public String description() {
    return "uniform distribution between the options low and high";
  }

  @Override
  public Initializer create(OptionReader options) {
    double low = options.real("low", -0.05, -Float.MAX_VALUE, Float.MAX_VALUE);
    double high = options.real("high", 0.05, -Float.MAX_VALUE, Float.MAX_VALUE);
    if (low > high) {
      throw new InvalidOptionException(
          formatted(
              "[uniform] option 'high' expected a number of %s or more, the option 'low', but got %s",
              low, high));
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

package dev.comporta.training.initializer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;

/**
 * {@code normal}: independent samples of a normal distribution, not truncated. Options: {@code
 * mean} (default 0) and {@code deviation}, the standard deviation (default 0.05).
 */
public final class Normal implements InitializerProvider {
  @Override
  public String name() {
    return "normal";
  }

  @Override
  public String description() {
    return "normal distribution; options mean and deviation";
  }

  @Override
  public Initializer create(OptionReader options) {
    double mean = options.real("mean", 0, -Float.MAX_VALUE, Float.MAX_VALUE);
    double deviation = options.real("deviation", 0.05, 0, Double.MAX_VALUE);
    return (spec, values, offset, random) -> fill(spec, values, offset, random, mean, deviation);
  }

  static void fill(
      ParameterSpec spec,
      float[] values,
      int offset,
      RandomSource random,
      double mean,
      double deviation) {
    for (int i = 0; i < spec.shape().count(); i++) {
      values[offset + i] = (float) (mean + deviation * random.normal(i));
    }
  }
}

package dev.comporta.training.initializer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;

/**
 * Samples a uniform or normal distribution with mean 0 and variance {@code gain^2 * scale / fan}.
 * The fans are those of the {@link ParameterSpec}; for a matrix with several gates, those of one
 * gate. Option: {@code gain} (default 1).
 */
abstract sealed class VarianceScaling implements InitializerProvider
    permits GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal {
  /** The divisor of the variance. */
  enum Fan {
    /** The fan-in: the number of inputs of one output. */
    IN,
    /** The mean of fan-in and fan-out. */
    AVERAGE
  }

  private final String name;
  private final String description;
  private final double scale;
  private final Fan fan;
  private final boolean uniform;

  VarianceScaling(String name, String description, double scale, Fan fan, boolean uniform) {
    this.name = name;
    this.description = description;
    this.scale = scale;
    this.fan = fan;
    this.uniform = uniform;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String description() {
    return description;
  }

  @Override
  public final Initializer create(OptionReader options) {
    double gain = options.positive("gain", 1);
    return (spec, values, offset, random) -> {
      double deviation = gain * Math.sqrt(scale / size(spec));
      if (uniform) {
        double limit = Math.sqrt(3) * deviation;
        Uniform.fill(spec, values, offset, random, -limit, limit);
      } else {
        Normal.fill(spec, values, offset, random, 0, deviation);
      }
    };
  }

  private double size(ParameterSpec spec) {
    double size =
        switch (fan) {
          case IN -> spec.fanIn();
          case AVERAGE -> 0.5 * ((double) spec.fanIn() + spec.fanOut());
        };
    if (size <= 0) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected fans of 1 or more for parameter '%s' but got fan-in %d and fan-out %d",
              name, spec.name(), spec.fanIn(), spec.fanOut()));
    }
    return size;
  }
}

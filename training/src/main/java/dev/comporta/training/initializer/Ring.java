package dev.comporta.training.initializer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;

/**
 * {@code ring}: complex numbers {@code exp(-exp(nu) + i exp(theta))} that are uniform on a ring in
 * the unit disk, as three equal blocks of the last axis: nu, theta, and the logarithm of {@code
 * sqrt(1 - |lambda|^2)}, which normalises a state with this decay. Options: {@code low} (default 0)
 * and {@code high} (default 1), the radii of the ring, and {@code phase}, the largest angle
 * (default 2 pi, 6.2832). Source: Orvieto et al. 2023, lemma 3.2 and section 3.4.
 */
public final class Ring implements InitializerProvider {
  private static final double LEAST = 1e-3;

  @Override
  public String name() {
    return "ring";
  }

  @Override
  public String description() {
    return "complex decays on a ring in the unit disk, with their normalisation (Orvieto et al. 2023)";
  }

  @Override
  public Initializer create(OptionReader options) {
    double low = options.real("low", 0, 0, 1);
    double high = options.real("high", 1, 0, 1);
    double phase = options.real("phase", 6.2832, LEAST, 6.2832);
    if (low > high) {
      throw new InvalidOptionException(
          formatted(
              "[ring] option 'high' expected a number of %s or more, the option 'low', but got %s",
              low, high));
    }
    Blocks blocks = new Blocks(options.name(), 3);
    return (spec, values, offset, random) -> {
      Blocks.Part part = blocks.part(spec);
      for (int row = 0; row < part.rows(); row++) {
        for (int unit = 0; unit < part.columns(); unit++) {
          long n = (long) row * part.columns() + unit;
          // Kept off 0 and 1, where the logarithms are infinite.
          double square =
              Math.clamp(
                  low * low + (high * high - low * low) * random.uniform(2 * n), 1e-6, 1 - 1e-6);
          double angle = phase * (random.uniform(2 * n + 1) + 0x1p-25);
          int at = offset + row * part.stride() + unit;
          values[at] = (float) StrictMath.log(-0.5 * StrictMath.log(square));
          values[at + part.columns()] = (float) StrictMath.log(angle);
          values[at + 2 * part.columns()] = (float) (0.5 * StrictMath.log1p(-square));
        }
      }
    };
  }
}

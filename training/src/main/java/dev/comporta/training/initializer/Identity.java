package dev.comporta.training.initializer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;
import java.util.Arrays;

/**
 * {@code identity}: the identity matrix in each block (ones on the main diagonal if a block is not
 * square), as for the recurrent kernel of an IRNN. Options: {@code gain} (default 1), {@code
 * blocks}, the number of blocks along the last axis, one per gate (default 1). Source: Le, Jaitly
 * and Hinton 2015.
 */
public final class Identity implements InitializerProvider {
  @Override
  public String name() {
    return "identity";
  }

  @Override
  public String description() {
    return "identity matrix, for the recurrent kernel of an IRNN (Le et al. 2015)";
  }

  @Override
  public Initializer create(OptionReader options) {
    float gain = (float) options.real("gain", 1, -Float.MAX_VALUE, Float.MAX_VALUE);
    Blocks blocks = Blocks.of(options, "blocks", 1);
    return (spec, values, offset, random) -> {
      Blocks.Part part = blocks.matrix(spec);
      Arrays.fill(values, offset, offset + spec.shape().count(), 0);
      for (int block = 0; block < blocks.count(); block++) {
        for (int i = 0; i < Math.min(part.rows(), part.columns()); i++) {
          values[offset + i * part.stride() + block * part.columns() + i] = gain;
        }
      }
    };
  }
}

package dev.comporta.training.initializer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;
import java.util.Arrays;

/**
 * {@code forget-bias}: a constant bias on the forget gate and zeros elsewhere, so that an untrained
 * cell keeps its state. Options: {@code gates}, the number of equal parts of the last axis (default
 * 4); {@code gate}, the index of the forget gate from 0 (default 1, as in an LSTM with gate order
 * i, f, g, o); {@code value} (default 1). Sources: Gers, Schmidhuber and Cummins 2000; Jozefowicz
 * et al. 2015.
 */
public final class ForgetBias implements InitializerProvider {
  @Override
  public String name() {
    return "forget-bias";
  }

  @Override
  public String description() {
    return "forget-gate bias of 1, zeros elsewhere (Gers et al. 2000)";
  }

  @Override
  public Initializer create(OptionReader options) {
    Blocks gates = Blocks.of(options, "gates", 4);
    int gate = options.size("gate", 0, Math.min(1, gates.count() - 1));
    float value = (float) options.real("value", 1, -Float.MAX_VALUE, Float.MAX_VALUE);
    if (gate >= gates.count()) {
      throw new InvalidOptionException(
          formatted(
              "[forget-bias] option 'gate' expected a number between 0 and %d but got %d",
              gates.count() - 1, gate));
    }
    return (spec, values, offset, random) -> {
      Blocks.Part part = gates.part(spec);
      Arrays.fill(values, offset, offset + spec.shape().count(), 0);
      for (int row = 0; row < part.rows(); row++) {
        int start = offset + row * part.stride() + gate * part.columns();
        Arrays.fill(values, start, start + part.columns(), value);
      }
    };
  }
}

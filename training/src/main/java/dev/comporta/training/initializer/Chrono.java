package dev.comporta.training.initializer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;
import java.util.Arrays;

/**
 * {@code chrono}: gate biases for dependencies of up to a known length. For each unit, u is drawn
 * uniformly between 1 and {@code longest - 1}; the bias of the forget gate is {@code log u} and
 * that of the input gate {@code -log u}; other gates get 0. Options: {@code longest}, the longest
 * dependency in timesteps (required, 2 or more); {@code gates}, the number of equal parts of the
 * last axis (default 4); {@code forget-gate} (default 1) and {@code input-gate} (default 0),
 * indices of gates from 0. Set {@code input-gate} to -1 for a cell without an input gate, such as a
 * GRU, whose update gate z keeps the state and serves as its forget gate. Source: Tallec and
 * Ollivier 2018, equation 16.
 */
public final class Chrono implements InitializerProvider {
  @Override
  public String name() {
    return "chrono";
  }

  @Override
  public String description() {
    return "gate biases for dependencies up to a given length (Tallec and Ollivier 2018)";
  }

  @Override
  public Initializer create(OptionReader options) {
    int longest = options.count("longest", 2);
    Blocks gates = Blocks.of(options, "gates", 4);
    int forget = gate(options, "forget-gate", 0, 1, gates);
    int input = gate(options, "input-gate", -1, 0, gates);
    if (forget == input) {
      throw new InvalidOptionException(
          formatted(
              "[chrono] expected two different gates but 'forget-gate' and 'input-gate' are both %d",
              forget));
    }
    return (spec, values, offset, random) -> {
      Blocks.Part part = gates.part(spec);
      Arrays.fill(values, offset, offset + spec.shape().count(), 0);
      for (int row = 0; row < part.rows(); row++) {
        int start = offset + row * part.stride();
        for (int unit = 0; unit < part.columns(); unit++) {
          double u = random.uniform((long) row * part.columns() + unit);
          float bias = (float) StrictMath.log(1 + (longest - 2) * u);
          values[start + forget * part.columns() + unit] = bias;
          if (input >= 0) {
            values[start + input * part.columns() + unit] = -bias;
          }
        }
      }
    };
  }

  private static int gate(
      OptionReader options, String option, int least, int otherwise, Blocks gates) {
    int gate = options.size(option, least, otherwise);
    if (gate >= gates.count()) {
      throw new InvalidOptionException(
          formatted(
              "[chrono] option '%s' expected a number between %d and %d but got %d",
              option, least, gates.count() - 1, gate));
    }
    return gate;
  }
}

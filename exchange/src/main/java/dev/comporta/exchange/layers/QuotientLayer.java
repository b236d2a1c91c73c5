package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * {@code quotient}: all features but the last one, divided by the last one: {@code [T, B, F + 1] ->
 * [T, B, F]}. With {@code pool-time} before it, it is the mean over the timesteps of a mask.
 *
 * @param outputSize F
 */
public record QuotientLayer(int outputSize) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = input.values();
    Tensor y = x.slice(-1, 0, outputSize).dividedBy(x.slice(-1, outputSize, outputSize + 1));
    return new Output(input.withValues(y), carry);
  }

  /** No options. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "quotient";
    }

    @Override
    public String description() {
      return "All features but the last one, divided by the last one";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      if (inputSize < 2) {
        throw new InvalidOptionException(
            formatted("[quotient] expected 2 features or more but got %d", inputSize));
      }
      return new QuotientLayer(inputSize - 1);
    }
  }
}

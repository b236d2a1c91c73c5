package dev.comporta.exchange.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import java.util.List;

/**
 * {@code function}: an activation function of another tool at every timestep.
 *
 * @param outputSize F
 * @param function the function
 */
public record FunctionLayer(int outputSize, Nonlinearity function) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    return new Output(input.withValues(function.apply(input.values())), carry);
  }

  /** Option: {@code function} (identity); see {@link Nonlinearity}. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "function";
    }

    @Override
    public String description() {
      return "An activation function of another tool, such as hard sigmoid, ELU or swish";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new FunctionLayer(
          Sizes.features(name(), inputSize),
          Nonlinearity.read(options, "function", Nonlinearity.IDENTITY));
    }
  }
}

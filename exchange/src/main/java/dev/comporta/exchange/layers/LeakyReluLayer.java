package dev.comporta.exchange.layers;

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
 * {@code leaky-relu}: {@code x} where positive, else {@code slope x}.
 *
 * @param outputSize F
 * @param slope the slope of the negative part
 */
public record LeakyReluLayer(int outputSize, float slope) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = input.values();
    return new Output(input.withValues(x.relu().minus(x.negate().relu().times(slope))), carry);
  }

  /** Option: {@code slope} (0.01). */
  public static final class Provider implements LayerProvider {
    private static final double MOST = 1e6;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "leaky-relu";
    }

    @Override
    public String description() {
      return "A rectifier whose negative part has a slope";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new LeakyReluLayer(
          Sizes.features(name(), inputSize), (float) options.real("slope", 0.01, -MOST, MOST));
    }
  }
}

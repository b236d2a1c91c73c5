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
 * {@code first}: the first timestep, {@code [T, B, F] -> [1, B, F]}, which is the last one that a
 * cell in reverse has computed.
 *
 * @param outputSize F
 */
public record FirstLayer(int outputSize) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    return new Output(
        Sequence.of(
            input.timesteps() == 0 ? input.values().sum(0) : input.values().slice(0, 0, 1),
            TimeMask.one(input)),
        carry);
  }

  /** No options. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "first";
    }

    @Override
    public String description() {
      return "The first timestep of each sequence";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new FirstLayer(Sizes.features(name(), inputSize));
    }
  }
}

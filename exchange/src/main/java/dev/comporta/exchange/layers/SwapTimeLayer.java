package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * {@code swap-time}: timesteps become features and features timesteps, {@code [T, B, F] -> [F, B,
 * T]}, for a fixed T.
 *
 * @param outputSize T
 * @param features F
 */
public record SwapTimeLayer(int outputSize, int features) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    if (input.timesteps() != outputSize || input.lengths() != null) {
      throw new ShapeException(
          formatted(
              "[swap-time] expected sequences of exactly %d timesteps without padding but got %d",
              outputSize, input.timesteps()));
    }
    int batch = input.batch();
    Tensor x = input.values();
    Tensor[] rows = new Tensor[features];
    for (int f = 0; f < features; f++) {
      rows[f] =
          x.slice(-1, f, f + 1)
              .reshape(outputSize, batch)
              .transpose()
              .reshape(1, batch, outputSize);
    }
    Tensor[] others = java.util.Arrays.copyOfRange(rows, 1, features);
    return new Output(Sequence.of(others.length == 0 ? rows[0] : rows[0].concat(0, others)), carry);
  }

  /** Option: {@code timesteps} (T, required). */
  public static final class Provider implements LayerProvider {
    private static final int MOST = 1 << 14;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "swap-time";
    }

    @Override
    public String description() {
      return "Timesteps become features and features timesteps";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new SwapTimeLayer(
          options.whole("timesteps", 1, MOST), Sizes.features(name(), inputSize));
    }
  }
}

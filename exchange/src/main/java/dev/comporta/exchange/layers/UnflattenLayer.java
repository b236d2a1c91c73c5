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
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * {@code unflatten}: one timestep cut into several, {@code [1, B, T F] -> [T, B, F]}: the inverse
 * of {@code flatten}.
 *
 * @param timesteps T
 * @param outputSize F
 */
public record UnflattenLayer(int timesteps, int outputSize) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    if (input.timesteps() != 1 || input.lengths() != null) {
      throw new ShapeException(
          formatted("[unflatten] expected one timestep but got %d", input.timesteps()));
    }
    Tensor x = input.values();
    Tensor[] others = new Tensor[timesteps - 1];
    for (int t = 1; t < timesteps; t++) {
      others[t - 1] = x.slice(-1, t * outputSize, (t + 1) * outputSize);
    }
    Tensor first = x.slice(-1, 0, outputSize);
    return new Output(Sequence.of(others.length == 0 ? first : first.concat(0, others)), carry);
  }

  /** Option: {@code timesteps} (T, required). */
  public static final class Provider implements LayerProvider {
    private static final int MOST = 1 << 14;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "unflatten";
    }

    @Override
    public String description() {
      return "One timestep cut into several";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int timesteps = options.whole("timesteps", 1, MOST);
      if (Sizes.features(name(), inputSize) % timesteps != 0) {
        throw new InvalidOptionException(
            formatted(
                "[unflatten] expected features that can be divided into %d timesteps but got %d",
                timesteps, inputSize));
      }
      return new UnflattenLayer(timesteps, inputSize / timesteps);
    }
  }
}

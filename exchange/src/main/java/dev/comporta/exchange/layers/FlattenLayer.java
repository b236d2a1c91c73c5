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
 * {@code flatten}: the features of all timesteps side by side, {@code [T, B, F] -> [1, B, T F]},
 * for a fixed T.
 *
 * @param timesteps T
 * @param size F
 */
public record FlattenLayer(int timesteps, int size) implements Layer {
  @Override
  public int outputSize() {
    return timesteps * size;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    if (input.timesteps() != timesteps || input.lengths() != null) {
      throw new ShapeException(
          formatted(
              "[flatten] expected sequences of exactly %d timesteps but got %d timesteps%s",
              timesteps, input.timesteps(), input.lengths() == null ? "" : " with padding"));
    }
    Tensor x = input.values(); // [T, B, F]
    Tensor[] others = new Tensor[timesteps - 1];
    for (int t = 1; t < timesteps; t++) {
      others[t - 1] = x.slice(0, t, t + 1);
    }
    Tensor first = x.slice(0, 0, 1); // [1, B, F]
    return new Output(Sequence.of(others.length == 0 ? first : first.concat(-1, others)), carry);
  }

  /** Option: {@code timesteps} (T, required). */
  public static final class Provider implements LayerProvider {
    private static final int MOST = 1 << 14;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "flatten";
    }

    @Override
    public String description() {
      return "The features of a fixed number of timesteps side by side, as one timestep";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int timesteps = options.whole("timesteps", 1, MOST);
      Sizes.bounded(name(), (long) timesteps * Sizes.features(name(), inputSize));
      return new FlattenLayer(timesteps, inputSize);
    }
  }
}

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
 * {@code part}: some of the features, {@code [T, B, F] -> [T, B, to - from]}, and optionally only
 * the first timesteps. It takes apart what a model with several inputs reads side by side.
 *
 * @param from the first feature
 * @param to the feature after the last one
 * @param timesteps how many timesteps are kept; 0 for all
 */
public record PartLayer(int from, int to, int timesteps) implements Layer {
  @Override
  public int outputSize() {
    return to - from;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor y = input.values().slice(-1, from, to);
    if (timesteps == 0) {
      return new Output(input.withValues(y), carry);
    }
    if (input.timesteps() < timesteps || input.lengths() != null) {
      throw new ShapeException(
          formatted(
              "[part] expected sequences of %d timesteps or more without padding but got %d",
              timesteps, input.timesteps()));
    }
    return new Output(Sequence.of(y.slice(0, 0, timesteps)), carry);
  }

  /** Options: {@code from}, {@code to}, required; {@code timesteps}, all by default. */
  public static final class Provider implements LayerProvider {
    private static final int MOST = 1 << 20;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "part";
    }

    @Override
    public String description() {
      return "Some of the features, for models that read several inputs side by side";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int size = Sizes.features(name(), inputSize);
      int from = options.whole("from", 0, size - 1);
      int to = options.whole("to", 1, size);
      if (to <= from) {
        throw new InvalidOptionException(
            formatted("[part] expected 'to' above %d but got %d", from, to));
      }
      return new PartLayer(
          from, to, options.given("timesteps") ? options.whole("timesteps", 1, MOST) : 0);
    }
  }
}

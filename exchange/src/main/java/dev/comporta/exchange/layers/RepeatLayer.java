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
import java.util.Arrays;
import java.util.List;

/**
 * {@code repeat}: one timestep, repeated: {@code [1, B, F] -> [n, B, F]}.
 *
 * @param outputSize F
 * @param times n
 */
public record RepeatLayer(int outputSize, int times) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    if (input.timesteps() != 1 || input.lengths() != null) {
      throw new ShapeException(
          formatted(
              "[repeat] expected one timestep but got %d; put a layer that returns only the last timestep before it",
              input.timesteps()));
    }
    Tensor x = input.values();
    Tensor[] others = new Tensor[times - 1];
    Arrays.fill(others, x);
    return new Output(Sequence.of(others.length == 0 ? x : x.concat(0, others)), carry);
  }

  /** Option: {@code times} (n, required). */
  public static final class Provider implements LayerProvider {
    private static final int MOST = 1 << 14;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "repeat";
    }

    @Override
    public String description() {
      return "One timestep, repeated a fixed number of times";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new RepeatLayer(Sizes.features(name(), inputSize), options.whole("times", 1, MOST));
    }
  }
}

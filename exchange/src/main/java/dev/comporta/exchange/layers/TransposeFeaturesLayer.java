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
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * {@code transpose-features}: the features of a timestep, read as a matrix row by row, column by
 * column, {@code [T, B, R C] -> [T, B, C R]}. It turns pictures that are stored pixel by pixel into
 * such that are stored channel by channel, and back.
 *
 * @param rows R
 * @param columns C
 */
public record TransposeFeaturesLayer(int rows, int columns) implements Layer {
  @Override
  public int outputSize() {
    return rows * columns;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    int size = outputSize();
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i % rows * columns + i / rows;
    }
    Tensor y = input.values().gatherColumns(new Ids(rows, columns, order));
    return new Output(input.withValues(y), carry);
  }

  /** Option: {@code rows} (R, required). */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "transpose-features";
    }

    @Override
    public String description() {
      return "The features of a timestep as a matrix, transposed";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int size = Sizes.features(name(), inputSize);
      int rows = options.whole("rows", 1, size);
      if (size % rows != 0) {
        throw new InvalidOptionException(
            formatted(
                "[transpose-features] expected features that can be divided into %d rows but got %d",
                rows, size));
      }
      return new TransposeFeaturesLayer(rows, size / rows);
    }
  }
}

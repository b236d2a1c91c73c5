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
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * {@code lookup}: an embedding of ids that are a feature, for models that read ids next to other
 * inputs: {@code [T, B, 1] -> [T, B, E]}. An id that is not in the table gives zeros. Parameter:
 * {@code table} {@code [V, E]}.
 *
 * <pre>
 * y = one_hot(id) table
 * </pre>
 *
 * @param vocabulary V
 * @param outputSize E
 */
public record LookupLayer(int vocabulary, int outputSize) implements Layer {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.matrix("table", vocabulary, outputSize));
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor id = input.values(); // [T, B, 1]
    Tensor distance = id.minus(numbers(id, vocabulary)).abs(); // [T, B, V]
    Tensor hot = distance.negate().plus(1).relu().stopGradient(); // 1 where they are equal, else 0
    return new Output(input.withValues(hot.matmul(context.parameter("table"))), carry);
  }

  /** 0, 1, ..., count - 1 as {@code [1, 1, count]}. */
  private static Tensor numbers(Tensor engine, int count) {
    Tensor row = engine.constant(Shape.of(1, 1, 1), 0);
    int size = 1;
    while (size < count) {
      row = row.concat(-1, row.plus(size));
      size *= 2;
    }
    return size == count ? row : row.slice(-1, 0, count);
  }

  /** Options: {@code vocabulary} (V, at most 2^20) and {@code size} (E), required. */
  public static final class Provider implements LayerProvider {
    private static final int MOST = 1 << 20;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "lookup";
    }

    @Override
    public String description() {
      return "An embedding of ids that are a feature next to others";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      if (inputSize != 1) {
        throw new InvalidOptionException(
            formatted("[lookup] expected one feature, the id, but got %d", inputSize));
      }
      return new LookupLayer(options.whole("vocabulary", 1, MOST), options.size("size", 1));
    }
  }
}

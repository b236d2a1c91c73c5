package dev.comporta.onnx.export;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The context of a layer of a decoder that is called on symbols.
 *
 * @param layer the beginning of the names of its parameters
 * @param memories what the layer reads, by name
 * @param beginning 1 for a row that starts; null in the encoder
 * @param mask 1 where the source has a position; null without positions
 */
record SymbolContext(
    SymbolGraph symbols,
    Parameters parameters,
    String layer,
    Map<String, Memory> memories,
    @Nullable Tensor beginning,
    @Nullable Tensor mask)
    implements LayerContext {
  @Override
  public Tensor parameter(String name) {
    return symbols.parameter(parameters, layer + name);
  }

  @Override
  public boolean training() {
    return false;
  }

  @Override
  public Tensor dropoutMask(String name, float rate, Shape shape) {
    return symbols.constant(shape, 1);
  }

  @Override
  public Layer.Output unroll(
      Cell cell, String prefix, Sequence input, CellState initial, boolean reverse) {
    return unroll(cell, prefix, input, initial, reverse, Map.of());
  }

  /**
   * Runs one timestep. Of more timesteps only the shape of the result is known, which is enough to
   * see what a layer does with them.
   */
  @Override
  public Layer.Output unroll(
      Cell cell,
      String prefix,
      Sequence input,
      CellState initial,
      boolean reverse,
      Map<String, Memory> read) {
    if (reverse) {
      throw symbols.refuse("a cell that runs from the last timestep to the first");
    }
    int batch = input.batch();
    if (input.timesteps() != 1) {
      Tensor some = symbols.value("some", input.timesteps(), batch, cell.outputSize());
      return new Layer.Output(input.withValues(some), initial);
    }
    Tensor x = input.values().reshape(batch, input.values().shape().columns());
    Cell.Step step =
        cell.step(
            x,
            initial,
            new SymbolStep(symbols, name -> parameter(prefix + name), batch, read, mask));
    Tensor y = step.output().reshape(1, batch, cell.outputSize());
    return new Layer.Output(input.withValues(y), step.state());
  }
}

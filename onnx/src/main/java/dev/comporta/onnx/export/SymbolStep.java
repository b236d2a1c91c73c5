package dev.comporta.onnx.export;

import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The context of a cell's step that is called on symbols, outside training.
 *
 * @param parameters the cell's parameters by name
 * @param batch the number that stands for the number of rows
 * @param memories what the cell reads, by name
 * @param mask 1 where a memory has a position; null without positions
 */
record SymbolStep(
    SymbolGraph symbols,
    Function<String, Tensor> parameters,
    int batch,
    Map<String, Memory> memories,
    @Nullable Tensor mask)
    implements StepContext {
  @Override
  public Tensor parameter(String name) {
    return parameters.apply(name);
  }

  @Override
  public Tensor memory(String name) {
    Memory memory = memories.get(name);
    if (memory == null) {
      throw symbols.refuse("a cell that reads the unknown memory " + name);
    }
    return memory.values();
  }

  @Override
  public @Nullable Tensor memoryMask(String name) {
    return memory(name).shape().rank() == 3 ? mask : null;
  }

  @Override
  public boolean training() {
    return false;
  }

  @Override
  public Tensor dropoutMask(String name, float rate, int size) {
    return symbols.constant(Shape.of(batch, size), 1);
  }

  @Override
  public Tensor sequenceDropoutMask(String name, float rate, int size) {
    return symbols.constant(Shape.of(batch, size), 1);
  }

  @Override
  public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
    return symbols.constant(shape, 1);
  }

  @Override
  public Tensor observe(String name, Tensor value) {
    return value;
  }
}

package dev.comporta.cells;

import dev.comporta.api.cell.StepContext;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The context of a cell nested in another cell: resolves the inner cell's names by adding a prefix.
 *
 * @param outer the context of the outer cell
 * @param prefix the prefix of the inner cell's names
 */
@API(status = API.Status.EXPERIMENTAL)
public record InnerContext(StepContext outer, String prefix) implements StepContext {
  @Override
  public Tensor parameter(String name) {
    return outer.parameter(prefix + name);
  }

  @Override
  public Tensor memory(String name) {
    return outer.memory(name);
  }

  @Override
  public @Nullable Tensor memoryMask(String name) {
    return outer.memoryMask(name);
  }

  @Override
  public boolean training() {
    return outer.training();
  }

  @Override
  public Tensor dropoutMask(String name, float rate, int size) {
    return outer.dropoutMask(prefix + name, rate, size);
  }

  @Override
  public Tensor sequenceDropoutMask(String name, float rate, int size) {
    return outer.sequenceDropoutMask(prefix + name, rate, size);
  }

  @Override
  public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
    return outer.parameterDropoutMask(prefix + name, rate, shape);
  }

  @Override
  public Tensor observe(String name, Tensor value) {
    return outer.observe(name, value);
  }
}

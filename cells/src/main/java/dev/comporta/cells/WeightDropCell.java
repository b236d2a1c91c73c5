package dev.comporta.cells;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A wrapper that applies weight drop in training: DropConnect on the recurrent kernels (Merity et
 * al. 2018, <i>Regularizing and Optimizing LSTM Language Models</i>, section 3). Every kernel U is
 * replaced by
 *
 * <pre>
 * U_dropped = m * U,   m = 0 with probability rate, else 1 / (1 - rate), element-wise
 * </pre>
 *
 * <p>One mask m is sampled per chunk and used for all its rows and timesteps, so that it costs one
 * product before the loop. Parameters, state and sizes are those of the wrapped cell.
 *
 * @param cell the wrapped cell
 * @param kernels the shapes of the masked parameters, by name
 * @param rate the probability of dropping an element
 */
@API(status = API.Status.EXPERIMENTAL)
public record WeightDropCell(Cell cell, Map<String, Shape> kernels, float rate)
    implements CellWrapper {
  /** Copies the map. */
  public WeightDropCell {
    kernels = Map.copyOf(kernels);
  }

  /**
   * Applies weight drop to a cell's recurrent kernels: its matrices whose names start with {@code
   * U}.
   *
   * @param cell the cell
   * @param rate the probability of dropping an element, 0 to 0.99
   * @return the cell with weight drop
   * @throws InvalidOptionException if the cell has no recurrent kernel
   */
  public static WeightDropCell of(Cell cell, float rate) {
    Map<String, Shape> kernels = new LinkedHashMap<>();
    for (ParameterSpec spec : cell.parameters()) {
      if (spec.name().startsWith("U") && spec.shape().rank() == 2) {
        kernels.put(spec.name(), spec.shape());
      }
    }
    if (kernels.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "[weight-drop] expected a cell with recurrent kernels, matrices named U.., but it has %s",
              cell.parameters().stream().map(ParameterSpec::name).toList()));
    }
    return new WeightDropCell(cell, kernels, rate);
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    return cell.step(x, state, new Dropping(context, kernels, rate));
  }

  /** The step context of the wrapped cell, with masked kernels. */
  private record Dropping(StepContext outer, Map<String, Shape> kernels, float rate)
      implements StepContext {
    @Override
    public Tensor parameter(String name) {
      Tensor whole = outer.parameter(name);
      Shape shape = kernels.get(name);
      return shape == null
          ? whole
          : whole.times(outer.parameterDropoutMask("weight-drop." + name, rate, shape));
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
      return outer.dropoutMask(name, rate, size);
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      return outer.sequenceDropoutMask(name, rate, size);
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      return outer.parameterDropoutMask(name, rate, shape);
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      return outer.observe(name, value);
    }
  }
}

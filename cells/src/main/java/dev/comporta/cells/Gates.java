package dev.comporta.cells;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * The gates of a cell in the order in which they are packed along the last axis of its kernels.
 *
 * @param order the gates, in packing order
 * @param size the number of columns per gate, usually H
 * @param <G> the enum of the cell's gates
 */
@API(status = API.Status.EXPERIMENTAL)
public record Gates<G extends Enum<G>>(List<G> order, int size) {
  /** Copies the list. */
  public Gates {
    order = List.copyOf(order);
  }

  /**
   * All gates of an enum in the order of their declaration.
   *
   * @param gates the enum
   * @param size the number of columns per gate, usually H
   * @param <G> the enum of the cell's gates
   * @return the gates
   */
  public static <G extends Enum<G>> Gates<G> all(Class<G> gates, int size) {
    return new Gates<>(List.copyOf(EnumSet.allOf(gates)), size);
  }

  /**
   * The total number of columns.
   *
   * @return the number of gates times the columns of each
   */
  public int columns() {
    return order.size() * size;
  }

  /**
   * Whether a gate is among them.
   *
   * @param gate the gate
   * @return true if it has columns
   */
  public boolean has(G gate) {
    return order.contains(gate);
  }

  /**
   * Extracts the columns of one gate.
   *
   * @param packed {@code [.., n H]}
   * @param gate the gate
   * @return {@code [.., H]}
   * @throws ShapeException if the gate is not among them
   */
  public Tensor part(Tensor packed, G gate) {
    int index = order.indexOf(gate);
    if (index < 0) {
      throw new ShapeException(
          formatted("[gates] expected one of the gates %s but got %s", order, gate));
    }
    return packed.slice(-1, index * size, (index + 1) * size);
  }

  /**
   * Makes the values of all gates available under their names in lower case.
   *
   * @param context of the step
   * @param values one for each gate, in their order
   */
  public void observe(StepContext context, Tensor... values) {
    if (values.length != order.size()) {
      throw new ShapeException(
          formatted(
              "[gates] expected %d values, one for each of %s, but got %d",
              order.size(), order, values.length));
    }
    for (int i = 0; i < values.length; i++) {
      context.observe(order.get(i).name().toLowerCase(Locale.ROOT), values[i]);
    }
  }

  /**
   * An input kernel with Glorot uniform initialisation, scaled for one gate.
   *
   * @param name its name
   * @param inputs its rows
   * @return {@code [inputs, n H]}
   */
  public ParameterSpec inputKernel(String name, int inputs) {
    return ParameterSpec.matrix(name, inputs, columns()).withFans(inputs, size);
  }

  /**
   * A recurrent kernel; the block of each gate is initialised to an orthogonal matrix.
   *
   * @param name its name
   * @param inputs its rows
   * @return {@code [inputs, n H]}
   */
  public ParameterSpec recurrentKernel(String name, int inputs) {
    return inputKernel(name, inputs)
        .initializedBy(Spec.of("orthogonal").with("blocks", order.size()));
  }

  /**
   * A bias of zeros.
   *
   * @param name its name
   * @return {@code [n H]}
   */
  public ParameterSpec bias(String name) {
    return ParameterSpec.bias(name, columns());
  }

  /**
   * A bias of zeros, except for one gate.
   *
   * @param name its name
   * @param gate the gate
   * @param value the initial bias of this gate
   * @return {@code [n H]}
   */
  public ParameterSpec bias(String name, G gate, double value) {
    return bias(name)
        .initializedBy(
            Spec.of("forget-bias")
                .with("gates", order.size())
                .with("gate", order.indexOf(gate))
                .with("value", value));
  }
}

package dev.comporta.cells;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;

/**
 * The gates of a cell in the order in which its kernels hold them side by side along the last axis.
 *
 * @param order the gates that the cell has
 * @param size the columns of one gate, usually H
 * @param <G> the cell's gates
 */
record Gates<G extends Enum<G>>(List<G> order, int size) {
  static <G extends Enum<G>> Gates<G> all(Class<G> gates, int size) {
    return new Gates<>(List.copyOf(EnumSet.allOf(gates)), size);
  }

  /** The columns of all gates together. */
  int columns() {
    return order.size() * size;
  }

  boolean has(G gate) {
    return order.contains(gate);
  }

  /** The part of one gate: {@code [.., n H] -> [.., H]}. */
  Tensor part(Tensor packed, G gate) {
    int from = order.indexOf(gate) * size;
    return packed.slice(-1, from, from + size);
  }

  /**
   * A kernel {@code [inputs, n H]} for what comes from outside; Glorot's range is that of one gate.
   */
  ParameterSpec inputKernel(String name, int inputs) {
    return ParameterSpec.matrix(name, inputs, columns()).withFans(inputs, size);
  }

  /** A kernel {@code [inputs, n H]} for what comes from the state; each gate starts orthogonal. */
  ParameterSpec recurrentKernel(String name, int inputs) {
    return inputKernel(name, inputs)
        .initializedBy(Spec.of("orthogonal").with("blocks", order.size()));
  }

  /** A bias {@code [n H]} of zeros. */
  ParameterSpec bias(String name) {
    return ParameterSpec.bias(name, columns());
  }

  /** A bias {@code [n H]} of zeros, except that one gate starts at a value. */
  ParameterSpec bias(String name, G gate, double value) {
    return bias(name)
        .initializedBy(
            Spec.of("forget-bias")
                .with("gates", order.size())
                .with("gate", order.indexOf(gate))
                .with("value", value));
  }
}

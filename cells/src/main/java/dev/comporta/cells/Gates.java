package dev.comporta.cells;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;

/**
 * The gates of a cell in the order in which they are packed along the last axis of its kernels.
 *
 * @param order the gates, in packing order
 * @param size the number of columns per gate, usually H
 * @param <G> the enum of the cell's gates
 */
record Gates<G extends Enum<G>>(List<G> order, int size) {
  static <G extends Enum<G>> Gates<G> all(Class<G> gates, int size) {
    return new Gates<>(List.copyOf(EnumSet.allOf(gates)), size);
  }

  /** The total number of columns. */
  int columns() {
    return order.size() * size;
  }

  boolean has(G gate) {
    return order.contains(gate);
  }

  /** Extracts the columns of one gate: {@code [.., n H] -> [.., H]}. */
  Tensor part(Tensor packed, G gate) {
    int from = order.indexOf(gate) * size;
    return packed.slice(-1, from, from + size);
  }

  /**
   * An input kernel {@code [inputs, n H]} with Glorot uniform initialisation, scaled for one gate.
   */
  ParameterSpec inputKernel(String name, int inputs) {
    return ParameterSpec.matrix(name, inputs, columns()).withFans(inputs, size);
  }

  /**
   * A recurrent kernel {@code [inputs, n H]}; the block of each gate is initialised to an
   * orthogonal matrix.
   */
  ParameterSpec recurrentKernel(String name, int inputs) {
    return inputKernel(name, inputs)
        .initializedBy(Spec.of("orthogonal").with("blocks", order.size()));
  }

  /** A bias {@code [n H]} of zeros. */
  ParameterSpec bias(String name) {
    return ParameterSpec.bias(name, columns());
  }

  /** A bias {@code [n H]} of zeros, except for one gate with the given initial value. */
  ParameterSpec bias(String name, G gate, double value) {
    return bias(name)
        .initializedBy(
            Spec.of("forget-bias")
                .with("gates", order.size())
                .with("gate", order.indexOf(gate))
                .with("value", value));
  }
}

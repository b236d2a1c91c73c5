package dev.comporta.cells.plan.trace;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.program.MemorySpec;
import dev.comporta.cells.plan.program.Sizes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Marks the positions of memories in the shapes of a trace: each axis of positions is traced with a
 * size that occurs nowhere else in the cell, so that it can be distinguished from features and
 * replaced by the actual size later.
 */
public final class Positions {
  /**
   * The candidate sizes: primes, and small because traced shapes have a limited number of elements.
   */
  private static final int[] PRIMES = {13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59};

  /** No memories. */
  public static final Positions NONE = new Positions(List.of());

  private final List<Integer> sizes;

  private Positions(List<Integer> sizes) {
    this.sizes = List.copyOf(sizes);
  }

  /** Chooses sizes that the cell does not use; another variant has different sizes. */
  static Positions of(Cell cell, List<MemorySpec> memories, int variant) {
    int axes = 0;
    Set<Integer> taken = new HashSet<>(List.of(cell.inputSize(), cell.outputSize()));
    for (MemorySpec memory : memories) {
      axes = Math.max(axes, memory.axis() + 1);
      taken.add(memory.size());
    }
    for (StateSpec part : cell.state()) {
      taken.add(part.size());
    }
    for (ParameterSpec parameter : cell.parameters()) {
      for (int i = 0; i < parameter.shape().rank(); i++) {
        taken.add(parameter.shape().size(i));
      }
    }
    List<Integer> sizes = new ArrayList<>();
    int skip = variant * axes;
    for (int prime : PRIMES) {
      if (!taken.contains(prime) && skip-- <= 0 && sizes.size() < axes) {
        sizes.add(prime);
      }
    }
    if (sizes.size() < axes) {
      throw new UntraceableException(
          formatted(
              "the step reads memories of %d different lengths, more than plans cover", axes));
    }
    return new Positions(sizes);
  }

  /** The number of axes of positions. */
  public int axes() {
    return sizes.size();
  }

  /** The traced size of an axis. */
  int size(int axis) {
    return sizes.get(axis);
  }

  /** The axis of positions of a value, or -1. */
  public int axis(Node node) {
    int found = -1;
    Shape shape = node.shape();
    for (int i = node.batched() ? 1 : 0; i < shape.rank(); i++) {
      int axis = sizes.indexOf(shape.size(i));
      if (axis >= 0 && found >= 0) {
        throw new UntraceableException(
            formatted(
                "the step computes %s of shape %s, which combines positions with positions",
                node.name(), shape));
      }
      found = Math.max(found, axis);
    }
    return found;
  }

  /** Whether a value has positions. */
  public boolean in(Node node) {
    return !sizes.isEmpty() && axis(node) >= 0;
  }

  /** The number of features per position, or of the row. */
  public int columns(Node node) {
    int axis = axis(node);
    if (axis < 0) {
      return node.width();
    }
    Shape shape = node.shape();
    int at = 0;
    while (shape.size(at) != sizes.get(axis)) {
      at++;
    }
    int before = 1;
    for (int i = 1; i < at; i++) {
      before *= shape.size(i);
    }
    if (!node.batched() || before != 1) {
      throw new UntraceableException(
          formatted(
              "the step computes %s of shape %s; plans support [batch, positions, columns]",
              node.name(), shape));
    }
    return node.width() / sizes.get(axis);
  }

  /** Whether the positions are the last axis, along which a softmax runs. */
  public boolean last(Node node) {
    int axis = axis(node);
    return axis >= 0 && node.shape().columns() == sizes.get(axis);
  }

  /** The sizes of a shape, with axes of positions marked. */
  List<Integer> marked(Shape shape) {
    List<Integer> marked = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      int axis = sizes.indexOf(shape.size(i));
      marked.add(axis >= 0 ? -1 - axis : shape.size(i));
    }
    return marked;
  }

  /** A key that is equal for operations that differ only in the number of positions. */
  Object marked(Op op) {
    return switch (op) {
      case Op.SumTo sum -> List.of(op.label(), marked(sum.target()));
      case Op.BroadcastTo broadcast -> List.of(op.label(), marked(broadcast.target()));
      case Op.Reshape reshape -> List.of(op.label(), marked(reshape.target()));
      default -> op;
    };
  }

  /** The sizes of a value in a run: rows and positions instead of the sizes of the trace. */
  Sizes sizes(Shape shape) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      int axis = sizes.indexOf(shape.size(i));
      boolean rows = i == 0 && shape.size(0) == Trace.BATCH;
      axes.add(axis >= 0 ? axis : rows ? Sizes.ROWS : Sizes.FIXED);
    }
    return new Sizes(shape, List.copyOf(axes));
  }
}

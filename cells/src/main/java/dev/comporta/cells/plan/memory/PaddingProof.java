package dev.comporta.cells.plan.memory;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.cells.plan.memory.MemoryProgram.Slot;
import dev.comporta.cells.plan.trace.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Proves that padding does not affect the results of memory programs, so that each row can be
 * computed over its own positions only: all values that are summed over positions are zero at
 * padding, and softmaxes receive the smallest number there.
 */
final class PaddingProof {
  /** The contents of a value at padding. */
  private enum AtPadding {
    ZERO,
    LEAST,
    ANYTHING
  }

  private final Map<Node, AtPadding> stored = new HashMap<>();
  private final Map<Integer, AtPadding> slots = new HashMap<>();
  private boolean holds = true;

  private PaddingProof() {}

  /**
   * Searches for a proof.
   *
   * @param programs the programs, each after those whose values it recalls
   * @param observed the observed values
   * @return whether the proof succeeds
   */
  static boolean holds(List<MemoryProgram> programs, Set<Node> observed) {
    PaddingProof proof = new PaddingProof();
    programs.forEach(program -> proof.check(program, observed));
    return proof.holds;
  }

  private void check(MemoryProgram program, Set<Node> observed) {
    slots.clear();
    for (MemoryProgram.Input input : program.inputs()) {
      slots.put(
          input.slot().id(),
          switch (input) {
            case MemoryProgram.Fixed it -> number(it.value());
            case MemoryProgram.Remembered it -> mask(it.node());
            // Initially zero, and remains zero if each step preserves that. Cotangents are
            // arbitrary.
            case MemoryProgram.Past it -> zeroIf(it.leaf().leaf() == Node.Leaf.STATE);
            case MemoryProgram.Recalled it -> stored.getOrDefault(it.node(), AtPadding.ANYTHING);
            case MemoryProgram.PlaneRow _, MemoryProgram.Shared _ -> AtPadding.ANYTHING;
          });
    }
    for (MemoryOperation operation : program.operations()) {
      AtPadding before = slots.get(operation.y().id());
      AtPadding after = after(operation);
      slots.put(operation.y().id(), before == null || before == after ? after : AtPadding.ANYTHING);
    }
    for (MemoryProgram.Stored it : program.stored()) {
      stored.put(it.node(), at(it.slot()));
      require(!observed.contains(it.node()) || isZero(it.slot()));
    }
    for (MemoryProgram.Kept it : program.kept()) {
      require(it.leaf().leaf() != Node.Leaf.STATE || isZero(it.slot()));
    }
    for (MemoryProgram.Sink sink : program.sinks()) {
      require(
          switch (sink) {
            case MemoryProgram.MemorySink it -> isZero(it.x());
            case MemoryProgram.OuterSink it -> isZero(it.weights());
            case MemoryProgram.ColumnSink it -> isZero(it.x());
            case MemoryProgram.WeightedSink it -> isZero(it.weights()) || isZero(it.x());
          });
    }
  }

  private void require(boolean condition) {
    holds &= condition;
  }

  private static AtPadding number(float value) {
    if (value == 0) {
      return AtPadding.ZERO;
    }
    return value == -Float.MAX_VALUE ? AtPadding.LEAST : AtPadding.ANYTHING;
  }

  private static AtPadding mask(Node node) {
    if (node.op() instanceof Op.Reshape) {
      return mask(node.operands().getFirst());
    }
    return node.leaf() == Node.Leaf.MEMORY_MASK ? AtPadding.ZERO : AtPadding.ANYTHING;
  }

  private AtPadding at(Slot slot) {
    return slots.getOrDefault(slot.id(), AtPadding.ANYTHING);
  }

  private boolean isZero(Slot slot) {
    return at(slot) == AtPadding.ZERO;
  }

  private static AtPadding zeroIf(boolean zero) {
    return zero ? AtPadding.ZERO : AtPadding.ANYTHING;
  }

  private AtPadding after(MemoryOperation operation) {
    return switch (operation) {
      case MemoryOperation.Unary it -> zeroIf(isZero(it.x()) && keepsZero(it.function()));
      case MemoryOperation.Affine it -> zeroIf(isZero(it.x()) && it.shift() == 0);
      case MemoryOperation.Binary it -> binary(it);
      case MemoryOperation.Select it -> {
        if (isZero(it.condition()) && it.condition().axis() >= 0) {
          yield at(it.b());
        }
        yield zeroIf(isZero(it.a()) && isZero(it.b()));
      }
      case MemoryOperation.Repeat it -> at(it.x());
      case MemoryOperation.Shift it -> {
        require(it.offset() <= 0 || isZero(it.x()));
        yield zeroIf(it.offset() >= 0 && isZero(it.x()));
      }
      case MemoryOperation.Columns it -> zeroIf(isZero(it.x()));
      case MemoryOperation.Reduce it -> {
        require(it.x().axis() < 0 || it.y().axis() >= 0 || mayBeReduced(it));
        yield zeroIf(isZero(it.x()));
      }
      case MemoryOperation.Softmax it -> {
        require(!it.overPositions() || at(it.x()) == AtPadding.LEAST);
        yield zeroIf(it.overPositions() && !it.logarithm());
      }
      case MemoryOperation.RowProducts it -> zeroIf(isZero(it.x()));
      case MemoryOperation.WeightedRows it -> {
        require(isZero(it.weights()) || isZero(it.x()));
        yield AtPadding.ANYTHING;
      }
    };
  }

  private boolean mayBeReduced(MemoryOperation.Reduce it) {
    return it.reduction() == MemoryOperation.Reduction.MAXIMUM_ALL
        ? at(it.x()) == AtPadding.LEAST
        : isZero(it.x());
  }

  private AtPadding binary(MemoryOperation.Binary it) {
    boolean a = isZero(it.a());
    boolean b = isZero(it.b());
    return zeroIf(
        switch (it.function()) {
          case MULTIPLY -> a || b;
          case DIVIDE -> a && it.b().axis() < 0;
          case TANH_GRADIENT, SIGMOID_GRADIENT, RELU_GRADIENT -> b;
          case ADD, SUBTRACT, MAXIMUM, MINIMUM, GREATER -> a && b;
        });
  }

  private static boolean keepsZero(UnaryFunction function) {
    return switch (function) {
      case NEGATE, ABS, SQUARE, SQRT, RELU, TANH, SIN, FLOOR, STEP, SIGN -> true;
      case RECIPROCAL, EXP, LOG, SIGMOID, SOFTPLUS, COS -> false;
    };
  }
}

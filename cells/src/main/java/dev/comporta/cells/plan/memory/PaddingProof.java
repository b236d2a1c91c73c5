package dev.comporta.cells.plan.memory;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.cells.plan.memory.MemoryProgram.Slot;
import dev.comporta.cells.plan.program.RowFunction;
import dev.comporta.cells.plan.program.Value;
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

  private final Map<Integer, AtPadding> stored = new HashMap<>();
  private final Map<Integer, AtPadding> slots = new HashMap<>();
  private boolean holds = true;

  private PaddingProof() {}

  /**
   * Searches for a proof.
   *
   * @param programs the programs, each after those whose values it recalls
   * @param observed the numbers of the stored values that are observed
   * @return whether the proof succeeds
   */
  static boolean holds(List<MemoryProgram> programs, Set<Integer> observed) {
    PaddingProof proof = new PaddingProof();
    programs.forEach(program -> proof.check(program, observed));
    return proof.holds;
  }

  private void check(MemoryProgram program, Set<Integer> observed) {
    slots.clear();
    for (MemoryProgram.Input input : program.inputs()) {
      slots.put(
          input.slot().id(),
          switch (input) {
            case MemoryProgram.Fixed it -> number(it.value());
            case MemoryProgram.Remembered it -> mask(it.value());
            // Initially zero, and remains zero if each step preserves that. Cotangents are
            // arbitrary.
            case MemoryProgram.Past it -> zeroIf(!it.cotangent());
            case MemoryProgram.Recalled it -> stored.getOrDefault(it.number(), AtPadding.ANYTHING);
            case MemoryProgram.PlaneRow _, MemoryProgram.Shared _ -> AtPadding.ANYTHING;
          });
    }
    for (MemoryOperation operation : program.operations()) {
      AtPadding before = slots.get(operation.y().id());
      AtPadding after = after(operation);
      slots.put(operation.y().id(), before == null || before == after ? after : AtPadding.ANYTHING);
    }
    for (MemoryProgram.Stored it : program.stored()) {
      stored.put(it.number(), at(it.slot()));
      require(!observed.contains(it.number()) || isZero(it.slot()));
    }
    for (MemoryProgram.Kept it : program.kept()) {
      require(it.cotangent() || isZero(it.slot()));
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

  private static AtPadding mask(Value value) {
    if (value.source() instanceof Value.Operation operation
        && operation.op() instanceof Op.Reshape) {
      return mask(operation.operands().getFirst());
    }
    return zeroIf(value.source() instanceof Value.MemoryMask);
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
      case MemoryOperation.Row it -> row(it);
      case MemoryOperation.SumPositions it -> {
        require(isZero(it.x()));
        yield AtPadding.ANYTHING;
      }
      case MemoryOperation.RowProducts it -> zeroIf(isZero(it.x()));
      case MemoryOperation.WeightedRows it -> {
        require(isZero(it.weights()) || isZero(it.x()));
        yield AtPadding.ANYTHING;
      }
    };
  }

  private AtPadding row(MemoryOperation.Row it) {
    Slot x = it.x();
    if (!it.whole() || x.axis() < 0) {
      return zeroIf(it.function().reduces() && isZero(x)); // each position by itself
    }
    require(it.function() == RowFunction.SUM ? isZero(x) : at(x) == AtPadding.LEAST);
    // What is reduced to a number has no padding; it may be anything where it is combined with it.
    return zeroIf(it.function() == RowFunction.SOFTMAX);
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
      case NEGATE, ABS, SQUARE, SQRT, RELU, TANH, SIN, ERF, FLOOR, STEP, SIGN -> true;
      case RECIPROCAL, EXP, LOG, SIGMOID, SOFTPLUS, COS -> false;
    };
  }
}

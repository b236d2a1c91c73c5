package dev.comporta.onnx.graph;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the search for a chain knows about the values of a graph. Every node is visited once, in the
 * order in which it runs.
 */
final class ChainGraph {
  private final GraphPlan plan;
  private final BitSet needed = new BitSet();
  private final BitSet read = new BitSet();
  private final BitSet zero = new BitSet();
  private final Map<Integer, Integer> sameAs = new HashMap<>();

  ChainGraph(GraphPlan plan) {
    this.plan = plan;
    findNeeded();
    for (GraphPlan.Step step : plan.steps()) {
      if (step.node().operator().equals("Identity") && step.outputs()[0] >= 0) {
        sameAs.put(step.outputs()[0], same(step.inputs()[0]));
      }
      if (isZero(step)) {
        Arrays.stream(step.outputs()).filter(slot -> slot >= 0).forEach(zero::set);
      }
    }
  }

  /** Finds the values on which the first output depends by more than their shapes. */
  private void findNeeded() {
    if (plan.outputSlot(0) >= 0) {
      needed.set(plan.outputSlot(0));
    }
    for (GraphPlan.Step step : plan.steps().reversed()) {
      if (!isShape(step) && isNeeded(step)) {
        Arrays.stream(step.inputs()).filter(slot -> slot >= 0).forEach(needed::set);
        Arrays.stream(step.captured()).forEach(needed::set);
        Arrays.stream(step.inputs()).filter(slot -> slot >= 0).forEach(read::set);
        Arrays.stream(step.captured()).forEach(read::set);
      }
    }
  }

  /** Whether a node reads shapes only. */
  static boolean isShape(GraphPlan.Step step) {
    return step.node().operator().equals("Shape") || step.node().operator().equals("Size");
  }

  /** Whether the first output depends on a node by more than shapes. */
  boolean isNeeded(GraphPlan.Step step) {
    return Arrays.stream(step.outputs()).anyMatch(slot -> slot >= 0 && needed.get(slot));
  }

  /** Whether a needed node reads an output of a step for more than its shape. */
  boolean isRead(GraphPlan.Step step, int output) {
    return output < step.outputs().length
        && step.outputs()[output] >= 0
        && read.get(step.outputs()[output]);
  }

  /** Whether an output of a step is the first output of the graph. */
  boolean isResult(GraphPlan.Step step, int output) {
    return output < step.outputs().length
        && step.outputs()[output] >= 0
        && step.outputs()[output] == plan.outputSlot(0);
  }

  /** A constant input of a step; null if it is absent or computed. */
  @Nullable OnnxTensor constant(GraphPlan.Step step, int input) {
    return input < step.inputs().length && step.inputs()[input] >= 0
        ? plan.constant(step.inputs()[input])
        : null;
  }

  /** The value that nodes Identity copy into a slot. */
  int same(int slot) {
    return sameAs.getOrDefault(slot, slot);
  }

  /** Whether a value is zero, whatever its shape. */
  boolean isZero(int slot) {
    if (slot < 0) {
      return false;
    }
    OnnxTensor constant = plan.constant(slot);
    if (constant != null && !zero.get(slot) && isZero(constant)) {
      zero.set(slot);
    }
    return zero.get(slot);
  }

  /** Whether all elements of a tensor of numbers are zero. */
  static boolean isZero(OnnxTensor tensor) {
    if (tensor.type() == ElementType.STRING) {
      return false;
    }
    for (int i = 0; i < tensor.count(); i++) {
      if (tensor.number(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a node makes zeros of constants, or of inputs that are zero already. */
  private boolean isZero(GraphPlan.Step step) {
    return switch (step.node().operator()) {
      case "ConstantOfShape" -> {
        OnnxTensor value = step.node().tensor("value");
        yield value == null || isZero(value);
      }
      case "Concat" -> Arrays.stream(step.inputs()).allMatch(this::isZero);
      case "Expand",
          "Reshape",
          "Slice",
          "Transpose",
          "Squeeze",
          "Unsqueeze",
          "Identity",
          "Cast",
          "Tile",
          "Gather" ->
          step.inputs().length > 0 && isZero(step.inputs()[0]);
      default -> false;
    };
  }
}

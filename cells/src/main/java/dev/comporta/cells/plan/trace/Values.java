package dev.comporta.cells.plan.trace;

import dev.comporta.api.tensor.Op;
import dev.comporta.cells.plan.program.Value;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Translates the nodes that do not depend on the state to what a compiled step keeps of them: one
 * {@link Value} for each node.
 */
public final class Values {
  private final Positions positions;
  private final IdentityHashMap<Node, Value> known = new IdentityHashMap<>();

  public Values(Positions positions) {
    this.positions = positions;
  }

  /** The value of a node. */
  public Value of(Node node) {
    Value present = known.get(node);
    if (present == null) {
      present = new Value(source(node), positions.sizes(node.shape()), node.width());
      known.put(node, present);
    }
    return present;
  }

  private Value.Source source(Node node) {
    Op op = node.op();
    if (op != null) {
      List<Value> operands = node.operands().stream().map(this::of).toList();
      return new Value.Operation(op, operands, node.dependence() == Node.Dependence.MEMORY);
    }
    return switch (node.leaf()) {
      case INPUT -> new Value.Input();
      case PARAMETER -> new Value.Parameter(node.name());
      case CONSTANT -> new Value.Constant(node.number());
      case MEMORY -> new Value.Memory(node.name());
      case MEMORY_MASK -> new Value.MemoryMask((int) node.number());
      case STEP_MASK -> dropout(Value.Sampled.EACH_TIMESTEP, node);
      case SEQUENCE_MASK -> dropout(Value.Sampled.EACH_SEQUENCE, node);
      case PARAMETER_MASK -> dropout(Value.Sampled.ONCE, node);
      case null, default -> throw new IllegalStateException("not known before the loop: " + node);
    };
  }

  private static Value.Dropout dropout(Value.Sampled sampled, Node node) {
    return new Value.Dropout(sampled, node.name(), node.number());
  }
}

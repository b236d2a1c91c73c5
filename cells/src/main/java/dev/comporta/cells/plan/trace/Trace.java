package dev.comporta.cells.plan.trace;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UntraceableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The symbolic engine: applies operations to shapes only and records them as a graph in which equal
 * operations on equal operands share one node.
 */
public final class Trace {
  /** The batch size for tracing: a prime that is unlikely to be the size of a layer. */
  public static final int BATCH = 7919;

  private final List<Node> nodes = new ArrayList<>();
  private final Map<List<Object>, Node> known = new HashMap<>();

  public Node leaf(
      Node.Leaf kind, String name, float number, Shape shape, Node.Dependence dependence) {
    List<Object> key = List.of(kind, name, number, shape);
    Node present = known.get(key);
    if (present != null) {
      return present;
    }
    Node node = Node.leaf(nodes.size(), kind, name, number, shape, dependence);
    return remember(key, node);
  }

  public Node constant(Shape shape, float value) {
    return leaf(Node.Leaf.CONSTANT, "constant", value, shape, Node.Dependence.SHARED);
  }

  Node operation(Op op, List<Node> operands) {
    List<Object> key = new ArrayList<>();
    key.add(op);
    operands.forEach(operand -> key.add(operand.id()));
    Node present = known.get(key);
    if (present != null) {
      return present;
    }
    Shape shape = op.resultShape(operands.stream().map(Node::shape).toList());
    Node simpler = simplified(op, operands, shape);
    if (simpler != null) {
      known.put(List.copyOf(key), simpler);
      return simpler;
    }
    Node node =
        Node.operation(nodes.size(), op, List.copyOf(operands), shape, dependence(operands));
    return remember(List.copyOf(key), node);
  }

  /** Eliminates sums with zero, products with one and reshapes to the same shape. */
  private @Nullable Node simplified(Op op, List<Node> operands, Shape shape) {
    Node first = operands.getFirst();
    if (op instanceof Op.Affine affine && affine.scale() == 1 && affine.shift() == 0) {
      return first;
    }
    if (op instanceof Op.Affine affine && first.isConstant()) {
      return constant(shape, Math.fma(affine.scale(), first.number(), affine.shift()));
    }
    if (op instanceof Op.Reshape && first.shape().equals(shape)) {
      return first;
    }
    if (op instanceof Op.Binary binary && binary.function() == BinaryFunction.ADD) {
      Node second = operands.get(1);
      if (isConstant(second, 0) && first.shape().equals(shape)) {
        return first;
      }
      if (isConstant(first, 0) && second.shape().equals(shape)) {
        return second;
      }
    }
    if (op instanceof Op.Binary binary && binary.function() == BinaryFunction.MULTIPLY) {
      Node second = operands.get(1);
      if (isConstant(second, 1) && first.shape().equals(shape)) {
        return first;
      }
      if (isConstant(first, 1) && second.shape().equals(shape)) {
        return second;
      }
    }
    return null;
  }

  private static boolean isConstant(Node node, float value) {
    return node.isConstant() && node.number() == value;
  }

  private Node remember(List<Object> key, Node node) {
    nodes.add(node);
    known.put(key, node);
    return node;
  }

  private static Node.Dependence dependence(List<Node> operands) {
    Node.Dependence most = Node.Dependence.SHARED;
    boolean memory = false;
    for (Node operand : operands) {
      if (operand.dependence().compareTo(most) > 0) {
        most = operand.dependence();
      }
      // A mask with one row per sequence is combined with values of all timesteps inside the loop
      // only.
      if (operand.dependence() == Node.Dependence.SEQUENCE) {
        return Node.Dependence.STATE;
      }
      memory |= operand.dependence() == Node.Dependence.MEMORY;
    }
    // A memory is constant, and combined with values of timesteps inside the loop only.
    return memory && most != Node.Dependence.MEMORY ? Node.Dependence.STATE : most;
  }

  /** All nodes, operands before results. */
  public List<Node> nodes() {
    return nodes;
  }

  public Tensor tensor(Node node) {
    return new Symbol(this, node);
  }

  public static Node node(Tensor tensor) {
    if (tensor instanceof Symbol symbol) {
      return symbol.node;
    }
    throw new UntraceableException(
        "a step combined traced tensors with a tensor of another engine; create constants with"
            + " Tensor.constant");
  }

  /** A symbolic tensor without values. */
  private record Symbol(Trace trace, Node node) implements Tensor {
    @Override
    public Shape shape() {
      return node.shape();
    }

    @Override
    public Tensor apply(Op op, Tensor... others) {
      List<Node> operands = new ArrayList<>();
      operands.add(node);
      for (Tensor other : others) {
        operands.add(Trace.node(other));
      }
      return trace.tensor(trace.operation(op, operands));
    }

    @Override
    public float[] toArray() {
      throw new UntraceableException(
          "the step reads the values of a tensor (toArray), perhaps to branch on them; use"
              + " Tensor.select instead");
    }

    @Override
    public Tensor constant(Shape shape, float value) {
      return trace.tensor(trace.constant(shape, value));
    }
  }
}

package dev.comporta.cells.plan.trace;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.program.MemorySpec;
import dev.comporta.tensor.Gradients;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The graph of a traced step: forward, and backward with the same table of gradients as the tape.
 *
 * @param output the output
 * @param after the state after the step, by name
 * @param observed the observed values of the step, by name
 * @param before the state before the step, by name
 * @param stateGradients the cotangents of the state before the step; absent for parts without a
 *     gradient
 * @param frontier the cotangents of values that do not depend on the state but are used by values
 *     that do
 * @param products the recurrent products whose right operand needs a gradient
 * @param pasts the parts of the state with positions, which are in none of the maps above
 * @param positions the axes of positions of memories
 */
public record StepTrace(
    Node output,
    Map<String, Node> after,
    Map<String, Node> observed,
    Map<String, Node> before,
    Map<String, Node> stateGradients,
    Map<Node, Node> frontier,
    List<ProductGradient> products,
    List<PastState> pasts,
    Positions positions) {

  /**
   * A product {@code left x right} inside the loop, with the cotangent of its result.
   *
   * @param left the left operand
   * @param right the right operand, which depends on parameters only
   * @param transposed whether the product used the right operand transposed
   * @param cotangent the cotangent of the product
   */
  public record ProductGradient(Node left, Node right, boolean transposed, Node cotangent) {}

  /**
   * Traces a step.
   *
   * @throws UntraceableException if it cannot be planned, with the reason
   */
  static StepTrace of(Cell cell, boolean training) {
    return of(cell, training, List.of());
  }

  /** The same for a step that reads memories. */
  public static StepTrace of(Cell cell, boolean training, List<MemorySpec> memories) {
    Positions positions = Positions.of(cell, memories, 0);
    StepTrace trace = once(cell, training, memories, positions);
    StepCheck.require(trace.results(), once(cell, training, memories, positions).results());
    if (positions.axes() > 0) {
      Positions others = Positions.of(cell, memories, 1);
      Map<String, Node> other = once(cell, training, memories, others).results();
      StepCheck.requireAnyPositions(trace.results(), positions, other, others);
    }
    return trace;
  }

  private static StepTrace once(
      Cell cell, boolean training, List<MemorySpec> memories, Positions positions) {
    Trace trace = new Trace();
    Node x =
        trace.leaf(
            Node.Leaf.INPUT,
            "x",
            0,
            Shape.of(Trace.BATCH, cell.inputSize()),
            Node.Dependence.INPUT);
    Map<String, Node> before = new LinkedHashMap<>();
    Map<String, Node> past = new LinkedHashMap<>();
    Map<String, Tensor> state = new LinkedHashMap<>();
    Context context = new Context(trace, cell, training, memories, positions);
    for (StateSpec part : cell.state()) {
      String memory = part.memory();
      Node leaf =
          trace.leaf(
              Node.Leaf.STATE,
              part.name(),
              0,
              memory == null ? Shape.of(Trace.BATCH, part.size()) : context.positionsOf(memory),
              Node.Dependence.STATE);
      (memory == null ? before : past).put(part.name(), leaf);
      state.put(part.name(), trace.tensor(leaf));
    }
    Cell.Step step =
        StepResults.require(cell, cell.step(trace.tensor(x), CellState.of(state), context));
    Node output = Trace.node(step.output());
    requireRows(output, "output", cell.outputSize());
    Map<String, Node> after = new LinkedHashMap<>();
    Map<String, Node> pastAfter = new LinkedHashMap<>();
    for (StateSpec part : cell.state()) {
      Node node = Trace.node(step.state().get(part.name()));
      Node leaf = past.get(part.name());
      requireRows(
          node, "state " + part.name(), leaf == null ? part.size() : leaf.shape().columns());
      (leaf == null ? after : pastAfter).put(part.name(), node);
    }
    ScaledInputs.moveIntoLoop(trace, step, context.observed.values());
    return new Backward(trace, before, output, after, past, pastAfter)
        .trace(context.observed, positions);
  }

  /** All results of the step, by name. */
  public Map<String, Node> results() {
    Map<String, Node> results = new LinkedHashMap<>();
    results.put("output", output);
    after.forEach((name, node) -> results.put("state " + name, node));
    observed.forEach((name, node) -> results.put("observed " + name, node));
    pasts.forEach(past -> results.put("state " + past.name(), past.after()));
    return results;
  }

  private static void requireRows(Node node, String what, int size) {
    if (!node.shape().equals(Shape.of(Trace.BATCH, size))) {
      throw new UntraceableException(
          formatted("the step's %s is %s instead of [batch, %d]", what, node.shape(), size));
    }
  }

  /** Backpropagates from the cotangents of output and state to the leaves of the loop. */
  private static final class Backward {
    private final Trace trace;
    private final Map<String, Node> before;
    private final Node output;
    private final Map<String, Node> after;
    private final Map<String, Node> past;
    private final Map<String, Node> pastAfter;
    private final Map<Node, Tensor> cotangents = new HashMap<>();
    private final Map<Node, Node> frontier = new LinkedHashMap<>();
    private final List<ProductGradient> products = new ArrayList<>();

    Backward(
        Trace trace,
        Map<String, Node> before,
        Node output,
        Map<String, Node> after,
        Map<String, Node> past,
        Map<String, Node> pastAfter) {
      this.trace = trace;
      this.before = before;
      this.output = output;
      this.after = after;
      this.past = past;
      this.pastAfter = pastAfter;
    }

    StepTrace trace(Map<String, Node> observed, Positions positions) {
      List<Node> forward = List.copyOf(trace.nodes());
      add(output, trace.tensor(cotangent(Node.Leaf.OUTPUT_COTANGENT, "output", output)));
      after.forEach((name, node) ->
          add(node, trace.tensor(cotangent(Node.Leaf.STATE_COTANGENT, name, node))));
      pastAfter.forEach((name, node) ->
          add(node, trace.tensor(cotangent(Node.Leaf.STATE_COTANGENT, name, node))));
      for (int i = forward.size() - 1; i >= 0; i--) {
        Node node = forward.get(i);
        Tensor d = cotangents.get(node);
        if (d == null) {
          continue;
        }
        Op op = node.op();
        if (node.isInLoop() && op != null) {
          spread(node, op, d);
        } else if (!node.isInLoop()) {
          frontier.put(node, Trace.node(d));
        }
      }
      Map<String, Node> stateGradients = new LinkedHashMap<>();
      before.forEach((name, node) -> {
        Tensor d = cotangents.get(node);
        if (d != null) {
          stateGradients.put(name, Trace.node(d));
        }
      });
      return new StepTrace(
          output, after, observed, before, stateGradients, frontier, products, pasts(), positions);
    }

    private List<PastState> pasts() {
      List<PastState> pasts = new ArrayList<>();
      past.forEach((name, leaf) -> {
        Node result = pastAfter.getOrDefault(name, leaf);
        Tensor d = cotangents.get(leaf);
        Node cotangent = cotangent(Node.Leaf.STATE_COTANGENT, name, result);
        if (result == leaf) {
          throw PastState.unplanned(name);
        }
        pasts.add(new PastState(name, leaf, result, cotangent, d == null ? null : Trace.node(d)));
      });
      return List.copyOf(pasts);
    }

    private Node cotangent(Node.Leaf kind, String name, Node of) {
      return trace.leaf(kind, name, 0, of.shape(), Node.Dependence.STATE);
    }

    private void add(Node node, Tensor d) {
      cotangents.merge(node, d, Tensor::plus);
    }

    private void spread(Node node, Op op, Tensor d) {
      List<Node> operands = node.operands();
      if (op instanceof Op.MatMul product) {
        spreadProduct(product, operands.get(0), operands.get(1), d);
        return;
      }
      List<Tensor> tensors = operands.stream().map(trace::tensor).toList();
      @Nullable Tensor[] gradients = Gradients.of(op, tensors, trace.tensor(node), d);
      for (int i = 0; i < gradients.length; i++) {
        Tensor gradient = gradients[i];
        if (gradient != null && !operands.get(i).isConstant()) {
          add(operands.get(i), gradient);
        }
      }
    }

    private void spreadProduct(Op.MatMul product, Node left, Node right, Tensor d) {
      if (product.transposeLeft() || right.dependence() != Node.Dependence.SHARED) {
        throw new UntraceableException(
            formatted(
                "the step multiplies by a matrix that depends on the batch (%s x %s)",
                left.shape(), right.shape()));
      }
      if (left.dependence() != Node.Dependence.SHARED) {
        add(left, d.apply(new Op.MatMul(false, !product.transposeRight()), trace.tensor(right)));
      }
      products.add(new ProductGradient(left, right, product.transposeRight(), Trace.node(d)));
    }
  }

  /** The context of a step that is being traced. */
  private static final class Context implements StepContext {
    private final Trace trace;
    private final Map<String, Shape> parameters = new LinkedHashMap<>();
    private final Map<String, Node> observed = new LinkedHashMap<>();
    private final Map<String, MemorySpec> memories = new LinkedHashMap<>();
    private final Positions positions;
    private final boolean training;

    Context(
        Trace trace, Cell cell, boolean training, List<MemorySpec> memories, Positions positions) {
      this.trace = trace;
      this.positions = positions;
      memories.forEach(memory -> this.memories.put(memory.name(), memory));
      this.training = training;
      for (ParameterSpec parameter : cell.parameters()) {
        parameters.put(parameter.name(), parameter.shape());
      }
    }

    @Override
    public Tensor parameter(String name) {
      Shape shape = parameters.get(name);
      if (shape == null) {
        throw new UnknownNameException("parameter", name, parameters.keySet());
      }
      return trace.tensor(trace.leaf(Node.Leaf.PARAMETER, name, 0, shape, Node.Dependence.SHARED));
    }

    @Override
    public Tensor memory(String name) {
      MemorySpec memory = known(name);
      Shape shape =
          memory.axis() < 0
              ? Shape.of(Trace.BATCH, memory.size())
              : Shape.of(Trace.BATCH, positions.size(memory.axis()), memory.size());
      return trace.tensor(trace.leaf(Node.Leaf.MEMORY, name, 0, shape, Node.Dependence.MEMORY));
    }

    @Override
    public @Nullable Tensor memoryMask(String name) {
      MemorySpec memory = known(name);
      if (!memory.masked()) {
        return null;
      }
      // Memories of the same length share one mask.
      return trace.tensor(
          trace.leaf(
              Node.Leaf.MEMORY_MASK,
              "mask of positions",
              memory.axis(),
              Shape.of(Trace.BATCH, positions.size(memory.axis())),
              Node.Dependence.MEMORY));
    }

    /** The shape of one number per position of a memory. */
    Shape positionsOf(String name) {
      MemorySpec memory = known(name);
      if (memory.axis() < 0) {
        throw new UntraceableException(formatted("the memory '%s' has no positions", name));
      }
      return Shape.of(Trace.BATCH, positions.size(memory.axis()));
    }

    private MemorySpec known(String name) {
      MemorySpec memory = memories.get(name);
      if (memory == null) {
        throw new UnknownNameException("memory", name, memories.keySet());
      }
      return memory;
    }

    @Override
    public boolean training() {
      return training;
    }

    @Override
    public Tensor dropoutMask(String name, float rate, int size) {
      return mask(Node.Leaf.STEP_MASK, Node.Dependence.INPUT, name, rate, size);
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      return mask(Node.Leaf.SEQUENCE_MASK, Node.Dependence.SEQUENCE, name, rate, size);
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      return mask(Node.Leaf.PARAMETER_MASK, Node.Dependence.SHARED, name, rate, shape);
    }

    private Tensor mask(
        Node.Leaf kind, Node.Dependence dependence, String name, float rate, int size) {
      return mask(kind, dependence, name, rate, Shape.of(Trace.BATCH, size));
    }

    private Tensor mask(
        Node.Leaf kind, Node.Dependence dependence, String name, float rate, Shape shape) {
      if (!training || rate == 0) {
        return trace.tensor(trace.constant(shape, 1));
      }
      return trace.tensor(trace.leaf(kind, name, rate, shape, dependence));
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      observed.put(name, Trace.node(value));
      return value;
    }
  }

  /** Whether an operation is a sum of two values. */
  public static boolean isSum(Node node) {
    return node.op() instanceof Op.Binary binary && binary.function() == BinaryFunction.ADD;
  }
}

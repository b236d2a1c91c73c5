package dev.comporta.cells.plan.trace;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UntraceableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Traces one timestep of a whole stack of layers like the step of one large cell. The rows of the
 * traced batch take the place of timesteps, so that layers see {@code [rows, 1, features]}.
 */
public final class StreamTrace {
  private final Trace trace = new Trace();
  private final Map<String, Node> before = new LinkedHashMap<>();
  private final Map<String, Node> after = new LinkedHashMap<>();

  /**
   * Traces a stack.
   *
   * @param layers the layers by the prefix of their parameters and states
   * @param inputSize the input features of the first layer
   */
  public static StepTrace of(Map<String, Layer> layers, int inputSize) {
    StepTrace trace = new StreamTrace().trace(layers, inputSize);
    StepCheck.require(trace.results(), new StreamTrace().trace(layers, inputSize).results());
    return trace;
  }

  private StepTrace trace(Map<String, Layer> layers, int inputSize) {
    Node x =
        trace.leaf(
            Node.Leaf.INPUT, "x", 0, Shape.of(Trace.BATCH, 1, inputSize), Node.Dependence.STATE);
    Sequence sequence = Sequence.of(trace.tensor(x));
    for (Map.Entry<String, Layer> entry : layers.entrySet()) {
      sequence = layer(entry.getKey(), entry.getValue(), sequence);
    }
    Node output = Trace.node(sequence.values());
    return new StepTrace(
        output, after, Map.of(), before, Map.of(), Map.of(), List.of(), List.of(), Positions.NONE);
  }

  private Sequence layer(String prefix, Layer layer, Sequence input) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (StateSpec part : layer.carry()) {
      Node leaf =
          trace.leaf(
              Node.Leaf.STATE,
              prefix + part.name(),
              0,
              Shape.of(Trace.BATCH, part.size()),
              Node.Dependence.STATE);
      before.put(prefix + part.name(), leaf);
      state.put(part.name(), trace.tensor(leaf));
    }
    int known = trace.nodes().size();
    Layer.Output output =
        layer.forward(input, CellState.of(state), new Context(trace, prefix, layer));
    if (acrossRows(trace, known) != null) {
      throw new UntraceableException(
          formatted(
              "%s (%s) reads several timesteps at once, which is not possible in a stream; run whole sequences instead",
              prefix.substring(0, prefix.length() - 1), layer.getClass().getSimpleName()));
    }
    for (StateSpec part : layer.carry()) {
      after.put(prefix + part.name(), Trace.node(output.carry().get(part.name())));
    }
    return output.sequence();
  }

  /** The first operation since a number of nodes that needs a whole sequence, or null. */
  private static @Nullable Node acrossRows(Trace trace, int known) {
    return trace.nodes().subList(known, trace.nodes().size()).stream()
        .filter(StreamTrace::readsSeveralTimesteps)
        .findFirst()
        .orElse(null);
  }

  /**
   * Whether an operation needs a whole sequence: rows represent timesteps, so it does unless it
   * works row by row.
   */
  private static boolean readsSeveralTimesteps(Node node) {
    return node.dependence() != Node.Dependence.SHARED
        && (!node.batched()
            || node.op() instanceof Op.Gather
            || node.op() instanceof Op.ScatterAdd
            || node.op() instanceof Op.SwapLeading);
  }

  private static Tensor ones(Trace trace, Shape shape) {
    return trace.tensor(trace.constant(shape, 1));
  }

  /** The context of a layer. */
  private record Context(Trace trace, String prefix, Layer layer) implements LayerContext {
    @Override
    public Tensor parameter(String name) {
      Shape shape = layer.borrowed().get(name);
      for (ParameterSpec spec : layer.parameters()) {
        shape = spec.name().equals(name) ? spec.shape() : shape;
      }
      if (shape == null) {
        throw new UnknownNameException(
            "parameter", name, layer.parameters().stream().map(ParameterSpec::name).toList());
      }
      return trace.tensor(
          trace.leaf(Node.Leaf.PARAMETER, prefix + name, 0, shape, Node.Dependence.SHARED));
    }

    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Tensor dropoutMask(String name, float rate, Shape shape) {
      return ones(trace, shape);
    }

    @Override
    public Layer.Output unroll(
        Cell cell, String cellPrefix, Sequence input, CellState initial, boolean reverse) {
      if (reverse) {
        throw new UntraceableException(
            "a layer reads the sequence from its end, which is not possible in a stream; run whole"
                + " sequences instead");
      }
      Tensor x = input.values().reshape(Trace.BATCH, input.values().shape().columns());
      int known = trace.nodes().size();
      Cell.Step step =
          StepResults.require(
              cell,
              cell.step(x, initial, new CellContext(trace, name -> parameter(cellPrefix + name))));
      Node across = acrossRows(trace, known);
      if (across != null) {
        throw new UntraceableException(
            formatted(
                "the step of %s uses '%s', which plans do not cover, and a stream needs a plan; run whole sequences instead",
                cell.getClass().getSimpleName(), across.name()));
      }
      Tensor output = step.output().reshape(Trace.BATCH, 1, cell.outputSize());
      return new Layer.Output(input.withValues(output), step.state());
    }
  }

  /** The context of a cell. */
  private record CellContext(Trace trace, Function<String, Tensor> parameters)
      implements StepContext {
    @Override
    public Tensor parameter(String name) {
      return parameters.apply(name);
    }

    @Override
    public Tensor memory(String name) {
      throw new UntraceableException(formatted("the step reads the memory '%s'", name));
    }

    @Override
    public @Nullable Tensor memoryMask(String name) {
      throw new UntraceableException(formatted("the step reads the mask of the memory '%s'", name));
    }

    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Tensor dropoutMask(String name, float rate, int size) {
      return ones(trace, Shape.of(Trace.BATCH, size));
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      return ones(trace, Shape.of(Trace.BATCH, size));
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      return ones(trace, shape);
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      return value;
    }
  }
}

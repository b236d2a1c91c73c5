package dev.comporta.onnx.graph;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.onnx.graph.ChainAxes.Axis;
import dev.comporta.onnx.operators.NodeInfo;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxChain;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the chain of layers in a graph: follows one value from the input to the first output, and
 * keeps track of what its axes are. Nodes that compute shapes and zeros are not part of the chain.
 */
public final class ChainMatcher {
  private final GraphPlan plan;
  private final String name;
  private final ChainGraph graph;
  private final ChainAxes axes;
  private final ChainLayers layers;
  private final Map<Integer, Integer> states = new HashMap<>();
  private final Set<Integer> past = new HashSet<>();
  private final List<OnnxChain.Link> links = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int lengths = -1;
  private int current;
  private boolean batchFirst = true;

  private ChainMatcher(GraphPlan plan, String name, int features) {
    this.plan = plan;
    this.name = name;
    this.graph = new ChainGraph(plan);
    this.axes = new ChainAxes(features);
    this.layers = new ChainLayers(graph, axes);
  }

  /**
   * Matches a graph.
   *
   * @param plan the graph
   * @param inputs its inputs
   * @param name what messages call the model
   * @param states for each input that is a state, the slot of the output with its next value
   */
  public static OnnxChain match(
      GraphPlan plan, List<OnnxPort> inputs, String name, Map<String, Integer> states) {
    OnnxPort data =
        inputs.stream().filter(port -> !states.containsKey(port.name())).findFirst().orElse(null);
    List<String> shape = data == null ? null : data.shape();
    ElementType type = data == null ? null : data.type();
    if (data == null || shape == null || type == null) {
      throw refusal(name, "it has no input whose shape is declared");
    }
    boolean ids = type.storage() == ElementType.Storage.LONGS;
    if (shape.size() != (ids ? 2 : 3) || !(ids || type == ElementType.FLOAT32)) {
      throw refusal(
          name,
          formatted(
              "its input is %s; expected [batch, time] ids or float32 [batch, time, features]",
              data.describe()));
    }
    ChainMatcher matcher = new ChainMatcher(plan, name, ids ? 0 : data.size(2));
    for (int i = 0; i < inputs.size(); i++) {
      OnnxPort port = inputs.get(i);
      Integer next = states.get(port.name());
      if (next != null) {
        matcher.states.put(plan.inputSlot(i), next);
        matcher.notes.add("the state " + Printable.quote(port.name()) + " is the carry of a layer");
      } else if (port.equals(data)) {
        matcher.current = plan.inputSlot(i);
      } else if (matcher.lengths < 0 && isLengths(port)) {
        matcher.lengths = plan.inputSlot(i);
      } else {
        throw refusal(name, formatted("it has the inputs %s and %s", data.name(), port.name()));
      }
    }
    matcher.follow();
    int features = matcher.layers.features();
    if (!ids && features < 1) {
      throw refusal(name, "the number of its features is not known");
    }
    return new OnnxChain(
        data.name(), ids ? 0 : features, matcher.batchFirst, matcher.links, matcher.notes);
  }

  /** Whether an input can be the lengths of rows: a vector of integers. */
  private static boolean isLengths(OnnxPort port) {
    List<String> shape = port.shape();
    ElementType type = port.type();
    return shape != null
        && shape.size() == 1
        && (type == ElementType.INT32 || type == ElementType.INT64);
  }

  private static OnnxException refusal(String name, String why) {
    return new OnnxException(
        formatted(
            "%s is not a chain of layers that Comporta has: %s; run it as a graph with 'comporta onnx run', or in a program with OnnxModel.load",
            Printable.quote(name), Printable.quote(why)));
  }

  private OnnxException refuse(String why) {
    return refusal(name, why);
  }

  private OnnxException refuse(GraphPlan.Step step, String why) {
    return refuse(step.node().label() + " " + why);
  }

  private void follow() {
    for (GraphPlan.Step step : plan.steps()) {
      boolean reads = Arrays.stream(step.inputs()).anyMatch(slot -> slot == current);
      boolean readsPast = Arrays.stream(step.inputs()).anyMatch(past::contains);
      boolean inBody =
          Arrays.stream(step.captured()).anyMatch(slot -> slot == current || past.contains(slot));
      if (ChainGraph.isShape(step) || !graph.isNeeded(step) || !(reads || readsPast || inBody)) {
        continue;
      }
      if (readsPast || inBody) {
        throw refuse(step, "reads a value that another layer reads as well");
      }
      past.add(current);
      current = apply(step);
    }
    if (current != plan.outputSlot(0)) {
      throw refuse("its first output is not the end of the chain");
    }
    if (links.isEmpty()) {
      throw refuse("it has no layers");
    }
    if (!axes.isPlain()) {
      throw refuse("its first output does not end with the features of a layer");
    }
    if (plan.outputs() > 1 + states.size()) {
      notes.add("outputs after the first are left out");
    }
  }

  private void requireFirst(GraphPlan.Step step) {
    if (step.inputs().length == 0 || step.inputs()[0] != current) {
      throw refuse(step, "reads the chain in another place");
    }
  }

  private void require(GraphPlan.Step step, @Nullable String problem) {
    if (problem != null) {
      throw refuse(step, problem);
    }
  }

  /** The slot of the value after a node of the chain. */
  private int apply(GraphPlan.Step step) {
    NodeInfo node = step.node();
    if (!node.operator().equals("Gather") && !node.operator().equals("Add")) {
      requireFirst(step);
    }
    switch (node.operator()) {
      case "Identity" -> {}
      case "Dropout" -> {
        OnnxTensor training = graph.constant(step, 2);
        if (node.has(2) && (training == null || !ChainGraph.isZero(training))) {
          throw refuse(step, "drops elements");
        }
      }
      case "Cast" -> {
        ElementType to = ElementType.of(node.whole("to", 0));
        if (axes.ids()
            ? to != ElementType.INT64 && to != ElementType.INT32
            : to != ElementType.FLOAT32) {
          throw refuse(step, "changes the type of the chain");
        }
      }
      case "Transpose" -> require(step, axes.transpose(node.wholes("perm")));
      case "Squeeze" -> require(step, axes.squeeze(axesOf(step)));
      case "Unsqueeze" -> require(step, axes.unsqueeze(axesOf(step)));
      case "Flatten" -> require(step, axes.flatten(node.whole("axis", 1)));
      case "Reshape" -> {
        if (node.flag("allowzero", false)) {
          throw refuse(step, "makes axes of size 0");
        }
        OnnxTensor shape = graph.constant(step, 1);
        require(step, axes.reshape(shape == null ? null : integers(step, 1, "shape")));
      }
      case "Gather" -> gather(step);
      case "Slice" -> slice(step);
      case "RNN", "LSTM", "GRU" -> {
        return recurrent(step);
      }
      case "MatMul", "Gemm" -> add(step, layers.dense(step));
      case "Add" -> addBias(step);
      case "Relu", "Tanh", "Sigmoid", "Softplus", "Softmax", "LogSoftmax" ->
          add(step, layers.activation(step));
      case "BatchNormalization" -> add(step, layers.normalization(step));
      default -> throw refuse(step, "is not a layer that Comporta has");
    }
    return step.outputs()[0];
  }

  private void add(GraphPlan.Step step, ChainLayers.Found found) {
    OnnxChain.Link link = found.link();
    if (link == null) {
      throw refuse(step, found.problem());
    }
    links.add(link);
  }

  private OnnxTensor integers(GraphPlan.Step step, int input, String what) {
    OnnxTensor tensor = graph.constant(step, input);
    if (tensor == null || tensor.type().storage() != ElementType.Storage.LONGS) {
      throw refuse(step, "has no constant " + what);
    }
    return tensor;
  }

  private long[] axesOf(GraphPlan.Step step) {
    if (step.node().has(1)) {
      return integers(step, 1, "axes").longs();
    }
    long[] given = step.node().integers("axes");
    return given == null ? new long[0] : given;
  }

  private void gather(GraphPlan.Step step) {
    int axis = step.node().whole("axis", 0);
    if (step.inputs()[0] != current) {
      add(step, layers.embedding(step, step.inputs().length > 1 && step.inputs()[1] == current));
      return;
    }
    OnnxTensor index = integers(step, 1, "index");
    int at = axes.at(axis);
    if (index.count() != 1 || index.rank() > 1 || at < 0) {
      throw refuse(step, "reads more than one index");
    }
    if (axes.get(at) == Axis.TIME && index.longs()[0] == -1) {
      last();
    } else if (index.longs()[0] != 0 || !axes.isSingle(at)) {
      throw refuse(step, "reads an index other than the last timestep");
    }
    if (index.rank() == 0) {
      axes.remove(at);
    } else {
      axes.single(at);
    }
  }

  private void last() {
    links.add(new OnnxChain.Link(Spec.of("pool-time").with("mode", "last"), Map.of()));
  }

  /** The one element of a list that must have one; otherwise what refuses the slice. */
  private static long only(long @Nullable [] values, long otherwise) {
    return values != null && values.length == 1 ? values[0] : otherwise;
  }

  private void slice(GraphPlan.Step step) {
    NodeInfo node = step.node();
    boolean attributes = node.given("starts");
    long[] starts = attributes ? node.integers("starts") : integers(step, 1, "start").longs();
    long[] ends = attributes ? node.integers("ends") : integers(step, 2, "end").longs();
    long[] along =
        attributes ? node.integers("axes") : node.has(3) ? integers(step, 3, "axis").longs() : null;
    long[] by = node.has(4) ? integers(step, 4, "step").longs() : null;
    int at = along == null ? 0 : axes.at(only(along, Long.MAX_VALUE));
    if (only(starts, 0) != -1
        || only(ends, 0) < Integer.MAX_VALUE
        || (by != null && only(by, 0) != 1)
        || at < 0
        || axes.get(at) != Axis.TIME) {
      throw refuse(step, "takes a part other than the last timestep");
    }
    last();
    axes.single(at);
  }

  private void addBias(GraphPlan.Step step) {
    int other = step.inputs()[0] == current ? 1 : 0;
    OnnxTensor bias = graph.constant(step, other);
    OnnxChain.Link before = links.isEmpty() ? null : links.getLast();
    if (bias == null || before == null || !layers.isBias(bias, before)) {
      throw refuse(step, "adds something other than the bias of a product");
    }
    links.removeLast();
    links.add(ChainLayers.withBias(before, bias));
  }

  private int recurrent(GraphPlan.Step step) {
    boolean layout = step.node().flag("layout", false);
    Axis first = layout ? Axis.BATCH : Axis.TIME;
    Axis second = layout ? Axis.TIME : Axis.BATCH;
    if (axes.rank() != 3 || !axes.endsWithFeatures()) {
      throw refuse(step, "does not read the chain as [time, batch, features]");
    }
    Set<Axis> both = Set.of(axes.get(0), axes.get(1));
    if (both.equals(Set.of(Axis.FIRST, Axis.SECOND))) {
      batchFirst = (axes.get(0) == Axis.FIRST) == layout;
    } else if (axes.get(0) != first || axes.get(1) != second) {
      throw refuse(step, "reads batch and time in another order than the layer before");
    }
    if (step.node().has(4) && step.inputs()[4] != lengths) {
      throw refuse(step, "has lengths of rows that are not an input");
    }
    for (int state = 5; state < Math.min(7, step.inputs().length); state++) {
      int slot = step.inputs()[state];
      Integer next = states.get(slot);
      if (next != null) {
        int after = state - 4 < step.outputs().length ? step.outputs()[state - 4] : -1;
        if (after < 0 || graph.same(next) != after) {
          throw refuse(step, "begins with a state that is not its own");
        }
      } else if (slot >= 0 && !graph.isZero(slot)) {
        throw refuse(step, "begins with a state that is neither zero nor an input");
      }
    }
    boolean sequence = graph.isRead(step, 0) || graph.isResult(step, 0);
    boolean last = graph.isRead(step, 1) || graph.isResult(step, 1);
    if ((sequence && last) || graph.isRead(step, 2) || graph.isResult(step, 2)) {
      throw refuse(step, "passes more than its outputs or its last state on");
    }
    if (!sequence && !last) {
      throw refuse(step, "passes neither its outputs nor its last state on");
    }
    ChainLayers.Found found = layers.recurrent(step, !sequence);
    add(step, found);
    if (sequence) {
      axes.become(
          found.width(),
          found.directions(),
          layout
              ? new Axis[] {Axis.BATCH, Axis.TIME, Axis.DIRECTIONS, Axis.FEATURES}
              : new Axis[] {Axis.TIME, Axis.DIRECTIONS, Axis.BATCH, Axis.FEATURES});
      return step.outputs()[0];
    }
    axes.become(
        found.width(),
        found.directions(),
        layout
            ? new Axis[] {Axis.BATCH, Axis.DIRECTIONS, Axis.FEATURES}
            : new Axis[] {Axis.DIRECTIONS, Axis.BATCH, Axis.FEATURES});
    return step.outputs()[1];
  }
}

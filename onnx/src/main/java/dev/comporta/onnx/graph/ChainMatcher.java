package dev.comporta.onnx.graph;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
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
 * keeps track of what its axes are. Nodes that compute shapes and zeros on the side are no part of
 * the chain.
 */
public final class ChainMatcher {
  /** What an axis is. */
  enum Axis {
    /** Batch or time, not known yet. */
    FIRST,
    /** The other one. */
    SECOND,
    BATCH,
    TIME,
    FEATURES,
    DIRECTIONS,
    ONE
  }

  private final GraphPlan plan;
  private final String name;
  private final Set<Integer> stateInputs = new HashSet<>();
  private final Map<Integer, GraphPlan.Step> writers = new HashMap<>();
  private final Set<Integer> past = new HashSet<>();
  private final Set<Integer> needed = new HashSet<>();
  private final List<OnnxChain.Link> links = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private List<Axis> axes = new ArrayList<>();
  private int lengths = -1;
  private int current;
  private int directions = 1;
  private int features;
  private boolean batchFirst = true;

  private ChainMatcher(GraphPlan plan, String name) {
    this.plan = plan;
    this.name = name;
    findNeeded();
  }

  /** Finds the values on which the first output depends by more than their shapes. */
  private void findNeeded() {
    needed.add(plan.outputSlot(0));
    for (GraphPlan.Step step : plan.steps().reversed()) {
      if (!isShape(step) && isNeeded(step)) {
        Arrays.stream(step.inputs()).filter(slot -> slot >= 0).forEach(needed::add);
        Arrays.stream(step.captured()).forEach(needed::add);
      }
    }
  }

  private static boolean isShape(GraphPlan.Step step) {
    return step.node().operator().equals("Shape") || step.node().operator().equals("Size");
  }

  private boolean isNeeded(GraphPlan.Step step) {
    return Arrays.stream(step.outputs()).anyMatch(needed::contains);
  }

  /** Matches a graph. */
  public static OnnxChain match(
      GraphPlan plan, List<OnnxPort> inputs, String name, Set<String> states) {
    ChainMatcher matcher = new ChainMatcher(plan, name);
    OnnxPort data = null;
    for (int i = 0; i < inputs.size(); i++) {
      OnnxPort port = inputs.get(i);
      if (states.contains(port.name())) {
        matcher.stateInputs.add(plan.inputSlot(i));
        matcher.notes.add("the state " + Printable.quote(port.name()) + " is the carry of a layer");
      } else if (data == null) {
        data = port;
        matcher.current = plan.inputSlot(i);
      } else if (matcher.lengths < 0 && isLengths(port)) {
        matcher.lengths = plan.inputSlot(i);
      } else {
        throw matcher.refuse(formatted("it has the inputs %s and %s", data.name(), port.name()));
      }
    }
    List<String> shape = data == null ? null : data.shape();
    ElementType type = data == null ? null : data.type();
    if (data == null || shape == null || type == null) {
      throw matcher.refuse("it has no input whose shape is declared");
    }
    boolean ids = type.storage() == ElementType.Storage.LONGS;
    if (shape.size() != (ids ? 2 : 3)) {
      throw matcher.refuse(
          formatted(
              "its input is %s; expected [batch, time] ids or [batch, time, features]",
              data.describe()));
    }
    matcher.axes.addAll(List.of(Axis.FIRST, Axis.SECOND));
    if (!ids) {
      matcher.axes.add(Axis.FEATURES);
    }
    matcher.follow();
    return new OnnxChain(
        data.name(),
        ids ? 0 : matcher.inputFeatures(data),
        matcher.batchFirst,
        matcher.links,
        matcher.notes);
  }

  /** Whether an input can be the lengths of rows: a vector of integers. */
  private static boolean isLengths(OnnxPort port) {
    List<String> shape = port.shape();
    ElementType type = port.type();
    return shape != null
        && shape.size() == 1
        && (type == ElementType.INT32 || type == ElementType.INT64);
  }

  private int inputFeatures(OnnxPort data) {
    return features > 0 ? features : data.size(2);
  }

  private OnnxException refuse(String why) {
    return new OnnxException(
        formatted(
            "%s is no chain of layers that Comporta has: %s; run it as a graph with 'comporta onnx run'",
            Printable.quote(name), Printable.quote(why)));
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
      if (isShape(step) || !isNeeded(step) || !(reads || readsPast || inBody)) {
        for (int slot : step.outputs()) {
          writers.put(slot, step);
        }
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
    if (plan.outputs() > 1) {
      notes.add("outputs behind the first are left out");
    }
  }

  /** The slot of the value behind a node of the chain. */
  private int apply(GraphPlan.Step step) {
    NodeInfo node = step.node();
    switch (node.operator()) {
      case "Identity", "Dropout", "Cast" -> {
        if (step.inputs()[0] != current) {
          throw refuse(step, "reads the chain in another place");
        }
      }
      case "Transpose" -> {
        int[] order = node.wholes("perm");
        List<Axis> turned = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
          turned.add(axes.get(order.length == 0 ? axes.size() - 1 - i : order[i]));
        }
        axes = turned;
      }
      case "Squeeze" -> squeeze(step);
      case "Unsqueeze" -> {
        int[] added = axesOf(step, "axes");
        Arrays.sort(added);
        for (int axis : added) {
          axes.add(axis < 0 ? axis + axes.size() + 1 : axis, Axis.ONE);
        }
      }
      case "Reshape", "Flatten" -> reshape(step);
      case "Gather" -> gather(step);
      case "Slice" -> slice(step);
      case "RNN", "LSTM", "GRU" -> {
        return recurrent(step);
      }
      case "MatMul", "Gemm" -> dense(step);
      case "Add" -> addBias(step);
      case "Relu", "Tanh", "Sigmoid", "Softplus" -> activation(node.operator());
      case "Softmax", "LogSoftmax" -> {
        int axis = node.whole("axis", node.version() < 13 ? 1 : -1);
        if ((axis < 0 ? axis + axes.size() : axis) != axes.size() - 1) {
          throw refuse(step, "is a softmax over another axis than the last");
        }
        activation(node.operator());
      }
      case "BatchNormalization" -> normalization(step);
      default -> throw refuse(step, "is of no layer");
    }
    return step.outputs()[0];
  }

  private @Nullable OnnxTensor constant(GraphPlan.Step step, int input) {
    return input < step.inputs().length && step.inputs()[input] >= 0
        ? plan.constant(step.inputs()[input])
        : null;
  }

  private OnnxTensor required(GraphPlan.Step step, int input, String what) {
    OnnxTensor tensor = constant(step, input);
    if (tensor == null) {
      throw refuse(step, "has no constant " + what);
    }
    return tensor;
  }

  private int[] axesOf(GraphPlan.Step step, String attribute) {
    OnnxTensor given = constant(step, 1);
    if (given != null) {
      return Arrays.stream(given.longs()).mapToInt(Math::toIntExact).toArray();
    }
    return step.node().wholes(attribute);
  }

  private void squeeze(GraphPlan.Step step) {
    int[] gone = axesOf(step, "axes");
    boolean[] removed = new boolean[axes.size()];
    for (int axis : gone) {
      removed[axis < 0 ? axis + axes.size() : axis] = true;
    }
    List<Axis> kept = new ArrayList<>();
    for (int i = 0; i < axes.size(); i++) {
      Axis axis = axes.get(i);
      boolean single = axis == Axis.ONE || (axis == Axis.DIRECTIONS && directions == 1);
      if (gone.length == 0 ? !single : !removed[i]) {
        kept.add(axis);
      } else if (!single) {
        throw refuse(step, "removes an axis that is more than one wide");
      }
    }
    axes = kept;
  }

  /** A reshape that removes axes of size 1, or puts the directions beside the features. */
  private void reshape(GraphPlan.Step step) {
    int at = axes.indexOf(Axis.DIRECTIONS);
    if (at >= 0 && directions == 2) {
      if (at + 1 >= axes.size() || axes.get(at + 1) != Axis.FEATURES) {
        throw refuse(step, "mixes directions with other axes");
      }
      axes.remove(at);
      directions = 1;
    } else if (at >= 0) {
      axes.remove(at);
    } else if (axes.contains(Axis.ONE)) {
      axes.removeIf(axis -> axis == Axis.ONE);
    } else {
      throw refuse(step, "changes the shape in a way that is not understood");
    }
  }

  private void gather(GraphPlan.Step step) {
    int axis = step.node().whole("axis", 0);
    if (step.inputs()[0] != current) {
      OnnxTensor table = required(step, 0, "table");
      if (table.rank() != 2 || axis != 0 || table.type() != ElementType.FLOAT32) {
        throw refuse(step, "reads no table of an embedding");
      }
      links.add(
          new OnnxChain.Link(
              Spec.of("embedding").with("vocabulary", table.size(0)).with("size", table.size(1)),
              Map.of("table", table)));
      axes.add(Axis.FEATURES);
      return;
    }
    OnnxTensor index = required(step, 1, "index");
    int at = axis < 0 ? axis + axes.size() : axis;
    if (index.count() != 1 || index.rank() > 1) {
      throw refuse(step, "reads more than one index");
    }
    Axis read = axes.get(at);
    if (read == Axis.TIME && index.longs()[0] == -1) {
      last();
    } else if (!(index.longs()[0] == 0
        && (read == Axis.ONE || (read == Axis.DIRECTIONS && directions == 1)))) {
      throw refuse(step, "reads an index other than the last timestep");
    }
    if (index.rank() == 0) {
      axes.remove(at);
    } else {
      axes.set(at, Axis.ONE);
    }
  }

  private void last() {
    links.add(new OnnxChain.Link(Spec.of("pool-time").with("mode", "last"), Map.of()));
  }

  private void slice(GraphPlan.Step step) {
    boolean attributes = step.node().given("starts");
    long[] starts =
        attributes ? step.node().integers("starts") : required(step, 1, "start").longs();
    long[] ends = attributes ? step.node().integers("ends") : required(step, 2, "end").longs();
    long[] along = attributes ? step.node().integers("axes") : null;
    OnnxTensor given = attributes ? null : constant(step, 3);
    long axis = along != null ? along[0] : given != null ? given.longs()[0] : 0;
    int at = (int) (axis < 0 ? axis + axes.size() : axis);
    if (starts == null
        || ends == null
        || starts.length != 1
        || starts[0] != -1
        || ends[0] < Integer.MAX_VALUE
        || axes.get(at) != Axis.TIME) {
      throw refuse(step, "takes a part other than the last timestep");
    }
    last();
    axes.set(at, Axis.ONE);
  }

  private void dense(GraphPlan.Step step) {
    NodeInfo node = step.node();
    boolean gemm = node.operator().equals("Gemm");
    OnnxTensor w = required(step, 1, "matrix");
    if (step.inputs()[0] != current
        || w.rank() != 2
        || axes.getLast() != Axis.FEATURES
        || w.type() != ElementType.FLOAT32) {
      throw refuse(step, "is no product of features with a constant matrix");
    }
    if (gemm
        && (node.flag("transA", false)
            || node.real("alpha", 1) != 1
            || node.real("beta", 1) != 1)) {
      throw refuse(step, "scales or transposes its input");
    }
    OnnxTensor matrix = gemm && node.flag("transB", false) ? Weights.transposed(w) : w;
    note(matrix.size(0));
    int units = matrix.size(1);
    OnnxTensor bias = gemm && node.has(2) ? required(step, 2, "bias") : null;
    if (bias != null && bias.count() != units) {
      throw refuse(step, "has a bias of another size");
    }
    Spec spec = Spec.of("dense").with("units", units);
    links.add(
        bias == null
            ? new OnnxChain.Link(spec.with("bias", false), Map.of("W", matrix))
            : new OnnxChain.Link(spec, Map.of("W", matrix, "b", bias.reshaped(units))));
  }

  /** The number of features of the input, if this is the first layer. */
  private void note(int size) {
    if (links.isEmpty() && features == 0) {
      features = size;
    }
  }

  private void addBias(GraphPlan.Step step) {
    int other = step.inputs()[0] == current ? 1 : 0;
    OnnxTensor bias = required(step, other, "bias");
    OnnxChain.Link before = links.isEmpty() ? null : links.getLast();
    OnnxTensor matrix = before == null ? null : before.weights().get("W");
    if (before == null
        || matrix == null
        || !before.spec().name().equals("dense")
        || before.weights().containsKey("b")
        || bias.count() != matrix.size(1)) {
      throw refuse(step, "adds something else than the bias of a product");
    }
    Map<String, OnnxTensor> weights = new HashMap<>(before.weights());
    weights.put("b", bias.reshaped(bias.count()));
    links.removeLast();
    links.add(new OnnxChain.Link(Spec.of("dense").with("units", bias.count()), weights));
  }

  private void activation(String operator) {
    String word =
        switch (operator) {
          case "LogSoftmax" -> "log-softmax";
          default -> operator.toLowerCase(java.util.Locale.ROOT);
        };
    links.add(new OnnxChain.Link(Spec.of("activation").with("function", word), Map.of()));
  }

  private void normalization(GraphPlan.Step step) {
    if (axes.size() < 2 || axes.get(1) != Axis.FEATURES) {
      throw refuse(step, "normalises another axis than the features");
    }
    OnnxTensor gamma = required(step, 1, "scale");
    double epsilon = step.node().real("epsilon", 1e-5f);
    float[] scale = gamma.floats().clone();
    float[] shift = required(step, 2, "shift").floats().clone();
    float[] mean = required(step, 3, "mean").floats();
    float[] variance = required(step, 4, "variance").floats();
    for (int i = 0; i < scale.length; i++) {
      double factor = scale[i] / Math.sqrt(variance[i] + epsilon);
      shift[i] = (float) (shift[i] - mean[i] * factor);
      scale[i] = (float) factor;
    }
    links.add(
        new OnnxChain.Link(
            Spec.of("affine"),
            Map.of(
                "scale", OnnxTensor.of(scale, scale.length),
                "shift", OnnxTensor.of(shift, shift.length))));
  }

  private int recurrent(GraphPlan.Step step) {
    boolean layout = step.node().flag("layout", false);
    Axis first = layout ? Axis.BATCH : Axis.TIME;
    Axis second = layout ? Axis.TIME : Axis.BATCH;
    if (step.inputs()[0] != current || axes.size() != 3 || axes.get(2) != Axis.FEATURES) {
      throw refuse(step, "does not read the chain as [time, batch, features]");
    }
    if (axes.get(0) == Axis.FIRST || axes.get(0) == Axis.SECOND) {
      batchFirst = (axes.get(0) == Axis.FIRST) == layout;
    } else if (axes.get(0) != first || axes.get(1) != second) {
      throw refuse(step, "reads batch and time the other way round than the layer before");
    }
    if (step.node().has(4) && step.inputs()[4] != lengths) {
      throw refuse(step, "has lengths of rows that are no input");
    }
    for (int state = 5; state < Math.min(7, step.inputs().length); state++) {
      int slot = step.inputs()[state];
      if (slot >= 0 && !stateInputs.contains(slot) && !isZero(slot)) {
        throw refuse(step, "begins with a state that is neither zero nor an input");
      }
    }
    RecurrentLink link =
        RecurrentLink.of(
            step.node(),
            required(step, 1, "W"),
            required(step, 2, "R"),
            constant(step, 3),
            constant(step, 7));
    if (link.problem() != null) {
      throw refuse(step, link.problem());
    }
    note(link.inputs());
    directions = link.directions();
    boolean sequence = isRead(step, 0);
    boolean states = isReadInside(step, 1) || isReadInside(step, 2);
    if (sequence && states) {
      throw refuse(step, "passes both its outputs and its last state on");
    }
    links.add(link.layer(!sequence));
    if (!sequence) {
      if (!isRead(step, 1)) {
        throw refuse(step, "passes neither its outputs nor its last state on");
      }
      axes =
          new ArrayList<>(
              layout
                  ? List.of(Axis.BATCH, Axis.DIRECTIONS, Axis.FEATURES)
                  : List.of(Axis.DIRECTIONS, Axis.BATCH, Axis.FEATURES));
      return step.outputs()[1];
    }
    axes =
        new ArrayList<>(
            layout
                ? List.of(Axis.BATCH, Axis.TIME, Axis.DIRECTIONS, Axis.FEATURES)
                : List.of(Axis.TIME, Axis.DIRECTIONS, Axis.BATCH, Axis.FEATURES));
    return step.outputs()[0];
  }

  /** Whether an output is read by a node that computes more than a shape, or is the result. */
  private boolean isRead(GraphPlan.Step step, int output) {
    return isReadInside(step, output)
        || (output < step.outputs().length
            && step.outputs()[output] >= 0
            && step.outputs()[output] == plan.outputSlot(0));
  }

  private boolean isReadInside(GraphPlan.Step step, int output) {
    if (output >= step.outputs().length || step.outputs()[output] < 0) {
      return false;
    }
    int slot = step.outputs()[output];
    return plan.steps().stream()
        .filter(it -> !isShape(it) && isNeeded(it))
        .anyMatch(it -> Arrays.stream(it.inputs()).anyMatch(read -> read == slot));
  }

  /** Whether a value is zero whatever its shape. */
  private boolean isZero(int slot) {
    OnnxTensor constant = slot < 0 ? null : plan.constant(slot);
    if (constant != null) {
      for (int i = 0; i < constant.count(); i++) {
        if (constant.number(i) != 0) {
          return false;
        }
      }
      return true;
    }
    GraphPlan.Step writer = writers.get(slot);
    if (writer == null) {
      return false;
    }
    return switch (writer.node().operator()) {
      case "ConstantOfShape" -> {
        OnnxTensor value = writer.node().tensor("value");
        yield value == null || value.number(0) == 0;
      }
      case "Concat" -> Arrays.stream(writer.inputs()).allMatch(this::isZero);
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
          isZero(writer.inputs()[0]);
      default -> false;
    };
  }
}

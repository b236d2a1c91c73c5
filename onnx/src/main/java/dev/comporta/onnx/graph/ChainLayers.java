package dev.comporta.onnx.graph;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.onnx.graph.ChainAxes.Axis;
import dev.comporta.onnx.operators.NodeInfo;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxChain;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the nodes of a chain into layers, with their weights in our layout. */
final class ChainLayers {
  private final ChainGraph graph;
  private final ChainAxes axes;
  private boolean begun;
  private int features;

  ChainLayers(ChainGraph graph, ChainAxes axes) {
    this.graph = graph;
    this.axes = axes;
    this.features = axes.width();
  }

  /**
   * A layer, or the reason why a node is not one.
   *
   * @param link the layer, or null
   * @param problem what the node does instead; empty if it is a layer
   * @param width the number of features of each direction of a recurrent layer
   * @param directions its directions
   */
  record Found(OnnxChain.@Nullable Link link, String problem, int width, int directions) {
    static Found of(OnnxChain.Link link) {
      return new Found(link, "", 0, 1);
    }

    static Found problem(String problem) {
      return new Found(null, problem, 0, 1);
    }
  }

  /** The number of features that the first layer reads; -1 if no layer determines it. */
  int features() {
    return features;
  }

  /** Whether a layer can read this number of features. */
  private boolean reads(int size) {
    boolean fits = axes.width() == size || (axes.width() < 0 && !begun);
    if (!begun && axes.width() < 0) {
      features = size;
    }
    begun = true;
    return fits && size > 0;
  }

  private static boolean isFloats(@Nullable OnnxTensor tensor, int rank) {
    return tensor != null && tensor.type() == ElementType.FLOAT32 && tensor.rank() == rank;
  }

  Found embedding(GraphPlan.Step step, boolean readsIds) {
    OnnxTensor table = graph.constant(step, 0);
    if (!readsIds
        || table == null
        || !isFloats(table, 2)
        || table.count() == 0
        || step.node().whole("axis", 0) != 0
        || !axes.ids()) {
      return Found.problem("does not read the table of an embedding");
    }
    axes.addFeatures(table.size(1));
    begun = true;
    return Found.of(
        new OnnxChain.Link(
            Spec.of("embedding").with("vocabulary", table.size(0)).with("size", table.size(1)),
            Map.of("table", table)));
  }

  Found dense(GraphPlan.Step step) {
    NodeInfo node = step.node();
    boolean gemm = node.operator().equals("Gemm");
    OnnxTensor w = graph.constant(step, 1);
    if (w == null || !isFloats(w, 2) || w.count() == 0 || !axes.endsWithFeatures()) {
      return Found.problem("is not a product of features with a constant matrix");
    }
    if (gemm
        && (node.flag("transA", false)
            || node.real("alpha", 1) != 1
            || node.real("beta", 1) != 1
            || axes.rank() != 2)) {
      return Found.problem("scales or transposes its input");
    }
    OnnxTensor matrix = gemm && node.flag("transB", false) ? Weights.transposed(w) : w;
    if (!reads(matrix.size(0))) {
      return Found.problem(
          formatted("reads %d features where there are %d", matrix.size(0), axes.width()));
    }
    int units = matrix.size(1);
    OnnxTensor bias = gemm && node.has(2) ? graph.constant(step, 2) : null;
    if (gemm && node.has(2) && (bias == null || !isVector(bias, units))) {
      return Found.problem("has a bias that is not one number for each of its units");
    }
    axes.width(units);
    Spec spec = Spec.of("dense").with("units", units);
    return Found.of(
        bias == null
            ? new OnnxChain.Link(spec.with("bias", false), Map.of("W", matrix))
            : new OnnxChain.Link(spec, Map.of("W", matrix, "b", bias.reshaped(units))));
  }

  /** Whether a tensor adds one number to each feature, and adds no axes. */
  private boolean isVector(OnnxTensor bias, int units) {
    return bias.type() == ElementType.FLOAT32
        && bias.count() == units
        && bias.rank() > 0
        && bias.rank() <= axes.rank()
        && bias.size(bias.rank() - 1) == units;
  }

  /** Whether a tensor is the bias of the product before it. */
  boolean isBias(OnnxTensor bias, OnnxChain.Link before) {
    OnnxTensor matrix = before.weights().get("W");
    return matrix != null
        && before.spec().name().equals("dense")
        && !before.weights().containsKey("b")
        && axes.endsWithFeatures()
        && axes.width() == matrix.size(1)
        && isVector(bias, matrix.size(1));
  }

  static OnnxChain.Link withBias(OnnxChain.Link before, OnnxTensor bias) {
    Map<String, OnnxTensor> weights = new HashMap<>(before.weights());
    weights.put("b", bias.reshaped(bias.count()));
    return new OnnxChain.Link(Spec.of("dense").with("units", bias.count()), weights);
  }

  Found activation(GraphPlan.Step step) {
    String operator = step.node().operator();
    if (axes.ids()) {
      return Found.problem("is a function of ids");
    }
    if (operator.endsWith("Softmax")) {
      int axis = step.node().whole("axis", step.node().version() < 13 ? 1 : -1);
      if (axes.at(axis) != axes.rank() - 1 || !axes.endsWithFeatures()) {
        return Found.problem("is a softmax over another axis than the features");
      }
    }
    begun = true;
    String word = operator.equals("LogSoftmax") ? "log-softmax" : operator.toLowerCase(Locale.ROOT);
    return Found.of(new OnnxChain.Link(Spec.of("activation").with("function", word), Map.of()));
  }

  Found normalization(GraphPlan.Step step) {
    NodeInfo node = step.node();
    if (axes.rank() < 2
        || axes.get(1) != Axis.FEATURES
        || node.flag("training_mode", false)
        || node.integer("spatial", 1) == 0) {
      return Found.problem("does not normalise features with constants");
    }
    float[][] given = new float[4][];
    for (int i = 0; i < given.length; i++) {
      OnnxTensor tensor = graph.constant(step, i + 1);
      if (tensor == null || !isFloats(tensor, 1)) {
        return Found.problem(formatted("has no constant float32 vector as input %d", i + 1));
      }
      given[i] = tensor.floats();
      if (given[i].length != given[0].length) {
        return Found.problem("has constants of different sizes");
      }
    }
    if (!reads(given[0].length)) {
      return Found.problem(
          formatted("normalises %d features where there are %d", given[0].length, axes.width()));
    }
    axes.width(given[0].length);
    double epsilon = node.real("epsilon", 1e-5f);
    float[] scale = given[0].clone();
    float[] shift = given[1].clone();
    for (int i = 0; i < scale.length; i++) {
      double factor = scale[i] / Math.sqrt(given[3][i] + epsilon);
      shift[i] = (float) (shift[i] - given[2][i] * factor);
      scale[i] = (float) factor;
    }
    return Found.of(
        new OnnxChain.Link(
            Spec.of("affine"),
            Map.of(
                "scale", OnnxTensor.of(scale, scale.length),
                "shift", OnnxTensor.of(shift, shift.length))));
  }

  /** A recurrent layer; {@code last} if only its last state is read. */
  Found recurrent(GraphPlan.Step step, boolean last) {
    for (int input : new int[] {3, 7}) {
      if (step.node().has(input) && graph.constant(step, input) == null) {
        return Found.problem("has weights that are computed");
      }
    }
    OnnxTensor w = graph.constant(step, 1);
    OnnxTensor r = graph.constant(step, 2);
    if (w == null || r == null) {
      return Found.problem("has weights that are computed");
    }
    RecurrentLink link =
        RecurrentLink.of(step.node(), w, r, graph.constant(step, 3), graph.constant(step, 7));
    String problem = link.problem();
    if (problem != null) {
      return Found.problem(problem);
    }
    if (!reads(link.inputs())) {
      return Found.problem(
          formatted("reads %d features where there are %d", link.inputs(), axes.width()));
    }
    return new Found(link.layer(last), "", link.hidden(), link.directions());
  }
}

package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameters;
import dev.comporta.cells.Activation;
import dev.comporta.cells.layers.ActivationLayer;
import dev.comporta.cells.layers.BidirectionalLayer;
import dev.comporta.cells.layers.DenseLayer;
import dev.comporta.cells.layers.DropoutLayer;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.layers.LayerNormLayer;
import dev.comporta.cells.layers.PoolTimeLayer;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.cells.layers.ResidualLayer;
import dev.comporta.cells.layers.Returns;
import dev.comporta.cells.layers.ReverseLayer;
import dev.comporta.cells.layers.SequentialLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the layers of a model as nodes. Values are time-major inside, {@code [time, batch,
 * features]}, and batch-first at the inputs and outputs. {@code lengths} goes to every recurrent
 * node. A recurrent layer that runs forward has its state as an input and an output, unless an
 * earlier layer reverses or reduces time.
 */
final class LayerExport {
  /** The name of the input with the number of timesteps of each row. */
  public static final String LENGTHS = "lengths";

  /** The end of the names of state inputs. */
  public static final String IN = "_in";

  /** The end of the names of state outputs. */
  public static final String OUT = "_out";

  private final GraphWriter graph;
  private final Parameters parameters;
  private final List<String> states = new ArrayList<>();
  private boolean reduced;
  private boolean reversed;

  private LayerExport(GraphWriter graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
  }

  /**
   * Writes a model.
   *
   * @return the parts of the carry that are inputs and outputs
   */
  public static List<String> write(SequenceModel model, GraphWriter graph) {
    if (!model.encoder().isEmpty()) {
      throw new OnnxException(
          "[onnx] an encoder with a decoder cannot be exported yet; only models of layers in sequence can");
    }
    LayerExport export = new LayerExport(graph, model.parameters());
    boolean ids = model.inputSize() == 0;
    String input = ids ? "ids" : "x";
    if (ids) {
      graph.input(input, ElementType.INT64, "batch", "time");
    } else {
      graph.input(input, ElementType.FLOAT32, "batch", "time", model.inputSize());
    }
    graph.input(LENGTHS, ElementType.INT32, "batch");
    String y =
        graph.apply(
            "Transpose",
            List.of(input),
            ids ? attribute("perm", 1, 0) : attribute("perm", 1, 0, 2));
    for (int n = 0; n < model.layers().size(); n++) {
      y = export.layer(model.layers().get(n), "layers." + n + ".", y);
    }
    graph.node("Transpose", List.of(y), List.of("y"), attribute("perm", 1, 0, 2));
    graph.output(
        "y", ElementType.FLOAT32, "batch", export.reduced ? 1 : "time", model.outputSize());
    export.states.forEach(state ->
        graph.output(portName(state) + OUT, ElementType.FLOAT32, 1, "batch", export.size(state)));
    return export.states;
  }

  private final java.util.Map<String, Integer> sizes = new java.util.HashMap<>();

  private int size(String state) {
    return sizes.getOrDefault(state, 0);
  }

  /** The name of a part of the carry as an input or output, without its end. */
  public static String portName(String part) {
    return part.replace('.', '_');
  }

  private static OnnxException refuse(String prefix, String what) {
    return new OnnxException(
        formatted(
            "[onnx] %s %s cannot be exported; embedding, recurrent (rnn, lstm, gru), bidirectional, dense, activation, layer-norm, pool-time, reverse, stack and dropout can",
            prefix.substring(0, prefix.length() - 1), what));
  }

  private String layer(Layer layer, String prefix, String x) {
    return switch (layer) {
      case EmbeddingLayer embedding ->
          graph.apply(
              "Gather",
              List.of(
                  weights(prefix + EmbeddingLayer.TABLE, embedding.vocabulary(), embedding.size()),
                  x));
      case DenseLayer dense -> dense(dense, prefix, x);
      case ActivationLayer activation -> activation(activation.function(), x);
      case DropoutLayer dropout -> x;
      case LayerNormLayer norm -> layerNorm(norm, prefix, x);
      case ReverseLayer reverse -> reverse(x);
      case PoolTimeLayer pool -> pool(pool, prefix, x);
      case SequentialLayer stack -> {
        String y = x;
        for (Map.Entry<String, Layer> inner : stack.named().entrySet()) {
          y = layer(inner.getValue(), prefix + inner.getKey(), y);
        }
        yield y;
      }
      case ResidualLayer residual -> {
        String prefixed = inner(residual, prefix);
        String y = layer(residual.inner(), prefixed, x);
        yield graph.apply("Add", List.of(x, y));
      }
      case RecurrentLayer recurrent -> recurrent(recurrent, prefix, x);
      case BidirectionalLayer both -> bidirectional(both, prefix, x);
      default -> throw refuse(prefix, layer.getClass().getSimpleName());
    };
  }

  /** The prefix of the parameters of a wrapped layer: what its own names have in addition. */
  private static String inner(ResidualLayer residual, String prefix) {
    List<String> outer = residual.parameters().stream().map(it -> it.name()).toList();
    List<String> own = residual.inner().parameters().stream().map(it -> it.name()).toList();
    return outer.isEmpty()
        ? prefix
        : prefix
            + outer.getFirst().substring(0, outer.getFirst().length() - own.getFirst().length());
  }

  private String weights(String name, long... sizes) {
    return graph.weights(name, parameters.copy(name), sizes);
  }

  private String dense(DenseLayer dense, String prefix, String x) {
    String w;
    if (dense.tied()) {
      throw refuse(prefix, "a dense layer that shares the table of an embedding");
    }
    w = weights(prefix + "W", dense.inputSize(), dense.units());
    String y = graph.apply("MatMul", List.of(x, w));
    if (dense.bias()) {
      y = graph.apply("Add", List.of(y, weights(prefix + "b", dense.units())));
    }
    return activation(dense.activation(), y);
  }

  private String activation(Activation activation, String x) {
    return switch (activation) {
      case IDENTITY -> x;
      case TANH -> graph.apply("Tanh", List.of(x));
      case RELU -> graph.apply("Relu", List.of(x));
      case SIGMOID -> graph.apply("Sigmoid", List.of(x));
      case SOFTPLUS -> graph.apply("Softplus", List.of(x));
      case SOFTMAX -> graph.apply("Softmax", List.of(x), attribute("axis", 2L));
      case LOG_SOFTMAX -> graph.apply("LogSoftmax", List.of(x), attribute("axis", 2L));
      case HARD_THRESHOLD -> {
        String zero = graph.weights(graph.fresh("zero"), new float[1]);
        String above = graph.apply("Greater", List.of(x, zero));
        yield graph.apply("Cast", List.of(above), attribute("to", 1L));
      }
    };
  }

  private String layerNorm(LayerNormLayer norm, String prefix, String x) {
    String gamma = weights(prefix + "gamma", norm.size());
    String beta = weights(prefix + "beta", norm.size());
    if (graph.version() >= 17) {
      return graph.apply(
          "LayerNormalization",
          List.of(x, gamma, beta),
          attribute("axis", -1L),
          attribute("epsilon", norm.epsilon()));
    }
    String mean = graph.apply("ReduceMean", List.of(x), attribute("axes", new long[] {2}));
    String centered = graph.apply("Sub", List.of(x, mean));
    String square = graph.apply("Mul", List.of(centered, centered));
    String variance = graph.apply("ReduceMean", List.of(square), attribute("axes", new long[] {2}));
    String epsilon = graph.weights(graph.fresh("epsilon"), new float[] {norm.epsilon()});
    String deviation = graph.apply("Sqrt", List.of(graph.apply("Add", List.of(variance, epsilon))));
    String normal = graph.apply("Div", List.of(centered, deviation));
    return graph.apply("Add", List.of(graph.apply("Mul", List.of(normal, gamma)), beta));
  }

  private String reverse(String x) {
    if (graph.version() < 10) {
      throw new OnnxException(
          "[onnx] a layer that reverses time needs operator set 10 or newer; export with --opset 10");
    }
    reversed = true;
    String lengths = graph.apply("Cast", List.of(LENGTHS), attribute("to", 7L));
    return graph.apply(
        "ReverseSequence",
        List.of(x, lengths),
        attribute("time_axis", 0L),
        attribute("batch_axis", 1L));
  }

  private String pool(PoolTimeLayer pool, String prefix, String x) {
    if (pool.mode() != PoolTimeLayer.Mode.LAST || reduced) {
      throw refuse(prefix, formatted("a pool-time layer of mode %s", pool.mode()));
    }
    if (graph.version() < 10) {
      throw new OnnxException(
          "[onnx] the last timestep of each row needs operator set 10 or newer; export with --opset 10");
    }
    // Reversed within the length of each row, the last timestep is the first.
    boolean before = reversed;
    String turned = reverse(x);
    reversed = before;
    reduced = true;
    return graph.apply(
        "Slice",
        List.of(turned, graph.integers(0), graph.integers(1), graph.integers(new long[] {0})));
  }

  private String recurrent(RecurrentLayer layer, String prefix, String x) {
    RecurrentExport cell = RecurrentExport.of(layer.cell(), prefix);
    if (layer.returns() == Returns.STATE) {
      throw refuse(prefix, "a recurrent layer that returns its state");
    }
    if (reduced) {
      throw refuse(prefix, "a recurrent layer behind one that reduces time");
    }
    String w = cell.w(graph, parameters, List.of(prefix + "cell."));
    String r = cell.r(graph, parameters, List.of(prefix + "cell."));
    String b = cell.b(graph, parameters, List.of(prefix + "cell."));
    boolean streams = !layer.reverse() && !reversed;
    List<String> inputs = new ArrayList<>(List.of(x, w, r, b, LENGTHS));
    List<String> outputs = new ArrayList<>();
    String y = graph.fresh("y");
    outputs.add(layer.returns() == Returns.SEQUENCE ? y : "");
    String last = graph.fresh("last");
    for (String part : cell.states()) {
      String port = portName(prefix + "cell." + part);
      if (streams) {
        graph.input(port + IN, ElementType.FLOAT32, 1, "batch", cell.hidden());
        inputs.add(port + IN);
        outputs.add(port + OUT);
        states.add(prefix + "cell." + part);
        sizes.put(prefix + "cell." + part, cell.hidden());
      } else if (part.equals("h")) {
        outputs.add(last);
      }
    }
    graph.node(
        cell.operator(),
        inputs,
        outputs,
        cell.attributes(layer.reverse() ? "reverse" : "forward", 1));
    if (layer.returns() == Returns.LAST) {
      reduced = true;
      return streams ? portName(prefix + "cell.h") + OUT : last;
    }
    return graph.apply("Reshape", List.of(y, graph.integers(0, -1, cell.hidden())));
  }

  private String bidirectional(BidirectionalLayer layer, String prefix, String x) {
    RecurrentExport cell = RecurrentExport.of(layer.forward(), prefix);
    if (!layer.forward().equals(layer.backward()) || layer.returns() == Returns.STATE) {
      throw refuse(prefix, "a bidirectional layer of different cells, or that returns its state,");
    }
    if (reduced) {
      throw refuse(prefix, "a recurrent layer behind one that reduces time");
    }
    List<String> sides = List.of(prefix + "forward.", prefix + "backward.");
    String y = graph.fresh("y");
    String last = graph.fresh("last");
    boolean sequence = layer.returns() == Returns.SEQUENCE;
    graph.node(
        cell.operator(),
        List.of(
            x,
            cell.w(graph, parameters, sides),
            cell.r(graph, parameters, sides),
            cell.b(graph, parameters, sides),
            LENGTHS),
        sequence ? List.of(y) : List.of("", last),
        cell.attributes("bidirectional", 2));
    reduced |= !sequence;
    if (layer.merge() == BidirectionalLayer.Merge.CONCATENATE) {
      String turned =
          sequence
              ? graph.apply("Transpose", List.of(y), attribute("perm", 0, 2, 1, 3))
              : graph.apply("Transpose", List.of(last), attribute("perm", 1, 0, 2));
      return graph.apply(
          "Reshape",
          List.of(
              turned,
              sequence
                  ? graph.integers(0, 0, 2L * cell.hidden())
                  : graph.integers(1, -1, 2L * cell.hidden())));
    }
    String operator = layer.merge() == BidirectionalLayer.Merge.SUM ? "ReduceSum" : "ReduceMean";
    long axis = sequence ? 1 : 0;
    boolean byInput = operator.equals("ReduceSum") ? graph.version() >= 13 : graph.version() >= 18;
    String merged =
        byInput
            ? graph.apply(
                operator,
                List.of(sequence ? y : last, graph.integers(axis)),
                attribute("keepdims", 0L))
            : graph.apply(
                operator,
                List.of(sequence ? y : last),
                attribute("axes", new long[] {axis}),
                attribute("keepdims", 0L));
    return sequence
        ? merged
        : graph.apply("Reshape", List.of(merged, graph.integers(1, -1, cell.hidden())));
  }
}

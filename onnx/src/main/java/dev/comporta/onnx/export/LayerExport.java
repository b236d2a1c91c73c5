package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameters;
import dev.comporta.cells.layers.ActivationLayer;
import dev.comporta.cells.layers.AutoregressiveLayer;
import dev.comporta.cells.layers.BidirectionalLayer;
import dev.comporta.cells.layers.Conv1dLayer;
import dev.comporta.cells.layers.Conv2dLayer;
import dev.comporta.cells.layers.Conv3dLayer;
import dev.comporta.cells.layers.CrfLayer;
import dev.comporta.cells.layers.DenseLayer;
import dev.comporta.cells.layers.DropoutLayer;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.layers.Grid;
import dev.comporta.cells.layers.HighwayLayer;
import dev.comporta.cells.layers.LayerNormLayer;
import dev.comporta.cells.layers.PicturePlacesLayer;
import dev.comporta.cells.layers.Pool1dLayer;
import dev.comporta.cells.layers.Pool2dLayer;
import dev.comporta.cells.layers.PoolTimeLayer;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.cells.layers.ResidualLayer;
import dev.comporta.cells.layers.Returns;
import dev.comporta.cells.layers.ReverseLayer;
import dev.comporta.cells.layers.SequentialLayer;
import dev.comporta.cells.layers.StepDecoderLayer;
import dev.comporta.cells.layers.Window;
import dev.comporta.cells.layers.WordCharactersLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import java.util.ArrayList;
import java.util.Collections;
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

  /** The output with the number of outputs of each row, if it is not the number of timesteps. */
  static final String Y_LENGTHS = "y_lengths";

  /** The end of the names of state inputs. */
  public static final String IN = "_in";

  /** The end of the names of state outputs. */
  public static final String OUT = "_out";

  /** The beginning of the metadata with the learned initial value of a state input. */
  public static final String INITIAL = "comporta.initial.";

  private final GraphWriter graph;
  private final Parameters parameters;

  private final LayerFlow flow;
  private final RecurrentLayerExport recurrences;

  private LayerExport(GraphWriter graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
    this.flow = new LayerFlow(graph, parameters);
    this.recurrences = new RecurrentLayerExport(flow);
  }

  /**
   * Writes a model.
   *
   * @return the parts of the carry that are inputs and outputs
   */
  public static List<String> write(SequenceModel model, GraphWriter graph) {
    LayerExport export = new LayerExport(graph, model.parameters());
    String y = export.input(model.inputSize());
    for (int n = 0; n < model.layers().size(); n++) {
      y = export.layer(model.layers().get(n), "layers." + n + ".", y);
    }
    graph.node("Transpose", List.of(y), List.of("y"), attribute("perm", 1, 0, 2));
    boolean changed = !export.flow.reduced && !export.flow.changes.isEmpty();
    Object time = export.flow.reduced ? 1 : changed ? "outputs" : "time";
    graph.output("y", ElementType.FLOAT32, "batch", time, model.outputSize());
    if (changed) {
      graph.node("Identity", List.of(export.flow.lengths.narrow()), List.of(Y_LENGTHS));
      graph.output(Y_LENGTHS, ElementType.INT32, "batch");
    }
    export.flow.states.forEach((state, size) ->
        graph.output(portName(state) + OUT, ElementType.FLOAT32, 1, "batch", size));
    return List.copyOf(export.flow.states.keySet());
  }

  /**
   * What an encoder returns.
   *
   * @param annotations {@code [source, batch, K]}
   * @param summary {@code [batch, N]}
   * @param annotationSize K
   * @param summarySize N
   * @param changes what the encoder makes of the lengths of the source
   */
  record Encoded(
      String annotations,
      String summary,
      int annotationSize,
      int summarySize,
      List<RowLengths.Change> changes) {}

  /** Writes the encoder of a model, whose states are not inputs and outputs. */
  static Encoded writeEncoder(SequenceModel model, GraphWriter graph) {
    LayerExport export = new LayerExport(graph, model.parameters());
    export.flow.encodes = true;
    String y = export.input(SequenceModel.sourceInputSize(model.spec()));
    int summarySize = 0;
    for (int n = 0; n < model.encoder().size(); n++) {
      Layer layer = model.encoder().get(n);
      if (!layer.carry().isEmpty()) {
        export.flow.finals.clear();
        summarySize = layer.carry().stream().mapToInt(StateSpec::size).sum();
      }
      y = export.layer(layer, "encoder.layers." + n + ".", y);
    }
    if (export.flow.reduced) {
      throw new OnnxException("[onnx] an encoder that reduces time cannot be exported");
    }
    int size = model.encoder().getLast().outputSize();
    if (summarySize == 0) {
      String mean = TimeExport.pooled(graph, export.flow.lengths, true, y);
      return new Encoded(
          y,
          graph.apply("Reshape", List.of(mean, graph.integers(-1, size))),
          size,
          size,
          export.flow.changes);
    }
    String summary =
        export.flow.finals.size() == 1
            ? export.flow.finals.getFirst()
            : graph.apply("Concat", export.flow.finals, attribute("axis", 1L));
    return new Encoded(y, summary, size, summarySize, export.flow.changes);
  }

  /** Declares the input and the lengths; returns the input with time as its first axis. */
  private String input(int features) {
    boolean ids = features == 0;
    String input = ids ? "ids" : "x";
    if (ids) {
      graph.input(input, ElementType.INT64, "batch", "time");
    } else {
      graph.input(input, ElementType.FLOAT32, "batch", "time", features);
    }
    graph.input(LENGTHS, ElementType.INT32, "batch");
    return graph.apply(
        "Transpose", List.of(input), ids ? attribute("perm", 1, 0) : attribute("perm", 1, 0, 2));
  }

  /** The name of a part of the carry as an input or output, without its end. */
  public static String portName(String part) {
    return part.replace('.', '_');
  }

  private String layer(Layer layer, String prefix, String x) {
    return switch (layer) {
      case EmbeddingLayer embedding -> {
        String table =
            flow.weights(prefix + EmbeddingLayer.TABLE, embedding.vocabulary(), embedding.size());
        yield graph.apply("Gather", List.of(table, x));
      }
      case DenseLayer dense -> dense(dense, prefix, x);
      case ActivationLayer activation -> Formulas.activation(graph, activation.function(), x);
      case DropoutLayer dropout -> x;
      case LayerNormLayer norm ->
          Formulas.layerNorm(
              graph,
              norm,
              flow.weights(prefix + "gamma", norm.size()),
              flow.weights(prefix + "beta", norm.size()),
              x);
      case ReverseLayer reverse -> {
        flow.reversed = true;
        yield TimeExport.reversed(graph, flow.lengths, x);
      }
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
      case HighwayLayer highway -> highway(highway, prefix, x);
      case RecurrentLayer recurrent -> recurrences.recurrent(recurrent, prefix, x);
      case BidirectionalLayer both -> recurrences.bidirectional(both, prefix, x);
      case StepDecoderLayer decoder -> steps(decoder, prefix, x);
      case AutoregressiveLayer linear -> autoregressive(linear, prefix, x);
      case WordCharactersLayer words -> words(words, prefix, x);
      case CrfLayer crf -> transitions(crf, prefix, x);
      case Conv1dLayer convolution -> convolution(convolution, prefix, x);
      case Pool1dLayer windows -> {
        flow.requireTime(prefix);
        flow.change(before -> before.windows(windows.window()));
        String y = new WindowExport(graph).pooling(windows, x);
        yield TimeExport.withoutPadding(graph, flow.lengths, y);
      }
      case Conv2dLayer convolution -> convolution(convolution, prefix, x);
      case Conv3dLayer convolution -> convolution(convolution, prefix, x);
      case Pool2dLayer pool -> new WindowExport(graph).pooling(pool, x);
      case PicturePlacesLayer places -> {
        flow.requireTime(prefix);
        String vectors =
            places.placeVectors()
                ? graph.weights(
                    prefix + "P.places",
                    parameters.copy(prefix + "P"),
                    places.places(),
                    1,
                    places.channels())
                : "";
        String coordinates =
            places.coordinates()
                ? graph.weights(
                    prefix + "coordinates",
                    WindowExport.coordinates(places),
                    places.places(),
                    1,
                    PicturePlacesLayer.COORDINATES)
                : "";
        flow.change(before -> before.times(places.places()));
        yield new WindowExport(graph).places(places, x, vectors, coordinates);
      }
      default -> throw LayerFlow.refuse(prefix, layer.getClass().getSimpleName());
    };
  }

  /** The prefix of the parameters of a wrapped layer, which its own names do not have. */
  private static String inner(ResidualLayer residual, String prefix) {
    List<String> outer = residual.parameters().stream().map(it -> it.name()).toList();
    List<String> own = residual.inner().parameters().stream().map(it -> it.name()).toList();
    return outer.isEmpty()
        ? prefix
        : prefix
            + outer.getFirst().substring(0, outer.getFirst().length() - own.getFirst().length());
  }

  private String dense(DenseLayer dense, String prefix, String x) {
    String w =
        dense.tied()
            ? transposedTable(dense, prefix)
            : flow.weights(prefix + "W", dense.inputSize(), dense.units());
    String y = graph.apply("MatMul", List.of(x, w));
    if (dense.bias()) {
      y = graph.apply("Add", List.of(y, flow.weights(prefix + "b", dense.units())));
    }
    return Formulas.activation(graph, dense.activation(), y);
  }

  /** The table of the embedding that a dense layer shares, {@code [F, V]}. */
  private String transposedTable(DenseLayer dense, String prefix) {
    String shared = flow.weights(prefix + EmbeddingLayer.TABLE, dense.units(), dense.inputSize());
    return graph.apply("Transpose", List.of(shared), attribute("perm", 1, 0));
  }

  /** y = g f(x) + (1 - g) x, g = sigmoid(x W + b). */
  private String highway(HighwayLayer highway, String prefix, String x) {
    int size = highway.outputSize();
    String product = graph.apply("MatMul", List.of(x, flow.weights(prefix + "W", size, size)));
    String gate =
        graph.apply(
            "Sigmoid",
            List.of(graph.apply("Add", List.of(product, flow.weights(prefix + "b", size)))));
    String inner = layer(highway.inner(), prefix, x);
    String rest = graph.apply("Sub", List.of(graph.number(1), gate));
    return graph.apply(
        "Add",
        List.of(graph.apply("Mul", List.of(gate, inner)), graph.apply("Mul", List.of(rest, x))));
  }

  private String convolution(Conv1dLayer layer, String prefix, String x) {
    flow.requireTime(prefix);
    Cell causal = layer.causal();
    if (causal != null) {
      String y =
          recurrences.scanned(
              causal, prefix, x, false, !flow.encodes && !flow.reversed, Returns.SEQUENCE);
      return Formulas.activation(graph, layer.activation(), y);
    }
    Window window = layer.window();
    float[] w = parameters.copy(prefix + "W");
    String taps =
        graph.weights(
            prefix + "W.taps",
            WindowExport.taps(w, window.width(), layer.inputSize(), layer.filters()),
            layer.filters(),
            layer.inputSize(),
            window.width());
    String read = TimeExport.withoutPadding(graph, flow.lengths, x);
    String y = new WindowExport(graph).convolution(layer, read, taps);
    if (layer.bias()) {
      y = graph.apply("Add", List.of(y, flow.weights(prefix + "b", layer.filters())));
    }
    change(window);
    return Formulas.activation(graph, layer.activation(), y);
  }

  /** Changes the lengths as windows over time do, unless they keep them. */
  private void change(Window window) {
    int spare = window.before() + window.after() - (window.width() - 1) * window.dilation();
    if (spare != 0 || window.stride() != 1) {
      flow.change(before -> before.windows(window));
    }
  }

  private String convolution(Conv2dLayer layer, String prefix, String x) {
    Grid grid = layer.grid();
    String w =
        graph.weights(
            prefix + "W.pictures",
            WindowExport.transposed(parameters.copy(prefix + "W"), layer.filters()),
            layer.filters(),
            grid.channels(),
            grid.down().kernel(),
            grid.across().kernel());
    return new WindowExport(graph).convolution(layer, x, w, bias(layer, prefix));
  }

  private String bias(Conv2dLayer layer, String prefix) {
    return layer.bias() ? flow.weights(prefix + "b", layer.filters()) : "";
  }

  /** One over time and pictures; what a causal one carries is a Scan before one over pictures. */
  private String convolution(Conv3dLayer layer, String prefix, String x) {
    flow.requireTime(prefix);
    Conv2dLayer stacked = layer.stacked();
    Cell past = layer.past();
    if (past != null) {
      String images =
          recurrences.scanned(
              past, prefix, x, false, !flow.encodes && !flow.reversed, Returns.SEQUENCE);
      return convolution(stacked, prefix, images);
    }
    Window window = layer.window();
    Grid grid = stacked.grid();
    int inputs = grid.patch() / window.width();
    String w =
        graph.weights(
            prefix + "W.taps",
            WindowExport.taps(
                parameters.copy(prefix + "W"), window.width(), inputs, stacked.filters()),
            stacked.filters(),
            grid.channels() / window.width(),
            grid.down().kernel(),
            grid.across().kernel(),
            window.width());
    String read = TimeExport.withoutPadding(graph, flow.lengths, x);
    String y = new WindowExport(graph).convolution(layer, read, w, bias(stacked, prefix));
    change(window);
    return y;
  }

  /** A linear function of the last timesteps, and what the inner layers add to it. */
  private String autoregressive(AutoregressiveLayer layer, String prefix, String x) {
    flow.requireTime(prefix);
    int features = layer.lags() * layer.inputSize();
    String past = TimeExport.past(graph, flow.lengths, x, layer.lags(), layer.inputSize());
    String w = flow.weights(prefix + "W", features, layer.units());
    String product = graph.apply("MatMul", List.of(past, w));
    String y = graph.apply("Add", List.of(product, flow.weights(prefix + "b", layer.units())));
    SequentialLayer inner = layer.inner();
    if (inner != null) {
      String read =
          layer.centered()
              ? graph.apply("Sub", List.of(x, TimeExport.last(graph, flow.lengths, x)))
              : x;
      String rest = layer(inner, prefix, read);
      if (!flow.reduced) {
        throw LayerFlow.refuse(
            prefix, "an autoregressive layer with layers that return every timestep");
      }
      y = graph.apply("Add", List.of(y, rest));
    }
    flow.reduced = true;
    return y;
  }

  /** Layers that read the last timestep in each of a number of steps; the outputs are joined. */
  private String steps(StepDecoderLayer decoder, String prefix, String x) {
    int steps = decoder.steps();
    String last = flow.reduced ? x : TimeExport.last(graph, flow.lengths, x);
    String repeated = graph.apply("Expand", List.of(last, graph.integers(steps, 1, 1)));
    RowLengths ofRows = flow.lengths;
    int changes = flow.changes.size();
    flow.lengths = flow.lengths.fixed(steps);
    flow.reduced = false;
    String y = layer(decoder.inner(), prefix, repeated); // [S, B, O]
    if (flow.reduced || flow.changes.size() != changes) {
      throw LayerFlow.refuse(prefix, "a decoder with layers that change the number of its steps");
    }
    flow.lengths = ofRows;
    flow.reduced = true;
    String rows = graph.apply("Transpose", List.of(y), attribute("perm", 1, 0, 2));
    return graph.apply("Reshape", List.of(rows, graph.integers(1, -1, decoder.outputSize())));
  }

  /** Words and their characters; the cells that read the characters have lengths of their own. */
  private String words(WordCharactersLayer layer, String prefix, String x) {
    if (RecurrentExport.of(layer.inner().forward()) == null) {
      throw LayerFlow.refuse(
          prefix, "a word-characters layer with a cell that ONNX has no operator for");
    }
    flow.change(before -> before.dividedBy(1 + layer.wordLength()));
    WordExport words = new WordExport(graph, layer, x, flow.lengths);
    String vectors =
        words.words(flow.weights(prefix + EmbeddingLayer.TABLE, layer.vocabulary(), layer.size()));
    String characters = prefix + "characters.";
    String table =
        flow.weights(characters + EmbeddingLayer.TABLE, layer.characters(), layer.characterSize());
    RowLengths ofRows = flow.lengths;
    boolean encoding = flow.encodes;
    flow.lengths = words.spelled();
    flow.encodes = false;
    String read = recurrences.bidirectional(layer.inner(), characters, words.characters(table));
    flow.lengths = ofRows;
    flow.encodes = encoding;
    flow.reduced = false;
    return words.joined(vectors, read, layer.inner().outputSize());
  }

  /** The scores of classes and transitions. */
  private String transitions(CrfLayer crf, String prefix, String x) {
    int classes = crf.classes();
    String product =
        graph.apply("MatMul", List.of(x, flow.weights(prefix + "W", crf.inputSize(), classes)));
    String scores = graph.apply("Add", List.of(product, flow.weights(prefix + "b", classes)));
    List<String> all = new ArrayList<>(Collections.nCopies(classes + 1, scores));
    all.add(graph.apply("Mul", List.of(scores, graph.number(0))));
    String joined = graph.apply("Concat", all, attribute("axis", 2L));
    String flat = graph.weights(prefix + "A.flat", parameters.copy(prefix + "A"), crf.outputSize());
    return graph.apply("Add", List.of(joined, flat));
  }

  private String pool(PoolTimeLayer pool, String prefix, String x) {
    if (flow.reduced) {
      throw LayerFlow.refuse(prefix, "a pool-time layer after one that reduces time");
    }
    flow.reduced = true;
    return pool.mode() == PoolTimeLayer.Mode.LAST
        ? TimeExport.last(graph, flow.lengths, x)
        : TimeExport.pooled(graph, flow.lengths, pool.mode() == PoolTimeLayer.Mode.MEAN, x);
  }
}

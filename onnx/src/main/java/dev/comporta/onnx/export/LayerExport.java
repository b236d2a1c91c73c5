package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;
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
import dev.comporta.cells.layers.Window;
import dev.comporta.cells.layers.WordCharactersLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

  /** The parts of the carry that are inputs and outputs, and their sizes. */
  private final Map<String, Integer> states = new LinkedHashMap<>();

  private final List<String> finals = new ArrayList<>();

  /** What layers made of the lengths so far. */
  private final List<RowLengths.Change> changes = new ArrayList<>();

  private RowLengths lengths;
  private boolean encodes;
  private boolean reduced;
  private boolean reversed;

  private LayerExport(GraphWriter graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
    this.lengths = RowLengths.ofInput(graph);
  }

  private void change(RowLengths.Change change) {
    lengths = change.of(lengths);
    changes.add(change);
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
    boolean changed = !export.reduced && !export.changes.isEmpty();
    Object time = export.reduced ? 1 : changed ? "outputs" : "time";
    graph.output("y", ElementType.FLOAT32, "batch", time, model.outputSize());
    if (changed) {
      graph.node("Identity", List.of(export.lengths.narrow()), List.of(Y_LENGTHS));
      graph.output(Y_LENGTHS, ElementType.INT32, "batch");
    }
    export.states.forEach((state, size) ->
        graph.output(portName(state) + OUT, ElementType.FLOAT32, 1, "batch", size));
    return List.copyOf(export.states.keySet());
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
    export.encodes = true;
    String y = export.input(SequenceModel.sourceInputSize(model.spec()));
    int summarySize = 0;
    for (int n = 0; n < model.encoder().size(); n++) {
      Layer layer = model.encoder().get(n);
      if (!layer.carry().isEmpty()) {
        export.finals.clear();
        summarySize = layer.carry().stream().mapToInt(StateSpec::size).sum();
      }
      y = export.layer(layer, "encoder.layers." + n + ".", y);
    }
    if (export.reduced) {
      throw new OnnxException("[onnx] an encoder that reduces time cannot be exported");
    }
    int size = model.encoder().getLast().outputSize();
    if (summarySize == 0) {
      String mean = TimeExport.pooled(graph, export.lengths, true, y);
      return new Encoded(
          y,
          graph.apply("Reshape", List.of(mean, graph.integers(-1, size))),
          size,
          size,
          export.changes);
    }
    String summary =
        export.finals.size() == 1
            ? export.finals.getFirst()
            : graph.apply("Concat", export.finals, attribute("axis", 1L));
    return new Encoded(y, summary, size, summarySize, export.changes);
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

  private static OnnxException refuse(String prefix, String what) {
    return new OnnxException(
        formatted(
            "[onnx] %s %s cannot be exported; embedding, word-characters, recurrent, bidirectional, autoregressive, dense, crf, activation, layer-norm, convolutions, pools, reverse, stack, residual, highway and dropout can",
            prefix.substring(0, prefix.length() - 1), what));
  }

  private String layer(Layer layer, String prefix, String x) {
    return switch (layer) {
      case EmbeddingLayer embedding -> {
        String table =
            weights(prefix + EmbeddingLayer.TABLE, embedding.vocabulary(), embedding.size());
        yield graph.apply("Gather", List.of(table, x));
      }
      case DenseLayer dense -> dense(dense, prefix, x);
      case ActivationLayer activation -> Formulas.activation(graph, activation.function(), x);
      case DropoutLayer dropout -> x;
      case LayerNormLayer norm ->
          Formulas.layerNorm(
              graph,
              norm,
              weights(prefix + "gamma", norm.size()),
              weights(prefix + "beta", norm.size()),
              x);
      case ReverseLayer reverse -> {
        reversed = true;
        yield TimeExport.reversed(graph, lengths, x);
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
      case RecurrentLayer recurrent -> recurrent(recurrent, prefix, x);
      case BidirectionalLayer both -> bidirectional(both, prefix, x);
      case AutoregressiveLayer linear -> autoregressive(linear, prefix, x);
      case WordCharactersLayer words -> words(words, prefix, x);
      case CrfLayer crf -> transitions(crf, prefix, x);
      case Conv1dLayer convolution -> convolution(convolution, prefix, x);
      case Pool1dLayer windows -> {
        requireTime(prefix);
        change(before -> before.windows(windows.window()));
        String y = new WindowExport(graph).pooling(windows, x);
        yield TimeExport.withoutPadding(graph, lengths, y);
      }
      case Conv2dLayer convolution -> {
        Grid grid = convolution.grid();
        float[] w = parameters.copy(prefix + "W");
        String turned =
            graph.weights(
                prefix + "W.pictures",
                WindowExport.transposed(w, convolution.filters()),
                convolution.filters(),
                grid.channels(),
                grid.down().kernel(),
                grid.across().kernel());
        String b = convolution.bias() ? weights(prefix + "b", convolution.filters()) : "";
        yield new WindowExport(graph).convolution(convolution, x, turned, b);
      }
      case Pool2dLayer pool -> new WindowExport(graph).pooling(pool, x);
      case PicturePlacesLayer places -> {
        requireTime(prefix);
        String vectors =
            places.placeVectors()
                ? graph.weights(
                    prefix + "P.places",
                    parameters.copy(prefix + "P"),
                    places.places(),
                    1,
                    places.channels())
                : "";
        change(before -> before.times(places.places()));
        yield new WindowExport(graph).places(places, x, vectors);
      }
      default -> throw refuse(prefix, layer.getClass().getSimpleName());
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

  /** A parameter; one that a layer shares has the name that its owner gave it. */
  private String weights(String name, long... sizes) {
    return graph.weights(parameters.get(name).name(), parameters.copy(name), sizes);
  }

  private String dense(DenseLayer dense, String prefix, String x) {
    String w =
        dense.tied()
            ? transposedTable(dense, prefix)
            : weights(prefix + "W", dense.inputSize(), dense.units());
    String y = graph.apply("MatMul", List.of(x, w));
    if (dense.bias()) {
      y = graph.apply("Add", List.of(y, weights(prefix + "b", dense.units())));
    }
    return Formulas.activation(graph, dense.activation(), y);
  }

  /** The table of the embedding that a dense layer shares, {@code [F, V]}. */
  private String transposedTable(DenseLayer dense, String prefix) {
    String shared = weights(prefix + EmbeddingLayer.TABLE, dense.units(), dense.inputSize());
    return graph.apply("Transpose", List.of(shared), attribute("perm", 1, 0));
  }

  /** y = g f(x) + (1 - g) x, g = sigmoid(x W + b). */
  private String highway(HighwayLayer highway, String prefix, String x) {
    int size = highway.outputSize();
    String product = graph.apply("MatMul", List.of(x, weights(prefix + "W", size, size)));
    String gate =
        graph.apply(
            "Sigmoid", List.of(graph.apply("Add", List.of(product, weights(prefix + "b", size)))));
    String inner = layer(highway.inner(), prefix, x);
    String rest = graph.apply("Sub", List.of(graph.number(1), gate));
    return graph.apply(
        "Add",
        List.of(graph.apply("Mul", List.of(gate, inner)), graph.apply("Mul", List.of(rest, x))));
  }

  private String convolution(Conv1dLayer layer, String prefix, String x) {
    requireTime(prefix);
    Cell causal = layer.causal();
    if (causal != null) {
      String y = scanned(causal, prefix, x, false, !encodes && !reversed, Returns.SEQUENCE);
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
    String read = TimeExport.withoutPadding(graph, lengths, x);
    String y = new WindowExport(graph).convolution(layer, read, taps);
    if (layer.bias()) {
      y = graph.apply("Add", List.of(y, weights(prefix + "b", layer.filters())));
    }
    int spare = window.before() + window.after() - (window.width() - 1) * window.dilation();
    if (spare != 0 || window.stride() != 1) {
      change(before -> before.windows(window));
    }
    return Formulas.activation(graph, layer.activation(), y);
  }

  /** A linear function of the last timesteps, and what the inner layers add to it. */
  private String autoregressive(AutoregressiveLayer layer, String prefix, String x) {
    requireTime(prefix);
    int features = layer.lags() * layer.inputSize();
    String past = TimeExport.past(graph, lengths, x, layer.lags(), layer.inputSize());
    String w = weights(prefix + "W", features, layer.units());
    String product = graph.apply("MatMul", List.of(past, w));
    String y = graph.apply("Add", List.of(product, weights(prefix + "b", layer.units())));
    SequentialLayer inner = layer.inner();
    if (inner != null) {
      String read =
          layer.centered() ? graph.apply("Sub", List.of(x, TimeExport.last(graph, lengths, x))) : x;
      String rest = layer(inner, prefix, read);
      if (!reduced) {
        throw refuse(prefix, "an autoregressive layer with layers that return every timestep");
      }
      y = graph.apply("Add", List.of(y, rest));
    }
    reduced = true;
    return y;
  }

  /** Words and their characters; the cells that read the characters have lengths of their own. */
  private String words(WordCharactersLayer layer, String prefix, String x) {
    if (RecurrentExport.of(layer.inner().forward()) == null) {
      throw refuse(prefix, "a word-characters layer with a cell that ONNX has no operator for");
    }
    change(before -> before.dividedBy(1 + layer.wordLength()));
    WordExport words = new WordExport(graph, layer, x, lengths);
    String vectors =
        words.words(weights(prefix + EmbeddingLayer.TABLE, layer.vocabulary(), layer.size()));
    String characters = prefix + "characters.";
    String table =
        weights(characters + EmbeddingLayer.TABLE, layer.characters(), layer.characterSize());
    RowLengths ofRows = lengths;
    boolean encoding = encodes;
    lengths = words.spelled();
    encodes = false;
    String read = bidirectional(layer.inner(), characters, words.characters(table));
    lengths = ofRows;
    encodes = encoding;
    reduced = false;
    return words.joined(vectors, read, layer.inner().outputSize());
  }

  /** The scores of classes and transitions. */
  private String transitions(CrfLayer crf, String prefix, String x) {
    int classes = crf.classes();
    String product =
        graph.apply("MatMul", List.of(x, weights(prefix + "W", crf.inputSize(), classes)));
    String scores = graph.apply("Add", List.of(product, weights(prefix + "b", classes)));
    List<String> all = new ArrayList<>(Collections.nCopies(classes + 1, scores));
    all.add(graph.apply("Mul", List.of(scores, graph.number(0))));
    String joined = graph.apply("Concat", all, attribute("axis", 2L));
    String flat = graph.weights(prefix + "A.flat", parameters.copy(prefix + "A"), crf.outputSize());
    return graph.apply("Add", List.of(joined, flat));
  }

  private String pool(PoolTimeLayer pool, String prefix, String x) {
    if (reduced) {
      throw refuse(prefix, "a pool-time layer after one that reduces time");
    }
    reduced = true;
    return pool.mode() == PoolTimeLayer.Mode.LAST
        ? TimeExport.last(graph, lengths, x)
        : TimeExport.pooled(graph, lengths, pool.mode() == PoolTimeLayer.Mode.MEAN, x);
  }

  private String recurrent(RecurrentLayer layer, String prefix, String x) {
    RecurrentExport cell = RecurrentExport.of(layer.cell());
    requireTime(prefix);
    boolean carried = !encodes && !layer.reverse() && !reversed;
    if (cell == null || layer.returns() == Returns.STATE) {
      String y =
          scanned(layer.cell(), prefix + "cell.", x, layer.reverse(), carried, layer.returns());
      reduced = layer.returns() != Returns.SEQUENCE;
      return y;
    }
    String w = cell.w(graph, parameters, List.of(prefix + "cell."));
    String r = cell.r(graph, parameters, List.of(prefix + "cell."));
    String b = cell.b(graph, parameters, List.of(prefix + "cell."));
    Map<String, String> after = new HashMap<>();
    List<String> inputs = new ArrayList<>(List.of(x, w, r, b, lengths.narrow()));
    List<String> outputs = new ArrayList<>();
    String y = graph.fresh("y");
    outputs.add(layer.returns() == Returns.SEQUENCE ? y : "");
    String last = graph.fresh("last");
    for (String part : cell.states()) {
      String port = portName(prefix + "cell." + part);
      if (carried) {
        graph.input(port + IN, ElementType.FLOAT32, 1, "batch", cell.hidden());
        inputs.add(port + IN);
        outputs.add(port + OUT);
        states.put(prefix + "cell." + part, cell.hidden());
      } else {
        String name = part.equals("h") ? last : graph.fresh(part);
        after.put(part, name);
        outputs.add(name);
      }
    }
    graph.node(
        cell.operator(),
        inputs,
        outputs,
        cell.attributes(layer.reverse() ? "reverse" : "forward", 1));
    if (encodes) {
      for (StateSpec part : layer.cell().state()) {
        finals.add(
            graph.apply(
                "Reshape",
                List.of(after.getOrDefault(part.name(), last), graph.integers(-1, part.size()))));
      }
    }
    if (layer.returns() == Returns.LAST) {
      reduced = true;
      return carried ? portName(prefix + "cell.h") + OUT : last;
    }
    return graph.apply("Reshape", List.of(y, graph.integers(0, -1, cell.hidden())));
  }

  private void requireTime(String prefix) {
    if (reduced) {
      throw refuse(prefix, "a recurrent layer after one that reduces time");
    }
  }

  /**
   * A cell as a Scan.
   *
   * @param prefix the beginning of the names of its parameters
   * @param carried whether its state is an input and an output
   * @return {@code [time or 1, batch, features]}
   */
  private String scanned(
      Cell cell, String prefix, String x, boolean reverse, boolean carried, Returns returns) {
    ScanExport scan = new ScanExport(graph, parameters, cell, prefix);
    List<String> initial = new ArrayList<>();
    for (StateSpec part : cell.state()) {
      initial.add(carried ? stateInput(prefix, part) : scan.beginning(part));
    }
    ScanExport.Scanned run = scan.write(x, initial, reverse, lengths);
    if (encodes) {
      finals.addAll(run.states());
    }
    for (int n = 0; n < initial.size() && carried; n++) {
      StateSpec part = cell.state().get(n);
      graph.node(
          "Reshape",
          List.of(run.states().get(n), graph.integers(1, -1, part.size())),
          List.of(portName(prefix + part.name()) + OUT));
      states.put(prefix + part.name(), part.size());
    }
    return switch (returns) {
      case SEQUENCE -> run.y();
      case LAST ->
          graph.apply("Reshape", List.of(run.last(), graph.integers(1, -1, cell.outputSize())));
      case STATE -> {
        String all =
            run.states().size() == 1
                ? run.states().getFirst()
                : graph.apply("Concat", run.states(), attribute("axis", 1L));
        int size = cell.state().stream().mapToInt(StateSpec::size).sum();
        yield graph.apply("Reshape", List.of(all, graph.integers(1, -1, size)));
      }
    };
  }

  /** A part of the state as an input; a learned beginning is metadata. */
  private String stateInput(String prefix, StateSpec part) {
    String port = portName(prefix + part.name()) + IN;
    graph.input(port, ElementType.FLOAT32, 1, "batch", part.size());
    String learned = part.initial();
    if (learned != null) {
      List<String> numbers = new ArrayList<>();
      for (float value : parameters.copy(prefix + learned)) {
        numbers.add(Float.toString(value));
      }
      graph.metadata(INITIAL + port, "[" + String.join(",", numbers) + "]");
    }
    return graph.apply("Reshape", List.of(port, graph.integers(-1, part.size())));
  }

  /** Two cells that ONNX has no operator for, each as a Scan. */
  private String bothWays(BidirectionalLayer layer, String prefix, String x) {
    String ahead = scanned(layer.forward(), prefix + "forward.", x, false, false, layer.returns());
    String back = scanned(layer.backward(), prefix + "backward.", x, true, false, layer.returns());
    reduced = layer.returns() != Returns.SEQUENCE;
    return switch (layer.merge()) {
      case CONCATENATE -> graph.apply("Concat", List.of(ahead, back), attribute("axis", 2L));
      case SUM -> graph.apply("Add", List.of(ahead, back));
      case MEAN ->
          graph.apply("Mul", List.of(graph.apply("Add", List.of(ahead, back)), graph.number(0.5f)));
    };
  }

  private String bidirectional(BidirectionalLayer layer, String prefix, String x) {
    RecurrentExport cell = RecurrentExport.of(layer.forward());
    requireTime(prefix);
    if (cell == null
        || !layer.forward().equals(layer.backward())
        || layer.returns() == Returns.STATE) {
      return bothWays(layer, prefix, x);
    }
    List<String> sides = List.of(prefix + "forward.", prefix + "backward.");
    String y = graph.fresh("y");
    String last = graph.fresh("last");
    boolean sequence = layer.returns() == Returns.SEQUENCE;
    List<String> names =
        cell.states().stream().map(part -> part.equals("h") ? last : graph.fresh(part)).toList();
    graph.node(
        cell.operator(),
        List.of(
            x,
            cell.w(graph, parameters, sides),
            cell.r(graph, parameters, sides),
            cell.b(graph, parameters, sides),
            lengths.narrow()),
        encodes
            ? Stream.concat(Stream.of(sequence ? y : ""), names.stream()).toList()
            : sequence ? List.of(y) : List.of("", last),
        cell.attributes("bidirectional", 2));
    for (int d = 0; d < 2 && encodes; d++) {
      for (StateSpec part : layer.forward().state()) {
        String both = names.get(cell.states().indexOf(part.name()));
        finals.add(graph.apply("Gather", List.of(both, graph.whole(d)), attribute("axis", 0L)));
      }
    }
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
    String merged = graph.reduced(operator, sequence ? y : last, false, sequence ? 1 : 0);
    return sequence
        ? merged
        : graph.apply("Reshape", List.of(merged, graph.integers(1, -1, cell.hidden())));
  }
}

package dev.comporta.exchange.dl4j;

import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.CellSpecs;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Nonlinearity;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each layer of Deeplearning4j becomes. LSTM: gates g f o i, ours i f g o; the layer's
 * activation is that of g and of the cell's output. Peepholes of the Graves LSTM are the last three
 * columns of its recurrent matrix: f, o, i.
 */
final class Dl4jLayers {
  private static final int[] G_F_O_I = {3, 1, 0, 2};

  private final Draft draft;
  private final FlatWeights weights;

  Dl4jLayers(Draft draft, FlatWeights weights) {
    this.draft = draft;
    this.weights = weights;
  }

  /** One cell with its parameters. */
  private record Cell(Spec spec, int hidden, Map<String, ForeignTensor> parameters) {
    Map<String, ForeignTensor> prefixed(String prefix) {
      Map<String, ForeignTensor> named = new LinkedHashMap<>();
      parameters.forEach((name, tensor) -> named.put(prefix + name, tensor));
      return named;
    }
  }

  /** Maps a layer and takes its parameters. */
  List<Piece> map(Dl4jConfig config) {
    return switch (config.type()) {
      case "lstm", "graveslstm", "simplernn" -> List.of(recurrent(cell(config), "sequence"));
      case "bidirectional" -> List.of(bidirectional(config));
      case "gravesbidirectionallstm" -> {
        Cell ahead = lstm(config, true);
        Cell back = lstm(config, true);
        yield List.of(both(config, ahead, back, "ADD"));
      }
      case "lasttimestep" -> {
        Dl4jConfig inner = config.inner("underlying");
        yield switch (inner.type()) {
          case "lstm", "graveslstm", "simplernn" -> List.of(recurrent(cell(inner), "last"));
          default -> {
            List<Piece> pieces = new ArrayList<>(map(inner));
            pieces.add(Piece.of(Spec.of("pool-time").with("mode", "last")));
            yield pieces;
          }
        };
      }
      case "dense", "denselayer", "output", "outputlayer", "rnnoutput", "rnnoutputlayer" ->
          dense(config);
      case "embedding", "embeddinglayer", "embeddingsequencelayer" -> embedding(config);
      case "activation", "activationlayer" -> function(config.activation());
      case "loss", "losslayer", "rnnlosslayer" -> function(config.activation());
      case "dropout", "dropoutlayer" -> {
        draft.note("a dropout layer acts in training only and was left out");
        yield List.of();
      }
      case "globalpooling", "globalpoolinglayer" -> pooling(config);
      case "batchnormalization" -> batchNormalization(config);
      default -> throw config.refuse("is not supported");
    };
  }

  private static List<Piece> function(Nonlinearity function) {
    return function == Nonlinearity.IDENTITY ? List.of() : List.of(Piece.function(function));
  }

  private Cell cell(Dl4jConfig config) {
    if (config.flag("hasLayerNorm", false)) {
      throw config.refuse("has layer normalisation inside the cell, which is not supported");
    }
    return switch (config.type()) {
      case "lstm" -> lstm(config, false);
      case "graveslstm" -> lstm(config, true);
      case "simplernn" -> {
        int hidden = config.outputs();
        Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
        parameters.put("W", weights.matrix("W", config.inputs(), hidden));
        parameters.put("U", weights.matrix("RW", hidden, hidden));
        parameters.put("b", weights.vector("b", hidden));
        yield new Cell(CellSpecs.rnn(config.activation()), hidden, parameters);
      }
      default -> throw config.refuse("is not supported inside another layer");
    };
  }

  private Cell lstm(Dl4jConfig config, boolean peepholes) {
    int hidden = config.outputs();
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("W", Kernels.gates(weights.matrix("W", config.inputs(), 4 * hidden), G_F_O_I));
    ForeignTensor recurrent = weights.matrix("RW", hidden, peepholes ? 4 * hidden + 3 : 4 * hidden);
    if (peepholes) {
      int columns = 4 * hidden + 3;
      float[] u = new float[hidden * 4 * hidden];
      float[] p = new float[3 * hidden];
      int[] gate = {1, 2, 0}; // columns f o i, ours i f o
      for (int r = 0; r < hidden; r++) {
        System.arraycopy(recurrent.values(), r * columns, u, r * 4 * hidden, 4 * hidden);
        for (int n = 0; n < 3; n++) {
          p[gate[n] * hidden + r] = recurrent.values()[r * columns + 4 * hidden + n];
        }
      }
      recurrent = new ForeignTensor("RW", new int[] {hidden, 4 * hidden}, u);
      parameters.put("p", new ForeignTensor("peepholes", new int[] {3 * hidden}, p));
    }
    parameters.put("U", Kernels.gates(recurrent, G_F_O_I));
    parameters.put("b", Kernels.gates(weights.vector("b", 4 * hidden), G_F_O_I));
    Nonlinearity activation = config.activation();
    return new Cell(
        CellSpecs.lstm(config.gateActivation(), activation, activation, peepholes),
        hidden,
        parameters);
  }

  private static Piece recurrent(Cell cell, String returns) {
    return new Piece(
        Spec.of("recurrent")
            .with("cell", cell.spec())
            .with("hidden", cell.hidden())
            .with("returns", returns),
        cell.prefixed("cell."));
  }

  private Piece bidirectional(Dl4jConfig config) {
    Cell ahead = cell(config.inner("fwd"));
    Cell back = cell(config.inner("bwd"));
    return both(config, ahead, back, config.node().path("mode").asText("CONCAT"));
  }

  private static Piece both(Dl4jConfig config, Cell ahead, Cell back, String mode) {
    if (!ahead.spec().equals(back.spec()) || ahead.hidden() != back.hidden()) {
      throw config.refuse("has two directions that differ");
    }
    if (mode.equals("MUL")) {
      GraphDraft graph = new GraphDraft();
      Piece forward = recurrent(ahead, "sequence");
      Piece backward = recurrent(back, "sequence");
      int a = graph.layer(0, forward);
      int b = graph.layer(0, new Piece(backward.spec().with("reverse", true), backward.weights()));
      graph.merge("product", List.of(a, b));
      return graph.piece();
    }
    String merge =
        switch (mode) {
          case "CONCAT" -> "concatenate";
          case "ADD" -> "sum";
          case "AVERAGE" -> "mean";
          default -> throw config.refuse("has the mode " + mode + ", which is not supported");
        };
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>(ahead.prefixed("forward."));
    parameters.putAll(back.prefixed("backward."));
    return new Piece(
        Spec.of("bidirectional")
            .with("cell", ahead.spec())
            .with("hidden", ahead.hidden())
            .with("merge", merge)
            .with("returns", "sequence"),
        parameters);
  }

  private List<Piece> dense(Dl4jConfig config) {
    if (config.flag("hasLayerNorm", false)) {
      throw config.refuse("has layer normalisation inside, which is not supported");
    }
    int units = config.outputs();
    boolean bias = config.flag("hasBias", true);
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("W", weights.matrix("W", config.inputs(), units));
    Spec spec = Spec.of("dense").with("units", units);
    if (bias) {
      parameters.put("b", weights.vector("b", units));
    } else {
      spec = spec.with("bias", false);
    }
    List<Piece> pieces = new ArrayList<>(List.of(new Piece(spec, parameters)));
    pieces.addAll(function(config.activation()));
    return pieces;
  }

  private List<Piece> embedding(Dl4jConfig config) {
    int size = config.outputs();
    int vocabulary = config.inputs();
    ForeignTensor table = weights.matrix("W", vocabulary, size);
    List<Piece> pieces = new ArrayList<>();
    pieces.add(
        new Piece(
            Spec.of("embedding").with("vocabulary", vocabulary).with("size", size),
            Map.of("table", table)));
    if (config.flag("hasBias", config.type().startsWith("embeddinglayer"))) {
      pieces.add(
          new Piece(
              Spec.of("affine"),
              Map.of(
                  "scale", Kernels.filled("scale", size, 1), "shift", weights.vector("b", size))));
    }
    if (config.node().has("activationFn") || config.node().has("activationFunction")) {
      pieces.addAll(function(config.activation()));
    }
    return pieces;
  }

  private static List<Piece> pooling(Dl4jConfig config) {
    String type = config.node().path("poolingType").asText("MAX");
    String mode =
        switch (type) {
          case "MAX" -> "max";
          case "AVG" -> "mean";
          default -> throw config.refuse("pools by " + type + ", which is not supported");
        };
    return List.of(Piece.of(Spec.of("pool-time").with("mode", mode)));
  }

  private List<Piece> batchNormalization(Dl4jConfig config) {
    int size = config.outputs();
    if (config.flag("lockGammaBeta", false) || config.flag("useLogStd", false)) {
      throw config.refuse("stores its statistics in a way that is not supported");
    }
    ForeignTensor gamma = weights.vector("gamma", size);
    ForeignTensor beta = weights.vector("beta", size);
    ForeignTensor mean = weights.vector("mean", size);
    ForeignTensor variance = weights.vector("var", size);
    ForeignTensor[] affine =
        Kernels.normalization(
            gamma, beta, mean, variance, config.node().path("eps").asDouble(1e-5));
    draft.note("a batch normalisation became a scale and a shift, which further training adjusts");
    return List.of(new Piece(Spec.of("affine"), Map.of("scale", affine[0], "shift", affine[1])));
  }
}

package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What each recurrent layer of Keras becomes; {@link RecurrentWeights} maps their cells. */
final class RecurrentLayers {
  private final Draft draft;

  RecurrentLayers(Draft draft) {
    this.draft = draft;
  }

  /** LSTM, GRU and SimpleRNN, and their CuDNN forms. */
  Mapped layer(Config config, Flow in, Function<String, List<ForeignTensor>> weights) {
    in.requireSequence(config);
    requireUsual(config);
    RecurrentWeights cell = new RecurrentWeights(config, in.features());
    return unrolled(config, in, cell, cell.parameters(weights.apply("cell")));
  }

  /** A layer of one cell, or of a stack of cells. */
  Mapped cells(Config config, Flow in, Function<String, List<ForeignTensor>> weights) {
    in.requireSequence(config);
    requireUsual(config);
    Config outer = Config.of(config.input(), config.node().path("cell"), config.major());
    List<Config> inner = new ArrayList<>();
    boolean stack = outer.type().equals("StackedRNNCells");
    if (stack) {
      for (JsonNode one : outer.node().path("cells")) {
        inner.add(Config.of(config.input(), one, config.major()));
      }
    } else {
      inner.add(outer);
    }
    if (inner.isEmpty() || (inner.size() > 1 && config.flag("go_backwards", false))) {
      throw config.refuse("has a stack of cells that is empty or runs backwards");
    }
    List<Piece> pieces = new ArrayList<>();
    Flow flow = in;
    List<ForeignTensor> all = stack ? weights.apply("") : List.of();
    int taken = 0;
    for (int n = 0; n < inner.size(); n++) {
      Config one = inner.get(n);
      if (!RecurrentWeights.knows(one.type())) {
        throw one.refuse("is not supported");
      }
      RecurrentWeights cell = new RecurrentWeights(one, flow.features());
      List<ForeignTensor> own;
      if (!stack) {
        own = weights.apply("cell");
      } else if (all.isEmpty()) {
        own = weights.apply("cell/cells/" + snake(one) + (n == 0 ? "" : "_" + n));
      } else {
        int end = Math.min(taken + (one.flag("use_bias", true) ? 3 : 2), all.size());
        own = all.subList(taken, end);
        taken = end;
      }
      if (n == inner.size() - 1) {
        Mapped last = unrolled(config, flow, cell, cell.parameters(own));
        pieces.addAll(last.pieces());
        flow = last.flow();
      } else {
        pieces.add(
            new Piece(
                Spec.of("recurrent").with("cell", cell.cell()).with("hidden", cell.units()),
                prefixed("cell.", cell.parameters(own))));
        flow = flow.with(cell.units());
      }
    }
    return new Mapped(pieces, flow);
  }

  /** A layer in both directions. */
  Mapped bidirectional(Config config, Flow in, Function<String, List<ForeignTensor>> weights) {
    in.requireSequence(config);
    Config inner = Config.of(config.input(), config.node().path("layer"), config.major());
    requireUsual(inner);
    if (!RecurrentWeights.knows(inner.type()) || inner.flag("go_backwards", false)) {
      throw config.refuse("wraps " + inner.type() + " in a way that is not supported");
    }
    JsonNode other = config.node().path("backward_layer").path("config");
    if (other.isObject()) {
      for (String key : List.of("units", "activation", "recurrent_activation", "reset_after")) {
        if (!other.path(key).equals(inner.node().path(key))) {
          throw config.refuse("has a backward layer that differs in " + key);
        }
      }
    }
    RecurrentWeights cell = new RecurrentWeights(inner, in.features());
    Map<String, ForeignTensor> ahead = cell.parameters(weights.apply("forward_layer/cell"));
    Map<String, ForeignTensor> back = cell.parameters(weights.apply("backward_layer/cell"));
    boolean sequences = inner.flag("return_sequences", false);
    String mode = config.text("merge_mode", "");
    int size = mode.equals("concat") ? 2 * cell.units() : cell.units();
    Flow out = sequences ? in.with(size) : Flow.vector(size);
    if (mode.equals("mul")) {
      return Mapped.of(out, product(cell, ahead, back, sequences));
    }
    String merge =
        switch (mode) {
          case "concat" -> "concatenate";
          case "sum" -> "sum";
          case "ave" -> "mean";
          default -> throw config.refuse("returns two outputs (merge_mode null)");
        };
    Spec spec =
        Spec.of("bidirectional")
            .with("cell", cell.cell())
            .with("hidden", cell.units())
            .with("merge", merge);
    if (!sequences) {
      spec = spec.with("returns", "last");
    }
    Map<String, ForeignTensor> both = new LinkedHashMap<>(prefixed("forward.", ahead));
    both.putAll(prefixed("backward.", back));
    return Mapped.of(out, new Piece(spec, both));
  }

  /** Two directions whose outputs are multiplied, as a graph. */
  private static Piece product(
      RecurrentWeights cell,
      Map<String, ForeignTensor> ahead,
      Map<String, ForeignTensor> back,
      boolean sequences) {
    Spec forward =
        Spec.of("recurrent")
            .with("cell", cell.cell())
            .with("hidden", cell.units())
            .with("returns", sequences ? "sequence" : "last");
    GraphDraft graph = new GraphDraft();
    int a = graph.layer(0, new Piece(forward, prefixed("cell.", ahead)));
    int b = graph.layer(0, new Piece(forward.with("reverse", true), prefixed("cell.", back)));
    graph.merge("product", List.of(a, b));
    return graph.piece();
  }

  private static Mapped unrolled(
      Config config, Flow in, RecurrentWeights cell, Map<String, ForeignTensor> parameters) {
    boolean sequences = config.flag("return_sequences", false);
    boolean backwards = config.flag("go_backwards", false);
    Spec spec = Spec.of("recurrent").with("cell", cell.cell()).with("hidden", cell.units());
    if (backwards) {
      spec = spec.with("reverse", true);
    }
    if (!sequences) {
      spec = spec.with("returns", "last");
    }
    List<Piece> pieces = new ArrayList<>(List.of(new Piece(spec, prefixed("cell.", parameters))));
    if (backwards && sequences) {
      pieces.add(Piece.of(Spec.of("reverse"))); // Keras returns outputs as it computes them
    }
    return new Mapped(pieces, sequences ? in.with(cell.units()) : Flow.vector(cell.units()));
  }

  private void requireUsual(Config config) {
    config.requireOff("return_state", "time_major");
    if (config.flag("stateful", false)) {
      draft.note(
          formatted(
              "layer '%s' is stateful: keep a session or a carry to continue its state",
              config.name()));
    }
    for (String rate : List.of("dropout", "recurrent_dropout", "dropout_W", "dropout_U")) {
      if (config.real(rate, 0) > 0) {
        draft.note(
            formatted(
                "layer '%s' has %s %s, which acts in training only and was left out",
                config.name(), rate, config.real(rate, 0)));
      }
    }
  }

  private static Map<String, ForeignTensor> prefixed(
      String prefix, Map<String, ForeignTensor> parameters) {
    Map<String, ForeignTensor> named = new LinkedHashMap<>();
    parameters.forEach((name, tensor) -> named.put(prefix + name, tensor));
    return named;
  }

  private static String snake(Config config) {
    return config.type().replace("Cell", "_cell").toLowerCase(Locale.ROOT);
  }
}

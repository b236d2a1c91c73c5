package dev.comporta.exchange.dl4j;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.JsonTree;
import dev.comporta.exchange.files.Nd4jArray;
import dev.comporta.exchange.files.NormalizerFile;
import dev.comporta.exchange.files.ZipArchive;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Imports the ZIP archives of Deeplearning4j: networks of layers, and graphs. */
public final class Dl4jImport {
  private final Input input;
  private final Draft draft;
  private final Dl4jLayers layers;
  private int inputs;

  private Dl4jImport(Input input, Draft draft, FlatWeights weights) {
    this.input = input;
    this.draft = draft;
    this.layers = new Dl4jLayers(draft, weights);
  }

  /** Whether an archive is one of Deeplearning4j. */
  public static boolean is(ZipArchive zip) {
    return zip.names().containsAll(Set.of("configuration.json", "coefficients.bin"));
  }

  /** Imports an archive. */
  public static Draft read(Input file) {
    JsonNode config;
    ForeignTensor coefficients;
    Normalizers normalizers = null;
    boolean object;
    try (ZipArchive zip = ZipArchive.open(file)) {
      config = JsonTree.parse(file, zip.bytes("configuration.json"));
      coefficients =
          Nd4jArray.read(
              file.part("coefficients.bin", zip.bytes("coefficients.bin")), "coefficients");
      if (zip.names().contains("normalizer.bin")) {
        Input part = file.part("normalizer.bin", zip.bytes("normalizer.bin"));
        normalizers = new Normalizers(file, NormalizerFile.read(part));
      }
      object = zip.names().contains("preprocessor.bin");
    }
    Draft draft = new Draft(file, "dl4j", "Deeplearning4j");
    if (normalizers != null) {
      draft.note(
          formatted(
              "the data normaliser of the archive became layers before the network%s: give the model data that is not normalised",
              normalizers.after().isEmpty()
                  ? ""
                  : " and after it, so that outputs are in the units of the labels"));
    }
    if (object) {
      draft.note(
          "the archive also contains preprocessor.bin, a serialized Java object, which is not read: normalise the data yourself");
    }
    FlatWeights weights = new FlatWeights(file, coefficients);
    Dl4jImport network = new Dl4jImport(file, draft, weights);
    List<Piece> pieces;
    if (config.path("confs").isArray()) {
      pieces = network.chain(config);
    } else if (config.path("vertices").isObject()) {
      pieces = network.graph(config);
    } else {
      throw file.refuse("its configuration has neither confs nor vertices");
    }
    if (normalizers != null) {
      if (network.inputs > coefficients.values().length) {
        throw file.refuse(
            formatted(
                "its network reads %d features but has only %d parameters",
                network.inputs, coefficients.values().length));
      }
      normalizers.before(network.inputs).forEach(draft::add);
    }
    pieces.forEach(draft::add);
    if (normalizers != null) {
      normalizers.after().forEach(draft::add);
    }
    weights.requireAllTaken();
    return draft;
  }

  private void start(Dl4jConfig first) {
    Dl4jConfig config = first;
    for (String key : List.of("underlying", "fwd")) {
      if (config.node().path(key).isObject()) {
        config = config.inner(key);
      }
    }
    inputs = config.type().startsWith("embedding") ? 0 : config.inputs();
    draft.inputSize(inputs);
  }

  private void requireHarmless(JsonNode preprocessor) {
    if (!preprocessor.isObject()) {
      return;
    }
    String type = Dl4jConfig.className(preprocessor);
    switch (type) {
      case "rnntofeedforwardpreprocessor",
          "feedforwardtornnpreprocessor",
          "rnntofeedforward",
          "feedforwardtornn" -> {} // our layers run at every timestep without reshaping
      default ->
          throw input.refuse(
              "its preprocessor " + Printable.quoted(type) + " between layers is not supported");
    }
  }

  private List<Piece> chain(JsonNode config) {
    List<Piece> pieces = new ArrayList<>();
    config.path("inputPreProcessors").forEach(this::requireHarmless);
    boolean first = true;
    for (JsonNode conf : config.path("confs")) {
      Dl4jConfig layer = Dl4jConfig.of(input, conf.path("layer"));
      if (first) {
        start(layer);
        first = false;
      }
      pieces.addAll(layers.map(layer));
    }
    return pieces;
  }

  private List<Piece> graph(JsonNode config) {
    if (config.path("networkInputs").size() != 1 || config.path("networkOutputs").size() != 1) {
      throw input.refuse(
          formatted(
              "its graph has %d inputs and %d outputs; expected one of each",
              config.path("networkInputs").size(), config.path("networkOutputs").size()));
    }
    String from = config.path("networkInputs").path(0).asText("");
    String to = config.path("networkOutputs").path(0).asText("");
    GraphDraft graph = new GraphDraft();
    List<Piece> chain = new ArrayList<>();
    boolean straight = true;
    boolean started = false;
    String before = from;
    Map<String, Integer> values = new HashMap<>(Map.of(from, 0));
    for (String name : order(config, from)) {
      JsonNode vertex = config.path("vertices").path(name);
      List<String> sources = new ArrayList<>();
      config.path("vertexInputs").path(name).forEach(source -> sources.add(source.asText("")));
      if (sources.isEmpty() || !values.keySet().containsAll(sources)) {
        throw input.refuse(
            "vertex " + Printable.quoted(name) + " has an input that is not computed before it");
      }
      straight &= sources.size() == 1 && sources.getFirst().equals(before);
      List<Integer> read = sources.stream().map(values::get).toList();
      String type = Dl4jConfig.className(vertex);
      JsonNode settings =
          vertex.path("@class").isTextual() || vertex.isEmpty() ? vertex : vertex.elements().next();
      int value;
      switch (type) {
        case "layervertex" -> {
          requireHarmless(settings.path("preProcessor"));
          Dl4jConfig layer = Dl4jConfig.of(input, settings.path("layerConf").path("layer"));
          if (!started && read.contains(0)) {
            start(layer);
            started = true;
          }
          if (read.size() != 1) {
            throw layer.refuse(formatted("has %d inputs", read.size()));
          }
          value = read.getFirst();
          for (Piece piece : layers.map(layer)) {
            value = graph.layer(value, piece);
            chain.add(piece);
          }
        }
        case "mergevertex" -> value = graph.merge("concatenate", read);
        case "elementwisevertex" -> value = graph.merge(operation(name, settings), read);
        case "lasttimestepvertex" -> {
          Piece last = Piece.of(Spec.of("pool-time").with("mode", "last"));
          chain.add(last);
          value = graph.layer(read.getFirst(), last);
        }
        default ->
            throw input.refuse(
                formatted(
                    "vertex %s (%s) is not supported",
                    Printable.quoted(name), Printable.quoted(type)));
      }
      values.put(name, value);
      before = name;
    }
    if (!before.equals(to)) {
      throw input.refuse(
          "vertex " + Printable.quoted(before) + " of its graph is not connected to the output");
    }
    return straight ? chain : List.of(graph.piece());
  }

  private String operation(String name, JsonNode vertex) {
    String operation = vertex.path("op").asText("Add");
    return switch (operation) {
      case "Add" -> "sum";
      case "Product" -> "product";
      case "Average" -> "mean";
      case "Max" -> "maximum";
      case "Subtract" -> "difference";
      default ->
          throw input.refuse(
              formatted(
                  "vertex %s computes %s, which is not supported",
                  Printable.quoted(name), Printable.quoted(operation)));
    };
  }

  /** The vertices in the order in which the file stores their parameters. */
  private List<String> order(JsonNode config, String from) {
    List<String> order = new ArrayList<>();
    if (config.path("topologicalOrderStr").isArray()) {
      config.path("topologicalOrderStr").forEach(name -> order.add(name.asText("")));
      order.remove(from);
      return order;
    }
    Set<String> open = new LinkedHashSet<>();
    config.path("vertices").fieldNames().forEachRemaining(open::add);
    Set<String> done = new HashSet<>(Set.of(from));
    while (!open.isEmpty()) {
      String next = null;
      for (String name : open) {
        boolean ready = true;
        for (JsonNode source : config.path("vertexInputs").path(name)) {
          ready &= done.contains(source.asText(""));
        }
        if (ready) {
          next = name;
          break;
        }
      }
      if (next == null) {
        throw input.refuse("its graph has a cycle or refers to a vertex that does not exist");
      }
      open.remove(next);
      done.add(next);
      order.add(next);
    }
    return order;
  }
}

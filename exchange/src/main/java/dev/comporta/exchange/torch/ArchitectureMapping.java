package dev.comporta.exchange.torch;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.ExchangeException;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Tensors;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layers that the user gives for arrays without a description:
 *
 * <pre>{@code
 * {"layers": [
 *   {"name": "recurrent", "from": "gru"}, {"name": "recurrent", "from": "gru"},
 *   {"name": "pool-time", "mode": "last"},
 *   {"name": "affine", "from": "bn"},
 *   {"name": "dense", "from": "fc1", "activation": "relu"}],
 *  "ignore": ["step"]}
 * }</pre>
 *
 * <p>A layer with weights takes them {@code from} a module of the file, or else from the next one;
 * the layers of a recurrent module are taken one after another. Sizes and cells are those of the
 * weights unless they are given. {@code "rename": {"enc_w_ih": "encoder.weight_ih"}} gives arrays
 * the names that PyTorch would give them.
 */
final class ArchitectureMapping {
  private final Draft draft;
  private final Tensors tensors;
  private final Map<String, Integer> nextLayer = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private int features = -1;

  ArchitectureMapping(Draft draft, Tensors tensors) {
    this.draft = draft;
    this.tensors = tensors;
  }

  private ExchangeException wrong(String what) {
    return new ExchangeException("--architecture " + what);
  }

  void apply(JsonNode root) {
    JsonNode layers = root.path("layers");
    if (!layers.isArray() || layers.isEmpty()) {
      throw wrong("expected an object with a list \"layers\" of one layer or more");
    }
    root.path("ignore").forEach(name -> tensors.use(name.asText("")));
    root.path("rename")
        .properties()
        .forEach(entry -> {
          ForeignTensor tensor = tensors.required(entry.getKey());
          tensors.add(tensor.named(entry.getValue().asText("")));
        });
    if (root.path("input-size").isInt()) {
      features = root.path("input-size").intValue();
      draft.inputSize(features);
    }
    for (JsonNode layer : layers) {
      draft.add(piece(layer));
    }
  }

  private Piece piece(JsonNode layer) {
    Spec options = spec(layer);
    String from = layer.path("from").asText("");
    boolean named = layer.has("from");
    return switch (options.name()) {
      case "recurrent", "bidirectional" ->
          recurrent(options, named ? from : next(options, TorchModule.Kind.RECURRENT));
      case "dense" -> {
        TorchModule module = module(named ? from : next(options, TorchModule.Kind.MATRIX));
        start(module.matrix().size(1));
        features = module.matrix().size(0);
        yield module.linear(options);
      }
      case "embedding" -> {
        TorchModule module = module(named ? from : next(options, TorchModule.Kind.MATRIX));
        draft.inputSize(0);
        features = module.matrix().size(1);
        yield module.embedding(options);
      }
      case "conv1d" -> {
        TorchModule module = module(named ? from : next(options, TorchModule.Kind.CONVOLUTION));
        ForeignTensor weight = module.peek("weight");
        if (weight != null && weight.rank() == 3) {
          start(weight.size(1));
          features = weight.size(0);
        }
        yield module.convolution(options);
      }
      case "layer-norm" -> {
        TorchModule module = module(named ? from : next(options, TorchModule.Kind.LAYER_NORM));
        ForeignTensor weight = module.peek("weight");
        start(weight == null ? 0 : weight.size(0));
        yield module.layerNorm(options);
      }
      case "affine" -> affine(layer, named, from, options);
      default -> Piece.of(options);
    };
  }

  private Piece affine(JsonNode layer, boolean named, String from, Spec options) {
    if (layer.path("scale").isTextual()) {
      ForeignTensor factor = tensors.required(layer.path("scale").textValue());
      if (features < 0) {
        start(factor.values().length);
      }
      return TorchImport.scaling(factor, features);
    }
    TorchModule module = module(named ? from : next(options, TorchModule.Kind.BATCH_NORM));
    ForeignTensor weight = module.peek("weight");
    start(weight == null ? 0 : weight.size(0));
    return module.batchNorm(layer.path("epsilon").asDouble(1e-5));
  }

  private void start(int reads) {
    if (features < 0) {
      features = reads;
      draft.inputSize(reads);
    }
  }

  private TorchModule module(String name) {
    taken.add(name);
    return new TorchModule(tensors, name);
  }

  private Piece recurrent(Spec options, String name) {
    TorchModule module = module(name);
    if (module.kind() != TorchModule.Kind.RECURRENT) {
      throw wrong(formatted("names module %s, which is not recurrent", Printable.quoted(name)));
    }
    int layer = nextLayer.merge(name, 1, Integer::sum) - 1;
    if (layer >= module.layers()) {
      throw wrong(
          formatted(
              "takes more layers from %s than the %d that it has",
              Printable.quoted(name), module.layers()));
    }
    if (!options.name().equals(module.isBidirectional() ? "bidirectional" : "recurrent")) {
      throw wrong(
          formatted(
              "expected a layer '%s' for module %s",
              module.isBidirectional() ? "bidirectional" : "recurrent", Printable.quoted(name)));
    }
    start(module.inputs(layer));
    features = module.outputs(layer);
    return module.recurrent(layer, options);
  }

  /** The next module of a kind whose layers were not all taken. */
  private String next(Spec options, TorchModule.Kind kind) {
    for (String name : TorchImport.modules(tensors)) {
      TorchModule module = new TorchModule(tensors, name);
      if (module.kind() == kind
          && (kind == TorchModule.Kind.RECURRENT
              ? nextLayer.getOrDefault(name, 0) < module.layers()
              : !taken.contains(name))) {
        return name;
      }
    }
    throw wrong(
        formatted(
            "has a layer '%s' but the file has no more modules of that kind", options.name()));
  }

  /** A layer's own options, without those that refer to the file. */
  private Spec spec(JsonNode node) {
    if (node.isTextual()) {
      return Spec.of(node.textValue());
    }
    if (!node.path("name").isTextual()) {
      throw wrong("expected layers with a \"name\"");
    }
    Spec spec = Spec.of(node.path("name").textValue());
    for (Map.Entry<String, JsonNode> option : node.properties()) {
      if (!Set.of("name", "from", "scale").contains(option.getKey())
          && !(spec.name().equals("affine") && option.getKey().equals("epsilon"))) {
        spec = spec.with(option.getKey(), value(option.getValue()));
      }
    }
    return spec;
  }

  private Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER -> node.isIntegralNumber() ? (Object) node.longValue() : node.doubleValue();
      case BOOLEAN -> node.booleanValue();
      case STRING -> node.textValue();
      case OBJECT -> spec(node);
      case ARRAY -> {
        List<Object> values = new ArrayList<>();
        node.forEach(item -> values.add(value(item)));
        yield values;
      }
      default -> throw wrong("expected values that are numbers, text, true, false or layers");
    };
  }
}

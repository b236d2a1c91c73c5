package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.exchange.files.ForeignTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The weights of the layers of a model that is a layer itself. Keras 3 stores them as a tree within
 * the model's. Keras 1 and 2 store one list for the whole model, first what is trained, layer by
 * layer, then the rest; there, layers are found by the names of the weights.
 */
final class InnerWeights {
  private static final int EXACT = 1 << 20;

  /** The most layers times weights of an inner model. */
  private static final int MOST = 1 << 22;

  private InnerWeights() {}

  /**
   * The weights of each layer of a model.
   *
   * @param model the model
   * @param weights its weights by the path from the model to their owner
   * @param tree whether they are a tree
   */
  static Function<Config, Function<String, List<ForeignTensor>>> of(
      KerasModel model, Function<String, List<ForeignTensor>> weights, boolean tree) {
    if (tree) {
      Map<String, String> paths = model.paths();
      return layer -> {
        String path = KerasWeights.LAYERS + "/" + paths.getOrDefault(layer.name(), "");
        return inside -> weights.apply(inside.isEmpty() ? path : path + "/" + inside);
      };
    }
    Map<String, List<ForeignTensor>> lists = byLayer(model, weights.apply(""));
    return layer ->
        inside -> {
          List<ForeignTensor> all = new ArrayList<>();
          lists.forEach((path, list) -> {
            if (path.equals(layer.path()) || path.startsWith(layer.path() + "/")) {
              all.addAll(list);
            }
          });
          return KerasWeights.side(layer, all, inside);
        };
  }

  /**
   * A layer within a model that is no model.
   *
   * @param path its path
   * @param name its name
   * @param wrapped the name of the layer that it wraps, or its own
   * @param scopes the names of the models around it
   */
  private record Leaf(String path, String name, String wrapped, List<String> scopes) {
    static Leaf of(Config layer) {
      return new Leaf(
          layer.path(),
          layer.name(),
          layer.wrapped().name(),
          List.of(layer.scope().split("/", -1)));
    }

    /**
     * How well the parts of the name of weights fit: one is the layer's name or that of the layer
     * that it wraps, or begins with the layer's name; the names of the models around it decide
     * between equals.
     */
    int score(List<String> parts) {
      int around = (int) scopes.stream().filter(parts::contains).count();
      if (parts.contains(name)) {
        return EXACT + around;
      }
      if (parts.contains(wrapped)) {
        return EXACT / 2 + around;
      }
      boolean begins = parts.stream().anyMatch(part -> part.startsWith(name + "_"));
      return begins ? Math.min(EXACT / 128, name.length()) * 32 + around : 0;
    }
  }

  /** The layers within a model that are no models, at any depth. */
  private static void leaves(KerasModel model, List<Leaf> leaves) {
    for (Config layer : model.layers()) {
      boolean wrapped = layer.type().equals("TimeDistributed") && KerasModel.is(layer.wrapped());
      Config inner = wrapped ? layer.wrapped().within(layer.path()) : layer;
      if (KerasModel.is(inner)) {
        leaves(model.inner(inner), leaves);
      } else {
        leaves.add(Leaf.of(inner));
      }
    }
  }

  private static Map<String, List<ForeignTensor>> byLayer(
      KerasModel model, List<ForeignTensor> weights) {
    List<Leaf> leaves = new ArrayList<>();
    leaves(model, leaves);
    if ((long) leaves.size() * weights.size() > MOST) {
      throw model.config().refuse("is a model of too many layers and weights");
    }
    Map<String, List<ForeignTensor>> lists = new LinkedHashMap<>();
    for (ForeignTensor tensor : weights) {
      List<String> parts = Arrays.asList(tensor.name().split("/", -1));
      int best = 0;
      List<Leaf> owners = new ArrayList<>();
      for (Leaf leaf : leaves) {
        int score = leaf.score(parts);
        if (score > best) {
          owners.clear();
          best = score;
        }
        if (score == best && score > 0) {
          owners.add(leaf);
        }
      }
      if (owners.size() != 1) {
        throw model
            .config()
            .refuse(
                formatted(
                    "has weights %s, which belong to %s of its layers by their name",
                    Printable.quoted(tensor.name()), owners.isEmpty() ? "none" : "more than one"));
      }
      lists.computeIfAbsent(owners.getFirst().path(), key -> new ArrayList<>()).add(tensor);
    }
    return lists;
  }
}

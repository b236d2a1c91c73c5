package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Hdf5;
import dev.comporta.exchange.files.Input;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weights of a file by layer. Keras 1 and 2 store a group for each layer, whose attribute lists
 * the weights in order; Keras 3 stores a tree of objects with numbered variables.
 */
final class KerasWeights {
  /** The group of a model's layers in a tree. */
  static final String LAYERS = "layers";

  private static final String LAYERS_BEFORE = "_layer_checkpoint_dependencies";
  private static final String FORWARD = "forward";
  private static final int DEEPEST = 48;
  private static final int MOST = 1 << 14;

  private final Input input;
  private final Map<String, List<ForeignTensor>> lists = new LinkedHashMap<>();
  private final boolean tree;
  private int groups;

  private KerasWeights(Input input, boolean tree) {
    this.input = input;
    this.tree = tree;
  }

  static KerasWeights read(Input input, Hdf5 file) {
    String root = file.has("model_weights") ? "model_weights" : "";
    List<String> names = file.texts(root, "layer_names");
    if (names != null) {
      KerasWeights weights = new KerasWeights(input, false);
      for (String layer : names) {
        weights.lists.put(layer, list(input, file, root + "/" + layer));
      }
      return weights;
    }
    String layers = file.has(LAYERS) ? LAYERS : file.has(LAYERS_BEFORE) ? LAYERS_BEFORE : "";
    if (layers.isEmpty()) {
      throw input.refuse(
          "its HDF5 has neither layer_names nor layers, so it was not written by Keras");
    }
    KerasWeights weights = new KerasWeights(input, true);
    weights.walk(file, layers, "", 0);
    return weights;
  }

  private static List<ForeignTensor> list(Input input, Hdf5 file, String group) {
    List<String> names = file.texts(group, "weight_names");
    if (names == null && file.children(group).isEmpty()) {
      return List.of();
    }
    if (names == null) {
      throw input.refuse("layer " + Printable.quoted(group) + " has no list weight_names");
    }
    List<ForeignTensor> list = new ArrayList<>();
    for (String name : names) {
      list.add(file.data(group + "/" + name).named(name));
    }
    return list;
  }

  /** Collects the variables below a path, by the path of their owner. */
  private void walk(Hdf5 file, String root, String path, int depth) {
    if (depth > DEEPEST || ++groups > MOST) {
      throw input.refuse("its HDF5 has too many groups or nests them too deeply");
    }
    for (String child : file.children(root + "/" + path)) {
      String inner = path.isEmpty() ? child : path + "/" + child;
      if (child.equals("vars")) {
        Map<Integer, ForeignTensor> numbered = new TreeMap<>();
        for (String number : file.children(root + "/" + inner)) {
          if (!number.matches("\\d{1,4}")) {
            throw input.refuse("a variable is called " + Printable.quoted(number));
          }
          numbered.put(
              Integer.parseInt(number),
              file.data(root + "/" + inner + "/" + number).named(inner + "/" + number));
        }
        if (!numbered.isEmpty()) {
          lists.put(path.replace(LAYERS_BEFORE, LAYERS), new ArrayList<>(numbered.values()));
        }
      } else if (!child.equals("seed_generator") && !file.isData(root + "/" + inner)) {
        walk(file, root, inner, depth + 1);
      }
    }
  }

  /** Whether the weights are a tree of objects, as Keras 3 writes it. */
  boolean isTree() {
    return tree;
  }

  /** The names of the layers with their weights. */
  Map<String, List<ForeignTensor>> lists() {
    return lists;
  }

  /**
   * Takes the weights of an object.
   *
   * @param layer the layer
   * @param path its path in a tree
   * @param inside the path from the layer to the object, such as {@code cell}
   */
  List<ForeignTensor> take(Config layer, String path, String inside) {
    String key = tree ? (inside.isEmpty() ? path : path + "/" + inside) : layer.name();
    List<ForeignTensor> found = lists.remove(key);
    if (found == null) {
      return List.of();
    }
    if (tree) {
      return found;
    }
    if (inside.startsWith(FORWARD)) {
      lists.put(key, found); // the other half follows
    }
    return side(layer, found, inside);
  }

  /** The half of a list that belongs to one direction; the whole list for other paths. */
  static List<ForeignTensor> side(Config layer, List<ForeignTensor> all, String inside) {
    boolean forward = inside.startsWith(FORWARD);
    if (!forward && !inside.startsWith("backward")) {
      return all;
    }
    if (all.size() % 2 != 0) {
      throw layer.refuse("has an odd number of weights");
    }
    int half = all.size() / 2;
    return forward ? all.subList(0, half) : all.subList(half, all.size());
  }

  /** Refuses weights that no layer of the configuration has taken. */
  void requireAllTaken() {
    lists.forEach((layer, list) -> {
      if (!list.isEmpty()) {
        throw input.refuse(
            formatted(
                "its weights %s belong to no layer of the configuration",
                Printable.quoted(list.getFirst().name())));
      }
    });
  }
}

package dev.comporta.exchange.keras;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where Keras 3 stores the weights of each layer. */
public final class KerasPaths {
  private KerasPaths() {}

  /** The name of a class in Keras' snake case, such as {@code simple_rnn_cell}. */
  static String snake(String type) {
    return type.replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** The paths of layers in a tree: their classes in snake case, numbered within a model. */
  public static Map<String, String> paths(List<String> names, List<String> classes) {
    Map<String, String> paths = new LinkedHashMap<>();
    Map<String, Integer> used = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String snake = snake(classes.get(i));
      int count = used.merge(snake, 1, Integer::sum);
      paths.put(names.get(i), count == 1 ? snake : snake + "_" + (count - 1));
    }
    return paths;
  }
}

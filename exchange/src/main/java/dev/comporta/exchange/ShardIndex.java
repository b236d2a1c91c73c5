package dev.comporta.exchange;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.exchange.files.Input;
import dev.comporta.serialization.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The index of a safetensors model that is cut into files, {@code model.safetensors.index.json}:
 * {@code weight_map} names the file of each array. All files must be in the folder of the index,
 * even if they are links.
 */
final class ShardIndex {
  private static final int MOST_FILES = 4096;

  private ShardIndex() {}

  static boolean is(JsonNode root) {
    return root.path("weight_map").isObject();
  }

  /** Whether a file is named like a part of a model whose index is in its folder. */
  static boolean isPart(Path file) {
    String name = String.valueOf(file.getFileName());
    String whole = name.replaceFirst("-\\d+-of-\\d+\\.safetensors$", "");
    return !whole.equals(name)
        && Files.isRegularFile(file.resolveSibling(whole + ".safetensors.index.json"));
  }

  /** The files of an index, in order of their names; each must have the arrays that it promises. */
  static List<Path> files(Input input, JsonNode root) {
    Map<String, List<String>> arrays = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.path("weight_map").properties()) {
      if (!entry.getValue().isTextual()) {
        throw input.refuse(
            formatted("its weight_map has no file name for %s", Printable.quoted(entry.getKey())));
      }
      arrays
          .computeIfAbsent(entry.getValue().textValue(), name -> new ArrayList<>())
          .add(entry.getKey());
    }
    if (arrays.isEmpty() || arrays.size() > MOST_FILES) {
      throw input.refuse(
          formatted("its weight_map names %d files; expected 1 to %d", arrays.size(), MOST_FILES));
    }
    List<Path> files = new ArrayList<>();
    long held = 0;
    long promised = 0;
    for (String name : new TreeSet<>(arrays.keySet())) {
      Path file = input.beside(name);
      Map<String, ?> tensors = SafetensorsFile.open(file).tensors();
      for (String array : arrays.getOrDefault(name, List.of())) {
        if (!tensors.containsKey(array)) {
          throw input.refuse(
              formatted(
                  "%s does not hold the array %s that the index promises",
                  Printable.quoted(name), Printable.quoted(array)));
        }
        promised++;
      }
      held += tensors.size();
      files.add(file);
    }
    if (held != promised) {
      throw input.refuse(formatted("its files hold %d arrays but it names %d", held, promised));
    }
    return files;
  }
}

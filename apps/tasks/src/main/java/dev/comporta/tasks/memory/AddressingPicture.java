package dev.comporta.tasks.memory;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Option;
import dev.comporta.inference.LoadedModel;
import dev.comporta.view.HeadPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Draws where the heads of a model's neural Turing machine were at each timestep.
 *
 * @param name the name of the model
 * @param heads the observed values with the weights of the heads, such as {@code layers.0.read0}
 */
record AddressingPicture(String name, List<String> heads) {
  static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the weights of the heads over time for one sequence, as .png or .html");

  /**
   * Finds the heads of a model.
   *
   * @throws InvalidOptionException if no layer is a neural Turing machine
   */
  static AddressingPicture of(LoadedModel model) {
    List<String> heads = new ArrayList<>();
    if (model.network().spec().options().get("layers") instanceof List<?> layers) {
      for (int layer = 0; layer < layers.size(); layer++) {
        if (layers.get(layer) instanceof Spec spec
            && spec.options().get("cell") instanceof Spec cell
            && cell.name().equals("neural-turing-machine")) {
          add(heads, formatted("layers.%d.read", layer), cell.options().get("read-heads"));
          add(heads, formatted("layers.%d.write", layer), cell.options().get("write-heads"));
        }
      }
    }
    if (heads.isEmpty()) {
      throw new InvalidOptionException(
          "--picture expected a model with the cell neural-turing-machine but this one has none");
    }
    return new AddressingPicture(model.name(), List.copyOf(heads));
  }

  private static void add(List<String> heads, String prefix, @Nullable Object count) {
    int number = count instanceof Number given ? given.intValue() : 1;
    for (int head = 0; head < number; head++) {
      heads.add(prefix + head);
    }
  }

  void write(Path file, Map<String, float[]> weights, int timesteps) {
    HeadPicture.write(
        file,
        name,
        timesteps,
        heads.stream()
            .map(head -> new HeadPicture.Head(head, Objects.requireNonNull(weights.get(head))))
            .toList());
  }
}

package dev.comporta.tasks.labels;

import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;

import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Settings;
import java.util.ArrayList;
import java.util.List;

/** The layers that these tasks share. */
final class LabelLayers {
  private LabelLayers() {}

  /** Recurrent layers in both directions, with dropout before, between and after them. */
  static List<Spec> bothDirections(Settings settings) {
    List<Spec> layers = new ArrayList<>(dropout(settings));
    for (int i = 0; i < settings.get(LAYERS); i++) {
      layers.add(
          Spec.of("bidirectional")
              .with("cell", settings.get(CELL))
              .with("hidden", settings.get(HIDDEN)));
      layers.addAll(dropout(settings));
    }
    return layers;
  }

  private static List<Spec> dropout(Settings settings) {
    double rate = settings.get(DROPOUT);
    return rate == 0 ? List.of() : List.of(Spec.of("dropout").with("rate", rate));
  }
}

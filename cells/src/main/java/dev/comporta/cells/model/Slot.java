package dev.comporta.cells.model;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A layer with what would else be asked of it at every step.
 *
 * @param reversed whether the layers before give it the timesteps in the opposite order
 */
record Slot(
    Layer layer,
    String prefix,
    Map<String, Parameter> parameters,
    List<StateSpec> carry,
    boolean reversed) {
  /** The layers of one list. */
  static List<Slot> of(SequenceModel model, List<Layer> layers, IntFunction<String> prefix) {
    List<Slot> slots = new ArrayList<>();
    boolean reversed = false;
    for (int i = 0; i < layers.size(); i++) {
      slots.add(of(model, layers.get(i), prefix.apply(i), reversed));
      reversed ^= layers.get(i).reversesTime();
    }
    return List.copyOf(slots);
  }

  private static Slot of(SequenceModel model, Layer layer, String prefix, boolean reversed) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : layer.parameters()) {
      parameters.put(spec.name(), model.parameters().get(prefix + spec.name()));
    }
    for (String name : layer.borrowed().keySet()) {
      parameters.put(name, model.parameters().get(prefix + name));
    }
    List<StateSpec> carry = layer.carry();
    return new Slot(
        layer,
        prefix,
        parameters,
        reversed ? carry.stream().map(StateSpec::turned).toList() : carry,
        reversed);
  }
}

package dev.comporta.cells.model;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A layer with cached properties that are needed at every step. */
record Slot(Layer layer, String prefix, Map<String, Parameter> parameters, List<StateSpec> carry) {
  static Slot of(SequenceModel model, Layer layer, String prefix) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : layer.parameters()) {
      parameters.put(spec.name(), model.parameters().get(prefix + spec.name()));
    }
    for (String name : layer.borrowed().keySet()) {
      parameters.put(name, model.parameters().get(prefix + name));
    }
    return new Slot(layer, prefix, parameters, layer.carry());
  }
}

package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Source;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the decoder's initial state from the encoder's last state: {@code s_0 = tanh(summary W +
 * b)} for each part of the state (Bahdanau et al. 2015, appendix A.2.2).
 *
 * @param state the parts of the state that are initialised from the summary
 * @param summary the size of the summary
 */
record Bridge(List<StateSpec> state, int summary) {
  private static final String NAME = "bridge.";

  List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    for (StateSpec part : state) {
      String prefix = NAME + part.name() + ".";
      parameters.add(ParameterSpec.matrix(prefix + "W", summary, part.size()));
      parameters.add(ParameterSpec.bias(prefix + "b", part.size()));
    }
    return parameters;
  }

  /** The initial state, as memories {@code bridge.NAME}. */
  Map<String, Memory> memories(Source source, LayerContext context) {
    Map<String, Memory> memories = new LinkedHashMap<>();
    for (StateSpec part : state) {
      String prefix = NAME + part.name() + ".";
      Tensor first =
          source
              .summary()
              .matmul(context.parameter(prefix + "W"))
              .plus(context.parameter(prefix + "b"))
              .tanh();
      memories.put(NAME + part.name(), Memory.of(first));
    }
    return memories;
  }

  /** The carry, with the initial state for rows that start a sequence. */
  CellState start(CellState carry, LayerContext context) {
    Map<String, Tensor> parts = new LinkedHashMap<>(carry.parts());
    Tensor beginning = context.beginning();
    for (StateSpec part : state) {
      Memory memory = Sources.required(context, NAME + part.name());
      Tensor first = memory.values();
      int batch = carry.get(part.name()).shape().size(0);
      if (first.shape().size(0) != batch) {
        throw new ShapeException(
            formatted(
                "[decoder] expected a source of %d rows, as many as the batch, but got %d; a decoder reads a source for each row",
                batch, first.shape().size(0)));
      }
      parts.put(
          part.name(), beginning == null ? first : beginning.select(first, carry.get(part.name())));
    }
    return CellState.of(parts);
  }
}

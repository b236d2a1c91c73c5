package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.NamedTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Starts a new model from the parameters of a trained one, as far as names and shapes agree. */
final class Reuse {
  /** The most tensors that one line names. */
  private static final int NAMED = 12;

  private Reuse() {}

  /**
   * Copies what fits.
   *
   * @param origin the trained model
   * @param model a new model, initialised; changed
   * @param log takes lines that name the tensors that were reused, and those that were not
   */
  static void copy(ModelFile origin, SequenceModel model, Consumer<String> log) {
    Map<String, NamedTensor> trained = new HashMap<>();
    origin.tensors().forEach(tensor -> trained.put(tensor.name(), tensor));
    Parameters parameters = model.parameters();
    List<String> reused = new ArrayList<>();
    List<String> fresh = new ArrayList<>();
    for (Parameter parameter : parameters.all()) {
      NamedTensor tensor = trained.remove(parameter.name());
      if (tensor != null && tensor.shape().equals(parameter.shape())) {
        parameters.set(tensor.name(), tensor.shape(), tensor.values());
        reused.add(parameter.name());
      } else {
        fresh.add(
            tensor == null
                ? parameter.name()
                : formatted(
                    "%s (%s there, %s here)", parameter.name(), tensor.shape(), parameter.shape()));
      }
    }
    parameters.changed();
    tell("reused", reused, log);
    tell("new", fresh, log);
    tell("left out", trained.keySet().stream().sorted().toList(), log);
  }

  private static void tell(String what, List<String> names, Consumer<String> log) {
    if (names.isEmpty()) {
      return;
    }
    List<String> first = names.subList(0, Math.min(NAMED, names.size()));
    log.accept(
        formatted(
            "%s: %d %s: %s%s",
            what,
            names.size(),
            names.size() == 1 ? "tensor" : "tensors",
            String.join(", ", first),
            names.size() > NAMED ? ", ..." : ""));
  }
}

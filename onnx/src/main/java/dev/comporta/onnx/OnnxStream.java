package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A model with states between calls: what it returns for a state is what the next call reads.
 * States begin with zeros. A stream is used by one thread at a time.
 *
 * <pre>{@code
 * OnnxStream stream = OnnxStream.of(model);
 * for (float[] frame : frames) {
 *   OnnxTensor y = stream.step(Map.of("input", OnnxTensor.of(frame, 1, 512)), "output");
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class OnnxStream {
  private final OnnxModel model;
  private final Map<String, String> states;
  private final Map<String, OnnxValue> values = new HashMap<>();

  private OnnxStream(OnnxModel model, Map<String, String> states) {
    this.model = model;
    this.states = states;
  }

  /**
   * A stream of a model whose states are found by their names, their shapes, and what depends on
   * what.
   *
   * @param model the model
   * @return a stream at its beginning
   * @throws OnnxException if no state is found
   */
  public static OnnxStream of(OnnxModel model) {
    Map<String, String> states = StatePairs.of(model);
    if (states.isEmpty()) {
      throw new OnnxException(
          formatted(
              "[onnx] expected inputs and outputs of %s that are its state but found none; name them as pairs",
              Printable.quote(model.name())));
    }
    return new OnnxStream(model, states);
  }

  /**
   * The states of a model, as far as they can be found.
   *
   * @param model the model
   * @return the name of the output with the next value, by the name of the input
   */
  public static Map<String, String> statesOf(OnnxModel model) {
    return StatePairs.of(model);
  }

  /**
   * A stream of a model whose states are known.
   *
   * @param model the model
   * @param states for each input that is a state, the output with its next value
   * @return a stream at its beginning
   * @throws OnnxException if the model has no input or output of such a name
   */
  public static OnnxStream of(OnnxModel model, Map<String, String> states) {
    List<String> inputs = model.inputs().stream().map(OnnxPort::name).toList();
    List<String> outputs = model.outputs().stream().map(OnnxPort::name).toList();
    states.forEach((input, output) -> {
      if (!inputs.contains(input) || !outputs.contains(output)) {
        throw new OnnxException(
            formatted(
                "[onnx] expected an input and an output of %s as a state but got %s and %s; it has %s and %s",
                Printable.quote(model.name()),
                Printable.quoted(input),
                Printable.quoted(output),
                Printable.quote(inputs),
                Printable.quote(outputs)));
      }
    });
    return new OnnxStream(model, new LinkedHashMap<>(states));
  }

  /**
   * The states.
   *
   * @return the name of the output with the next value, by the name of the input
   */
  public Map<String, String> states() {
    return Map.copyOf(states);
  }

  /** Returns to the beginning. */
  public void reset() {
    values.clear();
  }

  /**
   * The current value of a state.
   *
   * @param input the name of its input
   * @return the value, or null before the first step
   */
  public @Nullable OnnxValue state(String input) {
    return values.get(input);
  }

  /**
   * Sets a state, such as an initial one.
   *
   * @param input the name of its input
   * @param value the value
   */
  public void set(String input, OnnxValue value) {
    if (!states.containsKey(input)) {
      throw new OnnxException(
          formatted(
              "[onnx] expected one of the states %s but got %s",
              states.keySet(), Printable.quoted(input)));
    }
    values.put(input, value);
  }

  /**
   * Runs the model once and keeps its states.
   *
   * @param given all inputs that are not states; a state that is given replaces the kept one
   * @return all outputs, those of states included
   * @throws OnnxException as {@link OnnxModel#run}, and if a state changes its shape
   */
  public Map<String, OnnxValue> step(Map<String, ? extends OnnxValue> given) {
    Map<String, OnnxValue> inputs = new HashMap<>(given);
    for (OnnxPort port : model.inputs()) {
      if (states.containsKey(port.name()) && !given.containsKey(port.name())) {
        inputs.put(port.name(), values.computeIfAbsent(port.name(), name -> zeros(port, given)));
      }
    }
    Map<String, OnnxValue> outputs = model.run(inputs);
    states.forEach((input, output) -> {
      OnnxValue before = inputs.get(input);
      OnnxValue after = outputs.get(output);
      if (before instanceof OnnxTensor a
          && after instanceof OnnxTensor b
          && !Arrays.equals(a.sizes(), b.sizes())) {
        throw new OnnxException(
            formatted(
                "[onnx] the state %s of %s was %s and became %s; it is not a state, or it needs an initial value of its own shape",
                Printable.quoted(input),
                Printable.quote(model.name()),
                a.describe(),
                b.describe()));
      }
    });
    states.forEach((input, output) -> {
      OnnxValue after = outputs.get(output);
      if (after != null) {
        values.put(input, after);
      }
    });
    return outputs;
  }

  /**
   * Runs the model once for one output, and keeps its states.
   *
   * @param given all inputs that are not states; a state that is given replaces the kept one
   * @param output the name of an output
   * @return its value
   * @throws OnnxException as {@link #step(Map)}, if there is no output of that name, or if it is a
   *     sequence or an optional
   */
  public OnnxTensor step(Map<String, ? extends OnnxValue> given, String output) {
    return model.tensor(step(given), output);
  }

  /** Zeros of a state's shape; sizes that are dynamic are those of the same name, or the batch. */
  private OnnxValue zeros(OnnxPort port, Map<String, ? extends OnnxValue> given) {
    List<String> shape = port.shape();
    if (shape == null || port.type() == null) {
      throw new OnnxException(
          formatted(
              "[onnx] the state %s has no declared shape; set its initial value", port.describe()));
    }
    Map<String, Integer> known = new HashMap<>();
    int batch = -1;
    for (OnnxPort other : model.inputs()) {
      List<String> sizes = other.shape();
      if (given.get(other.name()) instanceof OnnxTensor tensor && sizes != null) {
        for (int axis = 0; axis < Math.min(tensor.rank(), sizes.size()); axis++) {
          known.putIfAbsent(sizes.get(axis), tensor.size(axis));
        }
        batch = batch < 0 && tensor.rank() > 1 ? tensor.size(0) : batch;
      }
    }
    int[] sizes = new int[shape.size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      int fixed = port.size(axis);
      Integer named = shape.get(axis).equals("?") ? null : known.get(shape.get(axis));
      sizes[axis] = fixed >= 0 ? fixed : named != null ? named : Math.max(batch, 1);
    }
    long count = OnnxTensor.count(sizes);
    if (count < 0 || count > OnnxTensor.MOST_ELEMENTS / 16) {
      throw new OnnxException(formatted("[onnx] the state %s is too large", port.describe()));
    }
    return OnnxTensor.of(port.type(), OnnxTensor.storage(port.type(), (int) count), sizes);
  }
}

package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/** Runs a stream over arrays that hold all of its steps. */
@API(status = API.Status.EXPERIMENTAL)
public final class OnnxSequence {
  private OnnxSequence() {}

  /**
   * Runs all steps.
   *
   * @param model the model
   * @param stream its stream
   * @param arrays for each input: an array with one axis more than the input, whose rows are steps;
   *     or one array for every step, or for a state its initial value
   * @return for each output that is not a state an array whose rows are steps; for a state its last
   *     value
   * @throws OnnxException if no array has steps, they have different numbers of steps, or a step
   *     fails
   */
  public static Map<String, OnnxValue> run(
      OnnxModel model, OnnxStream stream, Map<String, OnnxTensor> arrays) {
    Map<String, OnnxTensor> stepped = new LinkedHashMap<>();
    Map<String, OnnxValue> fixed = new LinkedHashMap<>();
    int steps = -1;
    for (Map.Entry<String, OnnxTensor> array : arrays.entrySet()) {
      OnnxTensor tensor = array.getValue();
      List<String> shape =
          model.inputs().stream()
              .filter(port -> port.name().equals(array.getKey()))
              .map(OnnxPort::shape)
              .findFirst()
              .orElse(null);
      boolean state = stream.states().containsKey(array.getKey());
      if (state && shape != null && tensor.rank() != shape.size()) {
        throw new OnnxException(
            formatted(
                "[onnx] expected the initial value of the state %s as an array of %d axes but got %s; later values are kept from step to step",
                Printable.quoted(array.getKey()), shape.size(), tensor.describe()));
      }
      if (!state && shape != null && tensor.rank() == shape.size() + 1) {
        if (steps >= 0 && steps != tensor.size(0)) {
          throw new OnnxException(
              formatted(
                  "[onnx] expected arrays of as many steps but got %d and %d",
                  steps, tensor.size(0)));
        }
        steps = tensor.size(0);
        stepped.put(array.getKey(), tensor);
      } else if (state) {
        stream.set(array.getKey(), tensor);
      } else {
        fixed.put(array.getKey(), tensor);
      }
    }
    if (steps < 1) {
      throw new OnnxException(
          "[onnx] expected an array with one axis more than its input, whose rows are steps, but got none");
    }
    Map<String, List<OnnxTensor>> rows = new LinkedHashMap<>();
    Map<String, OnnxValue> results = new LinkedHashMap<>();
    for (int step = 0; step < steps; step++) {
      Map<String, OnnxValue> inputs = new LinkedHashMap<>(fixed);
      for (Map.Entry<String, OnnxTensor> array : stepped.entrySet()) {
        inputs.put(array.getKey(), row(array.getValue(), step));
      }
      stream
          .step(inputs)
          .forEach((name, value) -> {
            if (!stream.states().containsValue(name) && value instanceof OnnxTensor tensor) {
              rows.computeIfAbsent(name, key -> new ArrayList<>()).add(tensor);
            } else {
              results.put(name, value);
            }
          });
    }
    rows.forEach((name, all) -> results.put(name, stacked(name, all)));
    return results;
  }

  private static OnnxTensor row(OnnxTensor all, int step) {
    int[] sizes = Arrays.copyOfRange(all.sizes(), 1, all.rank());
    int count = all.count() / all.size(0);
    Object data = OnnxTensor.storage(all.type(), count);
    System.arraycopy(all.data(), step * count, data, 0, count);
    return OnnxTensor.of(all.type(), data, sizes);
  }

  private static OnnxTensor stacked(String name, List<OnnxTensor> rows) {
    OnnxTensor first = rows.getFirst();
    ElementType type = first.type();
    int[] sizes = new int[first.rank() + 1];
    sizes[0] = rows.size();
    System.arraycopy(first.sizes(), 0, sizes, 1, first.rank());
    if (OnnxTensor.count(sizes) < 0) {
      throw new OnnxException(
          formatted("[onnx] the steps of output %s are too many for one array", name));
    }
    Object data = OnnxTensor.storage(type, (int) OnnxTensor.count(sizes));
    int at = 0;
    for (OnnxTensor row : rows) {
      if (!Arrays.equals(row.sizes(), first.sizes())) {
        throw new OnnxException(
            formatted("[onnx] the output %s has a different shape in each step", name));
      }
      System.arraycopy(row.data(), 0, data, at, row.count());
      at += row.count();
    }
    return OnnxTensor.of(type, data, sizes);
  }
}

package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A model during training: the current model, and everything that the trainer needs to continue as
 * if it had not been stopped. The file format does not interpret the trainer's data.
 *
 * @param model the current model
 * @param progress step, epoch, position in the data and similar values
 * @param tensors optimizer slots, carries and other float32 state, with unique names
 * @param numbers float64 arrays by name, such as the recent losses
 */
@API(status = API.Status.EXPERIMENTAL)
public record Checkpoint(
    ModelFile model, Spec progress, List<NamedTensor> tensors, Map<String, double[]> numbers) {
  /** Copies the list and the map, keeping their order; the arrays are shared. */
  public Checkpoint {
    tensors = List.copyOf(tensors);
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
  }

  /**
   * Refuses a model or a training state that nothing can be computed with. Rows of numbers may hold
   * anything: a loss that was never measured is one of them.
   *
   * @param from where they come from, for the message
   * @throws ModelFileException naming the first tensor with an element that is NaN or infinite
   */
  public void requireFinite(String from) {
    model.requireFinite(from);
    ModelFile.requireFinite(from, tensors);
  }

  /**
   * One tensor of the training state.
   *
   * @param name its name
   * @return its elements; the array is not copied
   * @throws ModelFileException if there is none
   */
  public float[] tensor(String name) {
    for (NamedTensor tensor : tensors) {
      if (tensor.name().equals(name)) {
        return tensor.values();
      }
    }
    throw missing("tensor", name);
  }

  /**
   * One array of float64 numbers.
   *
   * @param name its name
   * @return the numbers; the array is not copied
   * @throws ModelFileException if there is none
   */
  public double[] numbers(String name) {
    double[] row = numbers.get(name);
    if (row == null) {
      throw missing("row of numbers", name);
    }
    return row;
  }

  private static ModelFileException missing(String what, String name) {
    return new ModelFileException(
        ModelFileException.Problem.MISMATCH,
        formatted(
            "[resume] the checkpoint has no %s %s; it was written by another version or for other settings",
            what, Text.quoted(name)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Checkpoint checkpoint
        && model.equals(checkpoint.model)
        && progress.equals(checkpoint.progress)
        && tensors.equals(checkpoint.tensors)
        && numbers.keySet().equals(checkpoint.numbers.keySet())
        && numbers.keySet().stream()
            .allMatch(name -> sameBits(numbers(name), checkpoint.numbers(name)));
  }

  private static boolean sameBits(double[] a, double[] b) {
    return Arrays.equals(
        Arrays.stream(a).mapToLong(Double::doubleToRawLongBits).toArray(),
        Arrays.stream(b).mapToLong(Double::doubleToRawLongBits).toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(
        new int[] {model.hashCode(), progress.hashCode(), tensors.hashCode(), numbers.size()});
  }
}

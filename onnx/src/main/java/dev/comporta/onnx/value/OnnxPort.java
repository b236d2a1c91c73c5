package dev.comporta.onnx.value;

import dev.comporta.api.Printable;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * An input or an output of a model.
 *
 * @param name its name
 * @param type its element type; null for sequences, optionals and types that are not supported
 * @param shape the sizes as the file declares them: numbers, names of dynamic sizes, or {@code ?};
 *     null if the file does not say
 */
@API(status = API.Status.EXPERIMENTAL)
public record OnnxPort(String name, @Nullable ElementType type, @Nullable List<String> shape) {
  /** Copies the list. */
  public OnnxPort {
    shape = shape == null ? null : List.copyOf(shape);
  }

  /**
   * The fixed size of an axis.
   *
   * @param axis its number
   * @return the size, or -1 if it is dynamic or not declared
   */
  public int size(int axis) {
    List<String> sizes = shape;
    if (sizes == null || axis >= sizes.size()) {
      return -1;
    }
    String size = sizes.get(axis);
    return size.length() < 10 && size.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Integer.parseInt(size)
        : -1;
  }

  /**
   * The declaration in one line.
   *
   * @return for example {@code x: float32 [batch, 30, 17]}
   */
  public String describe() {
    ElementType element = type;
    List<String> sizes = shape;
    return Printable.quote(name)
        + ": "
        + (element == null ? "no tensor" : element.word())
        + (sizes == null ? "" : " " + Printable.quote("[" + String.join(", ", sizes) + "]"));
  }
}

package dev.comporta.cells.plan.trace;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.UntraceableException;
import org.jspecify.annotations.Nullable;

/**
 * A part of the state with one number per position of a memory, in a traced step. It is not a
 * plane; memory programs read and write it.
 *
 * @param name its name
 * @param before its value before the step, a leaf
 * @param after its value after the step
 * @param cotangent the cotangent of the value after the step, from the next timestep, a leaf
 * @param gradient the cotangent of the value before the step, or null if there is none
 */
public record PastState(
    String name, Node before, Node after, Node cotangent, @Nullable Node gradient) {
  /** Whether the cotangent of the value before the step equals that of the value after it. */
  public boolean passesCotangent() {
    return gradient == cotangent;
  }

  public static UntraceableException unplanned(String name) {
    return new UntraceableException(
        formatted(
            "the step returns a state '%s' of positions that it did not compute from positions",
            name));
  }
}

package dev.comporta.cells.plan;

import dev.comporta.api.tensor.UntraceableException;
import org.jspecify.annotations.Nullable;

/**
 * A part of the state with a number for each position of a memory, in a traced step. It is no
 * plane: memory programs read and write it.
 *
 * @param name its name
 * @param before its value before the step, a leaf
 * @param after its value after the step
 * @param cotangent of the value after, as the next timestep left it, a leaf
 * @param gradient the cotangent of the value before; null where none flows
 */
record PastState(String name, Node before, Node after, Node cotangent, @Nullable Node gradient) {
  /** Whether the cotangent of the value before is that of the value after, as it is. */
  boolean passesCotangent() {
    return gradient == cotangent;
  }

  static UntraceableException unplanned(String name) {
    return new UntraceableException(
        "the step gives a state '%s' of positions that it did not compute from them"
            .formatted(name));
  }
}

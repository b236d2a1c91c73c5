package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import org.jspecify.annotations.Nullable;

/** Checks and restores arrays of a training state. */
final class FloatArrays {
  private FloatArrays() {}

  static float[] check(String what, float[] target, float @Nullable [] saved) {
    if (saved == null || saved.length != target.length) {
      throw new ComportaException(
          formatted(
              "[resume] expected %d values for %s but the checkpoint has %s; it was written for another model or optimizer",
              target.length, what, saved == null ? "none" : saved.length));
    }
    return saved;
  }

  /** Refuses arrays with numbers that no training leaves behind. */
  static void requireFinite(String what, float[] saved) {
    for (int i = 0; i < saved.length; i++) {
      if (!Float.isFinite(saved[i])) {
        throw new ComportaException(
            formatted(
                "[resume] expected finite numbers for %s but element %d of the checkpoint's is %s; go on from an earlier checkpoint",
                what, i, saved[i]));
      }
    }
  }

  static void restore(String what, float[] target, float @Nullable [] saved) {
    System.arraycopy(check(what, target, saved), 0, target, 0, target.length);
  }
}

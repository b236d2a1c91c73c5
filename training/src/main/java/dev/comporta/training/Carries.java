package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Carry;
import java.util.LinkedHashMap;
import java.util.Map;

/** Copies a carry to and from a training state. */
final class Carries {
  private Carries() {}

  static Map<String, float[]> copy(Carry carry) {
    Map<String, float[]> copy = new LinkedHashMap<>();
    carry.parts().forEach((name, values) -> copy.put(name, values.clone()));
    return copy;
  }

  /** Rejects a carry that belongs to another model or batch size. */
  static void check(Carry carry, Map<String, float[]> saved, boolean[] fresh) {
    if (!carry.parts().keySet().equals(saved.keySet()) || fresh.length != carry.batch()) {
      throw new ComportaException(
          formatted(
              "[resume] expected a carry of %d rows with the parts %s but the checkpoint has %d rows with %s; it was written for another model or batch",
              carry.batch(), carry.parts().keySet(), fresh.length, saved.keySet()));
    }
    carry
        .parts()
        .forEach((name, values) -> {
          float[] before = saved.get(name);
          if (before == null || !carry.fits(name, before.length)) {
            before = FloatArrays.check("carry " + name, values, before);
          }
          FloatArrays.requireFinite("carry " + name, before);
        });
  }

  /** Restores a carry that passed the check. */
  static void restore(Carry carry, Map<String, float[]> saved, boolean[] fresh) {
    saved.forEach(carry::put);
    System.arraycopy(fresh, 0, carry.fresh(), 0, fresh.length);
  }
}

package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Carry;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Copies the carries of all parts of the data to and from a training state. A single one has the
 * names of its parts; of several, all but the first have a prefix.
 */
final class Carries {
  private Carries() {}

  private static String prefix(int part) {
    return part == 0 ? "" : "part" + part + ".";
  }

  /** The arrays of all carries under the names of a training state. */
  private static Map<String, float[]> named(List<Carry> carries) {
    Map<String, float[]> named = new LinkedHashMap<>();
    for (int part = 0; part < carries.size(); part++) {
      String prefix = prefix(part);
      carries.get(part).parts().forEach((name, values) -> named.put(prefix + name, values));
    }
    return named;
  }

  static Map<String, float[]> copy(List<Carry> carries) {
    Map<String, float[]> copy = named(carries);
    copy.replaceAll((_, values) -> values.clone());
    return copy;
  }

  /** For each row of all carries, whether it has seen no timestep. */
  static boolean[] fresh(List<Carry> carries) {
    int rows = carries.getFirst().batch();
    boolean[] all = new boolean[rows * carries.size()];
    for (int part = 0; part < carries.size(); part++) {
      System.arraycopy(carries.get(part).fresh(), 0, all, part * rows, rows);
    }
    return all;
  }

  /** Rejects carries that belong to another model, batch size or number of parts. */
  static void check(List<Carry> carries, Map<String, float[]> saved, boolean[] fresh) {
    Set<String> expected = named(carries).keySet();
    int rows = carries.size() * carries.getFirst().batch();
    if (!expected.equals(saved.keySet()) || fresh.length != rows) {
      throw new ComportaException(
          formatted(
              "[resume] expected a carry of %d rows with the parts %s but the checkpoint has %d rows with %s; it was written for another model or batch",
              rows, expected, fresh.length, new TreeSet<>(saved.keySet())));
    }
    for (int part = 0; part < carries.size(); part++) {
      Carry carry = carries.get(part);
      String prefix = prefix(part);
      carry
          .parts()
          .forEach((name, values) -> {
            float[] before = saved.get(prefix + name);
            if (before == null || !carry.fits(name, before.length)) {
              before = FloatArrays.check("carry " + prefix + name, values, before);
            }
            FloatArrays.requireFinite("carry " + prefix + name, before);
          });
    }
  }

  /** Restores carries that passed the check. */
  static void restore(List<Carry> carries, Map<String, float[]> saved, boolean[] fresh) {
    for (int part = 0; part < carries.size(); part++) {
      Carry carry = carries.get(part);
      String prefix = prefix(part);
      for (String name : List.copyOf(carry.parts().keySet())) {
        float[] values = saved.get(prefix + name);
        if (values != null) {
          carry.put(name, values);
        }
      }
      System.arraycopy(fresh, part * carry.batch(), carry.fresh(), 0, carry.batch());
    }
  }

  /** The carries as bytes for a trainer of the same model. */
  static byte[] bytes(List<Carry> carries) {
    long size = 0;
    for (Carry carry : carries) {
      size += carry.batch();
      for (float[] values : carry.parts().values()) {
        size += Integer.BYTES + (long) Float.BYTES * values.length;
      }
    }
    ByteBuffer to = ByteBuffer.allocate(Math.toIntExact(size));
    for (Carry carry : carries) {
      for (boolean fresh : carry.fresh()) {
        to.put((byte) (fresh ? 1 : 0));
      }
      for (float[] values : carry.parts().values()) {
        to.putInt(values.length);
        for (float value : values) {
          to.putFloat(value);
        }
      }
    }
    return to.array();
  }

  /** Reads what {@link #bytes} wrote. */
  static void take(List<Carry> carries, byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    for (Carry carry : carries) {
      for (int row = 0; row < carry.batch(); row++) {
        carry.fresh()[row] = from.get() != 0;
      }
      for (String name : List.copyOf(carry.parts().keySet())) {
        float[] values = new float[from.getInt()];
        from.asFloatBuffer().get(values);
        from.position(from.position() + Float.BYTES * values.length);
        carry.put(name, values);
      }
    }
  }
}

package dev.comporta.tasks.copying;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.data.CopyProblem;

/** Sequences of bits that a user gives. */
final class Vectors {
  private Vectors() {}

  /**
   * The batch that asks for a copy of one sequence.
   *
   * @param where where the sequence is, such as {@code line 3 of bits.json}
   */
  static Batch asked(Batch vectors, String where) {
    float[] values = vectors.values();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && values[i] != 1) {
        throw new ComportaException(
            formatted(
                "[copy] expected bits, 0 or 1, but got %s at place %d of vector %d of %s",
                values[i], i % vectors.features(), i / vectors.features(), where));
      }
    }
    return CopyProblem.of(values, vectors.timesteps(), 1, vectors.features());
  }

  static float[] targets(Batch asked) {
    float[] targets = asked.targets();
    if (targets == null) {
      throw new IllegalStateException("a batch without a target");
    }
    return targets;
  }
}

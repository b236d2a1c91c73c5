package dev.comporta.tasks.copying;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.data.CopyProblem;

/** Sequences of bits that a user gives. */
final class Vectors {
  private Vectors() {}

  /** The batch that asks for a copy of one sequence. */
  static Batch asked(Batch vectors) {
    float[] values = vectors.values();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && values[i] != 1) {
        throw new ComportaException(
            formatted(
                "[copy] expected bits, 0 or 1, but got %s at place %d of vector %d",
                values[i], i % vectors.features(), i / vectors.features()));
      }
    }
    return CopyProblem.of(values, vectors.timesteps(), 1, vectors.features());
  }
}

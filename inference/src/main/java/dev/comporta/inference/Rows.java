package dev.comporta.inference;

import dev.comporta.cells.model.ModelRunner;
import java.util.ArrayList;
import java.util.List;

/** The rows of a time-major output as sequences. */
final class Rows {
  private Rows() {}

  /** The rows of an output, without padding. */
  static List<float[]> of(ModelRunner.Outputs outputs) {
    List<float[]> rows = new ArrayList<>();
    int batch = outputs.batch();
    int size = outputs.values().length / Math.max(1, outputs.timesteps() * batch);
    for (int row = 0; row < batch; row++) {
      int[] lengths = outputs.lengths();
      int timesteps = lengths == null ? outputs.timesteps() : lengths[row];
      float[] values = new float[timesteps * size];
      for (int t = 0; t < timesteps; t++) {
        System.arraycopy(outputs.values(), (t * batch + row) * size, values, t * size, size);
      }
      rows.add(values);
    }
    return rows;
  }
}

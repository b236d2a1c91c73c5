package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sequences as the rows of a time-major batch, and back. */
final class Rows {
  private Rows() {}

  /** A batch of sequences {@code [T, features]}, padded to the length of the longest. */
  static Batch batch(List<float[]> sequences, int features) {
    int rows = sequences.size();
    int[] lengths = new int[rows];
    for (int row = 0; row < rows; row++) {
      int count = sequences.get(row).length;
      if (count % features != 0) {
        throw new ShapeException(
            formatted(
                "[model] expected sequences of %d features each timestep but sequence %d has %d numbers",
                features, row, count));
      }
      lengths[row] = count / features;
    }
    int timesteps = Arrays.stream(lengths).max().orElse(0);
    float[] values = new float[Math.multiplyExact(Math.multiplyExact(timesteps, rows), features)];
    for (int row = 0; row < rows; row++) {
      for (int t = 0; t < lengths[row]; t++) {
        System.arraycopy(
            sequences.get(row), t * features, values, (t * rows + row) * features, features);
      }
    }
    boolean ragged = Arrays.stream(lengths).anyMatch(length -> length < timesteps);
    return Batch.ofValues(timesteps, rows, features, values, ragged ? lengths : null);
  }

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

package example.serve;

import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.SessionGroup;
import dev.comporta.inference.LoadedModel;
import java.util.Arrays;

/** One stream alone, restarted in the middle, and as a row of a group. */
final class Streams {
  private Streams() {}

  /** Whether all three give the same bits. */
  static boolean agree(LoadedModel model) {
    float[] output = new float[model.network().outputSize()];
    byte[] state;
    try (Session session = model.newSession()) {
      session.step(1, output);
      state = session.save(); // to a file or a database
      session.step(2, output);
    }
    float[] later = new float[output.length];
    try (Session restarted = model.newSession()) {
      restarted.load(state); // after a restart, or on another machine
      restarted.step(2, later);
    }
    SessionGroup group = model.newEmptyGroup(8);
    int row = group.join();
    float[] outputs = new float[8 * output.length];
    group.load(row, state);
    int[] ids = new int[8];
    ids[row] = 2;
    group.step(ids, outputs);
    int from = row * output.length;
    return Arrays.equals(output, later)
        && Arrays.equals(output, Arrays.copyOfRange(outputs, from, from + output.length));
  }
}

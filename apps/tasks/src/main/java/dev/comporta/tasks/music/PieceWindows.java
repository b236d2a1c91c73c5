package dev.comporta.tasks.music;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.data.BucketedSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pieces for training, cut into windows of nearly equal length. At each timestep the input is the
 * chord before, silence before the first one; the target is the chord. For outputs that depend on
 * each other, the input also has the chord itself. In every epoch each window is transposed by a
 * random interval within the keys of the piano. Not thread-safe.
 */
final class PieceWindows extends BucketedSource {
  /** Batches whose windows are sorted by length together. */
  private static final int POOL = 20;

  private final List<Window> windows;
  private final Layout layout;
  private final int transposed;
  private final RandomSource random;

  private record Window(Piece piece, int from, int to) {
    int length() {
      return to - from;
    }
  }

  /**
   * How chords become features.
   *
   * @param dependent whether the input also has the chord itself
   */
  record Layout(boolean dependent) {
    int features() {
      return dependent ? 2 * Piece.KEYS : Piece.KEYS;
    }

    /**
     * A batch of parts of pieces, row by row, in the order of their lengths or not.
     *
     * @param from the first timestep of each row
     * @param to the end of each row
     * @param shifts the semitones by which each row is transposed
     * @param rows B; rows beyond the pieces are empty
     */
    Batch batch(List<Piece> pieces, int[] from, int[] to, int[] shifts, int rows) {
      int timesteps = 0;
      int[] lengths = new int[rows];
      for (int row = 0; row < pieces.size(); row++) {
        lengths[row] = Math.max(0, to[row] - from[row]);
        timesteps = Math.max(timesteps, lengths[row]);
      }
      float[] inputs = new float[timesteps * rows * features()];
      float[] targets = new float[timesteps * rows * Piece.KEYS];
      for (int row = 0; row < pieces.size(); row++) {
        List<List<Integer>> chords = pieces.get(row).chords();
        for (int t = 0; t < lengths[row]; t++) {
          int place = t * rows + row;
          int at = from[row] + t;
          int shift = shifts[row] - Piece.LOWEST;
          if (at > 0) {
            for (int note : chords.get(at - 1)) {
              inputs[place * features() + note + shift] = 1;
            }
          }
          for (int note : chords.get(at)) {
            targets[place * Piece.KEYS + note + shift] = 1;
            if (dependent) {
              inputs[place * features() + Piece.KEYS + note + shift] = 1;
            }
          }
        }
      }
      int longest = timesteps;
      boolean full = Arrays.stream(lengths).allMatch(length -> length == longest);
      return Batch.ofValues(timesteps, rows, features(), inputs, full ? null : lengths)
          .targets(Piece.KEYS, targets);
    }
  }

  /**
   * Creates a source of batches.
   *
   * @param pieces one or more
   * @param window the most timesteps of a window
   * @param transposed the most semitones, up or down; 0 for none
   */
  PieceWindows(
      List<Piece> pieces,
      Layout layout,
      int window,
      int batch,
      int transposed,
      RandomSource random) {
    this(windows(pieces, window), layout, batch, transposed, random);
  }

  private PieceWindows(
      List<Window> windows, Layout layout, int batch, int transposed, RandomSource random) {
    super(
        windows.stream().mapToInt(Window::length).toArray(),
        Math.min(batch, windows.size()),
        POOL,
        random);
    this.windows = windows;
    this.layout = layout;
    this.transposed = transposed;
    this.random = random;
  }

  private static List<Window> windows(List<Piece> pieces, int window) {
    List<Window> windows = new ArrayList<>();
    for (Piece piece : pieces) {
      int parts = Math.ceilDiv(piece.steps(), window);
      for (int part = 0; part < parts; part++) {
        windows.add(
            new Window(
                piece,
                (int) ((long) piece.steps() * part / parts),
                (int) ((long) piece.steps() * (part + 1) / parts)));
      }
    }
    return windows;
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    RandomSource shifts = random.stream("transpose").stream(epoch);
    List<Window> chosen = Arrays.stream(members).mapToObj(windows::get).toList();
    return layout.batch(
        chosen.stream().map(Window::piece).toList(),
        chosen.stream().mapToInt(Window::from).toArray(),
        chosen.stream().mapToInt(Window::to).toArray(),
        Arrays.stream(members)
            .map(window -> shift(windows.get(window).piece(), shifts, window))
            .toArray(),
        rows());
  }

  private int shift(Piece piece, RandomSource shifts, int window) {
    int down = Math.min(transposed, piece.lowest() - Piece.LOWEST);
    int up = Math.min(transposed, Piece.HIGHEST - piece.highest());
    return shifts.below(down + up + 1, window) - down;
  }
}

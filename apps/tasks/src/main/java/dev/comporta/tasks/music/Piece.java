package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece as a piano roll: the notes that sound at each timestep.
 *
 * @param chords the MIDI notes of each timestep, ascending, each once; one timestep or more
 * @param place where it was read, for messages
 */
record Piece(List<List<Integer>> chords, String place) {
  /** The lowest and the highest key of a piano, as MIDI numbers them. */
  static final int LOWEST = 21;

  static final int HIGHEST = 108;

  /** The keys of a piano. */
  static final int KEYS = HIGHEST - LOWEST + 1;

  /** More timesteps than any piece has. */
  static final int MOST_STEPS = 20_000;

  /**
   * Checks and sorts chords.
   *
   * @throws ComportaException if there are none or too many, or a note is not a key of a piano
   */
  static Piece of(List<List<Integer>> chords, String place) {
    if (chords.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[music] expected a piece of one timestep or more in %s but it is empty; remove it",
              place));
    }
    if (chords.size() > MOST_STEPS) {
      throw new ComportaException(
          formatted(
              "[music] expected a piece of at most %,d timesteps in %s but it has %,d; cut it, or use fewer --steps-per-beat",
              MOST_STEPS, place, chords.size()));
    }
    List<List<Integer>> sorted = new ArrayList<>();
    for (int t = 0; t < chords.size(); t++) {
      if (t > 0 && chords.get(t).equals(chords.get(t - 1))) { // checked already
        sorted.add(sorted.getLast());
        continue;
      }
      for (int note : chords.get(t)) {
        if (note < LOWEST || note > HIGHEST) {
          throw new ComportaException(
              formatted(
                  "[music] expected notes from %d to %d, the keys of a piano, in %s but step %d has %d; transpose the piece",
                  LOWEST, HIGHEST, place, t + 1, note));
        }
      }
      sorted.add(chords.get(t).stream().sorted().distinct().toList());
    }
    return new Piece(List.copyOf(sorted), place);
  }

  int steps() {
    return chords.size();
  }

  /** Whether a key, counted from the lowest, sounds at a timestep. */
  boolean sounds(int t, int key) {
    return chords.get(t).contains(LOWEST + key);
  }

  /** The lowest note of the piece, or the highest key if it is silent. */
  int lowest() {
    return chords.stream()
        .filter(it -> !it.isEmpty())
        .mapToInt(List::getFirst)
        .min()
        .orElse(HIGHEST);
  }

  /** The highest note of the piece, or the lowest key if it is silent. */
  int highest() {
    return chords.stream().filter(it -> !it.isEmpty()).mapToInt(List::getLast).max().orElse(LOWEST);
  }
}

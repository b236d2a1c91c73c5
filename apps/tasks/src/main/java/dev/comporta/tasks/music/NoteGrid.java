package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The timesteps at which notes sound. Notes that follow each other without a pause are held. */
final class NoteGrid {
  /** The numbers of MIDI's notes. */
  static final int NOTES = 128;

  private final String name;
  private final List<BitSet> notes = Stream.generate(BitSet::new).limit(NOTES).toList();

  /**
   * Starts an empty grid.
   *
   * @param name where the notes are read, for messages
   */
  NoteGrid(String name) {
    this.name = name;
  }

  /**
   * Adds a note, which sounds for a timestep at least.
   *
   * @param note from 0 to 127
   * @param first the timestep at which it begins
   * @param end the timestep at which it has ended
   * @throws ComportaException if the piece becomes too long
   */
  void sound(int note, long first, long end) {
    long last = Math.max(first + 1, end);
    if (last > Piece.MOST_STEPS) {
      throw new ComportaException(
          formatted(
              "[music] expected a piece of at most %,d timesteps in %s but it has %,d or more; cut it, or use fewer --steps-per-beat",
              Piece.MOST_STEPS, name, last));
    }
    notes.get(note).set((int) first, (int) last);
  }

  /**
   * The notes as a piece that begins with the first of them.
   *
   * @param none the message if there are no notes
   */
  Piece piece(String none) {
    int first =
        notes.stream()
            .mapToInt(it -> it.nextSetBit(0))
            .filter(it -> it >= 0)
            .min()
            .orElseThrow(() -> new ComportaException(none));
    int end = notes.stream().mapToInt(BitSet::length).max().orElse(0);
    BitSet changes = new BitSet(end);
    for (BitSet note : notes) {
      for (int at = note.nextSetBit(0); at >= 0; at = note.nextSetBit(at)) {
        changes.set(at);
        at = note.nextClearBit(at);
        changes.set(at);
      }
    }
    List<List<Integer>> chords = new ArrayList<>(end - first);
    for (int t = first; t < end; t++) {
      chords.add(changes.get(t) ? chord(t) : chords.getLast());
    }
    return Piece.of(chords, name);
  }

  private List<Integer> chord(int t) {
    return IntStream.range(0, NOTES).filter(note -> notes.get(note).get(t)).boxed().toList();
  }
}

package dev.comporta.tasks.music;

import dev.comporta.tasks.music.AbcReader.Damaged;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** One voice of a tune: its notes in the order in which they are written, and its repeats. */
final class AbcVoice {
  /** No repeat is played more often. */
  static final int MOST_PASSES = 9;

  /** What a voice consists of. */
  sealed interface Event {
    /**
     * A note, a chord or a rest.
     *
     * @param pitches MIDI notes and their lengths
     * @param length until the next event
     */
    record Sound(List<Pitch> pitches, AbcTime length) implements Event {}

    /** The beginning of a part that is repeated. */
    record Begin() implements Event {}

    /**
     * The end of a part that is repeated.
     *
     * @param passes how often it is played
     */
    record End(int passes) implements Event {}

    /**
     * The beginning of an ending.
     *
     * @param passes in which it is played
     */
    record Ending(Set<Integer> passes) implements Event {}

    /** A double bar, after which a repeat may begin. */
    record DoubleBar() implements Event {}
  }

  /**
   * A note.
   *
   * @param note its MIDI number
   * @param length how long it sounds
   */
  record Pitch(int note, AbcTime length) {}

  final List<Event> events = new ArrayList<>();
  AbcTime unit;
  List<Integer> key;
  int shift;
  boolean silent;

  /** Accidentals since the last bar line, by the letter and its octave. */
  final Map<Integer, Integer> accidentals = new HashMap<>();

  /** The accidentals of notes that are tied to the next ones, which may be beyond a bar line. */
  final Map<Integer, Integer> tied = new HashMap<>();

  /** What the next note's length is multiplied by, after a broken rhythm. */
  AbcTime broken = AbcTime.ONE;

  /** The factor of a tuplet, and the notes that it still holds for. */
  AbcTime tuplet = AbcTime.ONE;

  int tupletNotes;

  /** Where events are, so that {@link #next} does not search the rest of a long voice each time. */
  private final NavigableSet<Integer> begins = new TreeSet<>();

  private final NavigableSet<Integer> ends = new TreeSet<>();

  /** By the pass in which they are played. */
  private final Map<Integer, NavigableSet<Integer>> endings = new HashMap<>();

  /** The event for which {@link #passes} is. */
  private int counted = -1;

  private int passes;

  AbcVoice(AbcTime unit, List<Integer> key) {
    this.unit = unit;
    this.key = key;
  }

  /** Multiplies the length of the last note, chord or rest. */
  void stretch(AbcTime factor) throws Damaged {
    if (events.isEmpty() || !(events.getLast() instanceof Event.Sound last)) {
      throw new Damaged("a note before '>' or '<'", "none");
    }
    List<Pitch> pitches =
        last.pitches().stream().map(it -> new Pitch(it.note(), it.length().times(factor))).toList();
    events.set(events.size() - 1, new Event.Sound(pitches, last.length().times(factor)));
  }

  /** Gives the notes and rests in the order in which they are played. */
  void play(Consumer<Event.Sound> player) {
    index();
    int start = 0;
    int pass = 1;
    boolean explicit = false;
    int at = 0;
    while (at < events.size()) {
      Event event = events.get(at++);
      switch (event) {
        case Event.Sound sound -> player.accept(sound);
        case Event.Begin _ -> {
          pass = 1;
          start = at;
          explicit = true;
        }
        case Event.DoubleBar _ -> {
          if (!explicit || (passes(start) > 0 && pass >= passes(start))) {
            explicit = false;
            pass = 1;
            start = at;
          }
        }
        case Event.Ending ending -> {
          if (!ending.passes().contains(pass)) {
            at = next(at, pass);
          }
        }
        case Event.End end -> {
          if (pass < Math.max(end.passes(), passes(start))) {
            pass++;
            at = start;
          } else {
            pass = 1;
            start = at;
            explicit = false;
          }
        }
      }
    }
  }

  private void index() {
    for (int i = 0; i < events.size(); i++) {
      int at = i;
      switch (events.get(i)) {
        case Event.Begin _ -> begins.add(at);
        case Event.End _ -> ends.add(at);
        case Event.Ending ending ->
            ending
                .passes()
                .forEach(it -> endings.computeIfAbsent(it, _ -> new TreeSet<>()).add(at));
        default -> {}
      }
    }
  }

  /** How often the part that begins at an event is played by its endings; 0 without any. */
  private int passes(int start) {
    if (start != counted) {
      counted = start;
      passes = 0;
      for (int i = start; i < events.size(); i++) {
        Event event = events.get(i);
        boolean goesOn =
            !(event instanceof Event.End)
                || (i + 1 < events.size() && events.get(i + 1) instanceof Event.Ending);
        if (event instanceof Event.Begin || !goesOn) {
          break;
        }
        if (event instanceof Event.Ending ending) {
          if (passes > 0 && ending.passes().contains(1)) {
            break; // of the next part
          }
          passes = Math.max(passes, Collections.max(ending.passes()));
        }
      }
    }
    return passes;
  }

  /** Where the ending of a pass begins, or what follows the repeat if there is none. */
  private int next(int from, int pass) {
    int begin = first(begins, from);
    int ending = first(endings.getOrDefault(pass, Collections.emptyNavigableSet()), from);
    return ending < begin ? ending + 1 : Math.min(begin, first(ends, from) + 1);
  }

  private int first(NavigableSet<Integer> places, int from) {
    Integer place = places.ceiling(from);
    return place == null ? events.size() : place;
  }
}

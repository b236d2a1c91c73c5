package dev.comporta.tasks.music;

import dev.comporta.api.tensor.RandomSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Generated chorales in four parts, so that nothing has to be downloaded. A small grammar of
 * harmony (Rohrmeier 2011 has a large one) gives the chords of each phrase:
 *
 * <pre>
 * phrase  -> tonic tonic? before? dominant end      end: the tonic, or the dominant in a half cadence
 * tonic   -> I | I IV I | vi | I V I
 * before  -> IV | ii | vi ii | IV ii
 * dominant-> V | I V
 * </pre>
 *
 * The bass has the root; the upper parts move to the nearest notes of the chord, and the soprano
 * fills some thirds with a passing note. A beat has two timesteps.
 */
final class Chorales {
  private static final int PHRASES = 4;
  private static final int BEATS = 8;
  private static final int[] MAJOR = {0, 2, 4, 5, 7, 9, 11};
  private static final int[] MINOR = {0, 2, 3, 5, 7, 8, 10};
  private static final int DOMINANT = 4;
  private static final int SEVENTH = 6;

  private static final List<List<Integer>> TONIC =
      List.of(List.of(0), List.of(0, 3, 0), List.of(5), List.of(0, 4, 0));
  private static final List<List<Integer>> BEFORE =
      List.of(List.of(3), List.of(1), List.of(5, 1), List.of(3, 1));
  private static final List<List<Integer>> DOMINANTS = List.of(List.of(4), List.of(0, 4));

  private static final int BASS_FROM = 40;
  private static final int[] PARTS_FROM = {50, 57, 62}; // tenor, alto, soprano
  private static final int RANGE = 17;

  private final RandomSource random;
  private final int tonic;
  private final boolean minor;
  private long draws;
  private int[] upper = {55, 60, 67};

  private Chorales(RandomSource random) {
    this.random = random;
    this.tonic = below(12);
    this.minor = below(3) == 0;
  }

  /** Generates pieces of 64 timesteps. */
  static List<Piece> generate(int count, RandomSource random) {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pieces.add(Piece.of(new Chorales(random.stream(i)).chords(), "chorale " + (i + 1)));
    }
    return pieces;
  }

  private int below(int bound) {
    return random.below(bound, draws++);
  }

  private List<List<Integer>> chords() {
    List<List<Integer>> steps = new ArrayList<>();
    for (int phrase = 0; phrase < PHRASES; phrase++) {
      List<Integer> degrees = phrase(phrase % 2 == 0);
      for (int beat = 0; beat < BEATS; beat++) {
        int degree = degrees.get(Math.min(beat, degrees.size() - 1));
        boolean held = beat >= degrees.size();
        int soprano = upper[2];
        if (!held) {
          upper = nearest(triad(degree));
        }
        int between = upper[2] - soprano;
        if (!steps.isEmpty() && !held && Math.abs(between) > 2 && Math.abs(between) < 5) {
          steps.set(steps.size() - 1, with(steps.getLast(), soprano, passing(soprano, upper[2])));
        }
        List<Integer> chord = List.of(bass(degree), upper[0], upper[1], upper[2]);
        steps.add(chord);
        steps.add(chord);
      }
    }
    return steps;
  }

  private List<Integer> phrase(boolean open) {
    List<Integer> degrees = new ArrayList<>(one(TONIC));
    if (below(2) == 0) {
      degrees.addAll(one(TONIC));
    }
    if (below(4) > 0 && degrees.size() < BEATS - 4) {
      degrees.addAll(one(BEFORE));
    }
    degrees.addAll(open && below(2) == 0 ? List.of(0) : one(DOMINANTS));
    degrees.add(open ? DOMINANT : 0);
    return degrees.size() > BEATS
        ? degrees.subList(degrees.size() - BEATS, degrees.size())
        : degrees;
  }

  private <T> T one(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** The pitch class of a degree; the seventh of a minor key is raised in the dominant. */
  private int pitchClass(int degree, boolean raised) {
    int step = degree % MAJOR.length;
    int above = (minor ? MINOR : MAJOR)[step] + (minor && raised && step == SEVENTH ? 1 : 0);
    return (tonic + above) % 12;
  }

  private int[] triad(int degree) {
    boolean raised = degree == DOMINANT;
    return new int[] {
      pitchClass(degree, raised), pitchClass(degree + 2, raised), pitchClass(degree + 4, raised)
    };
  }

  private int bass(int degree) {
    return BASS_FROM + Math.floorMod(pitchClass(degree, false) - BASS_FROM, 12);
  }

  /** The notes of tenor, alto and soprano that complete a triad with the smallest moves. */
  private int[] nearest(int[] triad) {
    int[] best = upper;
    int least = Integer.MAX_VALUE;
    int lean = below(5) - 2; // so that melodies rise and fall
    for (int order = 0; order < 6; order++) {
      int first = order % 3;
      int second = (first + 1 + order / 3) % 3;
      int[] classes = {triad[first], triad[second], triad[3 - first - second]};
      for (int octaves = 0; octaves < 8; octaves++) {
        int[] notes = new int[3];
        int moves = 0;
        for (int part = 0; part < 3; part++) {
          int from = PARTS_FROM[part] + 12 * (octaves >> part & 1);
          notes[part] = from + Math.floorMod(classes[part] - from, 12);
          int aim = upper[part] + (part == 2 ? lean : 0);
          moves += Math.abs(notes[part] - aim);
          moves += notes[part] > PARTS_FROM[part] + RANGE ? 100 : 0;
        }
        if (notes[0] < notes[1] && notes[1] < notes[2] && moves < least) {
          least = moves;
          best = notes;
        }
      }
    }
    return best;
  }

  /** The note of the scale between two notes a third apart. */
  private int passing(int from, int to) {
    int low = Math.min(from, to);
    for (int note = low + 1; note < Math.max(from, to); note++) {
      for (int degree = 0; degree < MAJOR.length; degree++) {
        if (pitchClass(degree, false) == note % 12) {
          return note;
        }
      }
    }
    return from;
  }

  private static List<Integer> with(List<Integer> chord, int note, int other) {
    return chord.stream().map(it -> it == note ? other : it).toList();
  }
}

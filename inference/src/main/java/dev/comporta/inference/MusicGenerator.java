package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.inference.content.StoredMusic;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Continues a piece of polyphonic music chord by chord, or begins one. A chord is the list of the
 * MIDI notes that sound at a timestep (60 is middle C), lowest first; an empty one is a rest. Any
 * number of threads may use it at once.
 *
 * <pre>{@code
 * try (LoadedModel model = Models.load(file)) {
 *   MusicGenerator music = model.musicGenerator();
 *   List<List<Integer>> start = List.of(List.of(48, 64, 67, 72), List.of(53, 65, 69, 72));
 *   System.out.println(music.continued(start, 16, 1, 7));
 * }
 * }</pre>
 */
public final class MusicGenerator {
  private final LoadedModel model;
  private final StoredMusic stored;
  private final int keys;

  /** Whether the model also reads the chord itself, as the keys of a chord depend on each other. */
  private final boolean dependent;

  /** Checks that the file holds a model of music. */
  MusicGenerator(LoadedModel model) {
    SequenceModel network = model.network();
    this.model = model;
    this.stored = StoredMusic.of(model.content(), model.name());
    this.keys = network.outputSize();
    this.dependent = network.inputSize() == 2L * keys;
    if (!network.encoder().isEmpty() || (!dependent && network.inputSize() != keys)) {
      throw new ComportaException(
          formatted(
              "[music] expected %s to read the %d keys that it gives, once or twice, but it reads %d features; the file is inconsistent",
              model.name(), keys, network.inputSize()));
    }
  }

  /** {@return the MIDI number of the lowest key} */
  public int lowestNote() {
    return stored.lowest();
  }

  /** {@return the MIDI number of the highest key} */
  public int highestNote() {
    return stored.lowest() + keys - 1;
  }

  /** {@return the number of timesteps of a quarter note} */
  public int stepsPerBeat() {
    return stored.stepsPerBeat();
  }

  /**
   * Continues a piece, or begins one. Each key is drawn with the probability that the model gives
   * it: independently of the other keys of its chord, or from the lowest to the highest, each given
   * those before it, if the model has NADE outputs.
   *
   * @param start the chords so far; empty to begin a piece
   * @param steps the number of timesteps that follow, 1 or more
   * @param temperature 1 draws from the model's distribution, lower values favour likely keys, and
   *     0 takes each key whose probability is above one half
   * @param seed of the random numbers: the same seed gives the same chords
   * @return the chords that follow, without those of the start
   * @throws ComportaException if a note is not a key of the model, or a number is out of range
   */
  public List<List<Integer>> continued(
      List<List<Integer>> start, int steps, double temperature, int seed) {
    if (steps < 1) {
      throw new InvalidOptionException("[music] expected 1 step or more but got " + steps);
    }
    if (!(temperature >= 0) || !Double.isFinite(temperature)) {
      throw new InvalidOptionException(
          "[music] expected a temperature of 0 or more but got " + temperature);
    }
    for (int t = 0; t < start.size(); t++) {
      require(start.get(t), t);
    }
    RandomSource random = new CounterRandom(seed).stream("music");
    List<List<Integer>> drawn = new ArrayList<>();
    float[] input = new float[dependent ? 2 * keys : keys];
    float[] output = new float[keys];
    try (Session session = model.newSession()) {
      for (List<Integer> chord : start) { // silence precedes the first one
        session.step(input, output);
        read(input, chord);
      }
      for (int step = 0; step < steps; step++) {
        List<Integer> chord =
            dependent
                ? chord(session, input, output, temperature, random.stream(step))
                : independent(session, input, output, temperature, random.stream(step));
        drawn.add(chord);
        read(input, chord);
      }
    }
    return List.copyOf(drawn);
  }

  private void require(List<Integer> chord, int t) {
    for (int note : chord) {
      if (note < lowestNote() || note > highestNote()) {
        throw new ComportaException(
            formatted(
                "[music] expected notes from %d to %d, the keys of the model, but step %d has %d",
                lowestNote(), highestNote(), t + 1, note));
      }
    }
  }

  /** Sets the input to the chord before, with no keys yet of the chord to draw. */
  private void read(float[] input, List<Integer> chord) {
    Arrays.fill(input, 0);
    for (int note : chord) {
      input[note - lowestNote()] = 1;
    }
  }

  private List<Integer> independent(
      Session session, float[] input, float[] output, double temperature, RandomSource random) {
    session.step(input, output);
    List<Integer> chord = new ArrayList<>();
    for (int key = 0; key < keys; key++) {
      if (isDrawn(output[key], temperature, random.uniform(key))) {
        chord.add(lowestNote() + key);
      }
    }
    return List.copyOf(chord);
  }

  /**
   * Draws the keys in order. The logits are valid up to the next key that sounds; then they are
   * computed again with that key.
   */
  private List<Integer> chord(
      Session session, float[] input, float[] output, double temperature, RandomSource random) {
    List<Integer> chord = new ArrayList<>();
    int key = 0;
    while (key < keys) {
      try (Session attempt = session.fork()) {
        attempt.step(input, output);
      }
      while (key < keys && !isDrawn(output[key], temperature, random.uniform(key))) {
        key++;
      }
      if (key < keys) {
        input[keys + key] = 1;
        chord.add(lowestNote() + key);
        key++;
      }
    }
    session.step(input, output);
    return List.copyOf(chord);
  }

  private static boolean isDrawn(float logit, double temperature, float uniform) {
    if (temperature == 0) {
      return logit > 0;
    }
    return uniform < 1 / (1 + StrictMath.exp(-logit / temperature));
  }
}

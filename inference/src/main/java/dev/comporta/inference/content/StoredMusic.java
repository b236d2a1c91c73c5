package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a model of music reads piano rolls. Model files store it among their metrics.
 *
 * @param lowest the MIDI number of the first key
 * @param stepsPerBeat timesteps of a quarter note
 */
public record StoredMusic(int lowest, int stepsPerBeat) {
  private static final String LOWEST = "lowest key of the piano roll";
  private static final String STEPS = "steps per beat";
  private static final int MOST_NOTES = 128;
  private static final int MOST_STEPS = 1000;

  /** {@return the numbers to store in a model file, by name} */
  public Map<String, Double> constants() {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.put(LOWEST, (double) lowest);
    constants.put(STEPS, (double) stepsPerBeat);
    return constants;
  }

  /**
   * {@return how the model in a file reads piano rolls}
   *
   * @param file the content of the file
   * @param name what messages call it
   * @throws ComportaException if it is not a model of music, or a number is out of range
   */
  public static StoredMusic of(ModelFile file, String name) {
    return new StoredMusic(
        whole(file, LOWEST, 0, MOST_NOTES - 1, name), whole(file, STEPS, 1, MOST_STEPS, name));
  }

  private static int whole(ModelFile file, String constant, int least, int most, String name) {
    if (!file.metrics().containsKey(constant)) {
      throw new ComportaException(
          formatted(
              "[music] expected a model of music but %s does not give the %s; use a model of the task music",
              name, constant));
    }
    return StoredParts.whole(file, constant, least, most, "music", name);
  }
}

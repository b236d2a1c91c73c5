package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a model of video reads frames, and what its outputs mean. The target is a vocabulary of the
 * file, the numbers are among its metrics.
 *
 * @param target what the model gives
 * @param side the height and the width of a frame in pixels
 * @param channels 1 for intensities, 2 with depth
 * @param patch pixels on a side of the squares whose pixels become channels of a smaller picture
 *     (Shi et al. 2015, section 5.1); 1 if pixels are read one by one
 * @param given the frames that a model of {@link Target#FRAMES} reads; 0 for others
 * @param ahead the frames that it predicts; 0 for others
 * @param mean what is added to the numbers of {@link Target#STEERING}; 0 for others
 * @param deviation what they are multiplied by before; 1 for others
 */
public record StoredVideo(
    Target target,
    int side,
    int channels,
    int patch,
    int given,
    int ahead,
    double mean,
    double deviation) {
  /** The most pixels on a side of a frame. */
  public static final int MOST_SIDE = 256;

  /** The most frames that are given or predicted. */
  public static final int MOST_FRAMES = 1000;

  /** Numbers of a box: left, top, right and bottom. */
  public static final int BOX = 4;

  private static final String OPERATION = "video";
  private static final String KIND = "video";
  private static final String SIDE = "pixels on a side of a frame";
  private static final String CHANNELS = "channels of a frame";
  private static final String PATCH = "pixels on a side of a patch";
  private static final String GIVEN = "frames given";
  private static final String AHEAD = "frames ahead";
  private static final String MEAN = "mean of the numbers";
  private static final String DEVIATION = "deviation of the numbers";

  /** What a model of video gives. */
  public enum Target {
    /** The next frames. */
    FRAMES,
    /** A label for each frame; that of the last frame is the clip's. */
    GESTURE,
    /** The box of an object in each frame. */
    BOX,
    /** The pixels of an object in each frame. */
    MASK,
    /** A number for each frame. */
    STEERING;

    /** {@return the word for it in settings and files} */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@return the numbers of a frame} */
  public int features() {
    return channels * side * side;
  }

  /** {@return how a model of {@link Target#MASK} gives masks: as frames with one channel} */
  public StoredVideo ofMasks() {
    return new StoredVideo(target, side, 1, patch, given, ahead, mean, deviation);
  }

  /**
   * Writes a frame as the model reads it: channel by channel and row by row, with the pixels of
   * each patch as channels.
   *
   * @param frames holds the frame {@code [channels, side, side]}
   * @param from where it begins
   * @param to receives {@link #features} numbers
   * @param at where they begin
   */
  public void arrange(float[] frames, int from, float[] to, int at) {
    int places = side / patch;
    int next = at;
    for (int channel = 0; channel < channels; channel++) {
      for (int inside = 0; inside < patch * patch; inside++) {
        for (int row = 0; row < places; row++) {
          int first = pixel(channel, row * patch + inside / patch, inside % patch);
          for (int column = 0; column < places; column++) {
            to[next++] = frames[from + first + column * patch];
          }
        }
      }
    }
  }

  /**
   * {@return frames as the model reads them, one after the other}
   *
   * @param frames {@code [frames, channels, side, side]}
   */
  public float[] arranged(float[] frames) {
    float[] arranged = new float[frames.length];
    for (int at = 0; at < frames.length; at += features()) {
      arrange(frames, at, arranged, at);
    }
    return arranged;
  }

  /**
   * Undoes {@link #arrange}.
   *
   * @param arranged holds a frame as the model has it
   * @param from where it begins
   * @param to receives the frame {@code [channels, side, side]}
   * @param at where it begins
   */
  public void restore(float[] arranged, int from, float[] to, int at) {
    int places = side / patch;
    int next = from;
    for (int channel = 0; channel < channels; channel++) {
      for (int inside = 0; inside < patch * patch; inside++) {
        for (int row = 0; row < places; row++) {
          int first = pixel(channel, row * patch + inside / patch, inside % patch);
          for (int column = 0; column < places; column++) {
            to[at + first + column * patch] = arranged[next++];
          }
        }
      }
    }
  }

  private int pixel(int channel, int row, int column) {
    return (channel * side + row) * side + column;
  }

  /** {@return the vocabulary to store in a model file} */
  public Vocabulary stored() {
    return new Vocabulary(KIND, KIND, List.of(target.word()));
  }

  /** {@return the numbers to store in a model file, by name} */
  public Map<String, Double> constants() {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.put(SIDE, (double) side);
    constants.put(CHANNELS, (double) channels);
    constants.put(PATCH, (double) patch);
    if (target == Target.FRAMES) {
      constants.put(GIVEN, (double) given);
      constants.put(AHEAD, (double) ahead);
    }
    if (target == Target.STEERING) {
      constants.put(MEAN, mean);
      constants.put(DEVIATION, deviation);
    }
    return constants;
  }

  /**
   * {@return how the model in a file reads frames}
   *
   * @param file the content of the file
   * @param name what messages call it
   * @throws ComportaException if it is no model of video, or a number is out of range
   */
  public static StoredVideo of(ModelFile file, String name) {
    List<String> kept =
        StoredParts.tokens(file, KIND)
            .orElseThrow(() ->
                new ComportaException(
                    formatted(
                        "[video] expected a model that reads video but %s is none; use a model of the task video",
                        name)));
    Target target = target(kept, name);
    boolean frames = target == Target.FRAMES;
    boolean numbers = target == Target.STEERING;
    int side = whole(file, SIDE, 2, MOST_SIDE, name);
    int patch = whole(file, PATCH, 1, side, name);
    if (side % patch != 0) {
      throw StoredParts.wrong(
          SIDE, formatted("a multiple of the patches of %d", patch), side, OPERATION, name);
    }
    return new StoredVideo(
        target,
        side,
        whole(file, CHANNELS, 1, 2, name),
        patch,
        frames ? whole(file, GIVEN, 1, MOST_FRAMES, name) : 0,
        frames ? whole(file, AHEAD, 1, MOST_FRAMES, name) : 0,
        numbers ? number(file, MEAN, -Double.MAX_VALUE, name) : 0,
        numbers ? number(file, DEVIATION, Double.MIN_VALUE, name) : 1);
  }

  private static Target target(List<String> tokens, String name) {
    String word = tokens.isEmpty() ? "" : tokens.getFirst();
    for (Target target : Target.values()) {
      if (target.word().equals(word)) {
        return target;
      }
    }
    throw new ComportaException(
        formatted(
            "[video] expected frames, gesture, box, mask or steering as the target of %s but got '%s'; the file is inconsistent",
            name, Printable.quote(word)));
  }

  private static int whole(ModelFile file, String constant, int least, int most, String name) {
    return StoredParts.whole(file, constant, least, most, OPERATION, name);
  }

  private static double number(ModelFile file, String constant, double least, String name) {
    double value = file.metrics().getOrDefault(constant, Double.NaN);
    if (!(value >= least && value <= Double.MAX_VALUE)) {
      throw StoredParts.wrong(constant, "a finite number", value, OPERATION, name);
    }
    return value;
  }
}

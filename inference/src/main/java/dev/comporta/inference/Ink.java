package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.List;

/**
 * What a pen wrote: its strokes in order. A stroke is what the pen wrote between touching the
 * surface and leaving it.
 *
 * @param strokes the points of each, {@code x, y, x, y, ...}, in any unit: x to the right and y
 *     down, as on a screen; the arrays are shared with the caller
 */
public record Ink(List<float[]> strokes) {
  /** The most points of all strokes together. */
  public static final int MOST_POINTS = 100_000;

  /** The largest absolute value of a coordinate. */
  public static final float MOST = 1e9f;

  /**
   * Checks the points.
   *
   * @throws ComportaException if there is no stroke, a stroke has no point, there are too many
   *     points, or a coordinate is not finite or too large
   */
  public Ink {
    strokes = List.copyOf(strokes);
    if (strokes.isEmpty()) {
      throw new ComportaException("[ink] expected one stroke or more but there is none");
    }
    long points = 0;
    for (int i = 0; i < strokes.size(); i++) {
      float[] stroke = strokes.get(i);
      if (stroke.length == 0 || stroke.length % 2 != 0) {
        throw new ComportaException(
            formatted(
                "[ink] expected an x and a y for one point or more but stroke %d has %d numbers",
                i + 1, stroke.length));
      }
      for (int j = 0; j < stroke.length; j++) {
        if (!(Math.abs(stroke[j]) <= MOST)) {
          throw new ComportaException(
              formatted(
                  "[ink] expected coordinates from -%.0f to %.0f but the %s of point %d of stroke %d is %s",
                  MOST, MOST, j % 2 == 0 ? "x" : "y", j / 2 + 1, i + 1, stroke[j]));
        }
      }
      points += stroke.length / 2;
    }
    if (points > MOST_POINTS) {
      throw new ComportaException(
          formatted(
              "[ink] expected at most %,d points but the strokes have %,d; give a word or a line at a time",
              MOST_POINTS, points));
    }
  }

  /** {@return the number of points of all strokes} */
  public int points() {
    return strokes.stream().mapToInt(stroke -> stroke.length / 2).sum();
  }
}

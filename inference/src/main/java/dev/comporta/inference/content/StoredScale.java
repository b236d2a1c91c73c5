package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.serialization.ModelFile;
import java.util.Map;

/**
 * Whether a forecaster reads its first column as it is or as logarithms, as a model file holds it
 * among its metrics.
 *
 * @param column the name of the first column
 * @param logarithmic whether it is read as natural logarithms
 */
public record StoredScale(String column, boolean logarithmic) {
  private static final String LOGARITHM = "logarithm of ";

  /** {@return what a model file holds: nothing for a column that is read as it is} */
  public Map<String, Double> constants() {
    return logarithmic ? Map.of(key(column), 1.0) : Map.of();
  }

  private static String key(String column) {
    return LOGARITHM + StoredNormalization.name(column);
  }

  /**
   * {@return the scale that a model file holds}
   *
   * @param file the content of the file
   * @param column the name of the first column
   */
  public static StoredScale of(ModelFile file, String column) {
    return new StoredScale(column, file.metrics().getOrDefault(key(column), 0.0) > 0);
  }

  /**
   * {@return a table with its first column on this scale; the table itself if nothing changes}
   *
   * @param values {@code [rows, columns]}, in the columns' own units
   * @param columns the number of columns
   * @throws ComportaException if a number has no logarithm
   */
  public double[] apply(double[] values, int columns) {
    if (!logarithmic) {
      return values;
    }
    double[] scaled = values.clone();
    for (int at = 0; at < scaled.length; at += columns) {
      if (!(scaled[at] > 0)) {
        throw new ComportaException(
            formatted(
                "[forecast] expected numbers above 0 in column %s, whose logarithms the model reads, but got %s in row %d (the first row has number 1); use a model that was trained with --scale level",
                Printable.quoted(column), scaled[at], at / columns + 1));
      }
      scaled[at] = StrictMath.log(scaled[at]);
    }
    return scaled;
  }

  /**
   * {@return a number of the first column in its own unit}
   *
   * @param scaled on this scale
   */
  public double undo(double scaled) {
    return logarithmic ? StrictMath.exp(scaled) : scaled;
  }
}

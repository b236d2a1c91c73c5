package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.serialization.ModelFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Whether a forecaster reads the columns that it forecasts as they are or as logarithms, as a model
 * file holds it among its metrics.
 *
 * @param columns the names of the columns to forecast, the first columns of a table
 * @param logarithmic whether they are read as natural logarithms
 */
public record StoredScale(List<String> columns, boolean logarithmic) {
  private static final String LOGARITHM = "logarithm of ";

  /** Copies the list. */
  public StoredScale {
    columns = List.copyOf(columns);
  }

  /** {@return what a model file holds: nothing for columns that are read as they are} */
  public Map<String, Double> constants() {
    Map<String, Double> constants = new LinkedHashMap<>();
    if (logarithmic) {
      columns.forEach(column -> constants.put(key(column), 1.0));
    }
    return constants;
  }

  private static String key(String column) {
    return LOGARITHM + StoredNormalization.name(column);
  }

  /**
   * {@return the scale that a model file holds}
   *
   * @param file the content of the file
   * @param columns the names of the columns to forecast
   */
  public static StoredScale of(ModelFile file, List<String> columns) {
    return new StoredScale(columns, file.metrics().getOrDefault(key(columns.getFirst()), 0.0) > 0);
  }

  /**
   * {@return where a row is, for messages about tables whose rows are counted}
   *
   * @param row its index
   */
  public static String place(int row) {
    return formatted("row %d (the first row has number 1)", row + 1);
  }

  /**
   * {@return a table with the columns to forecast on this scale; the table itself if nothing
   * changes}
   *
   * @param values {@code [rows, columns]}, in the columns' own units
   * @param width the number of columns
   * @param place where the row of an index is, for messages, such as {@link #place}
   * @throws ComportaException if a number has no logarithm
   */
  public double[] apply(double[] values, int width, IntFunction<String> place) {
    if (!logarithmic) {
      return values;
    }
    double[] scaled = values.clone();
    for (int row = 0; row < scaled.length; row += width) {
      for (int i = 0; i < columns.size(); i++) {
        double value = scaled[row + i];
        if (!(value > 0)) {
          throw new ComportaException(
              formatted(
                  "[forecast] expected numbers above 0 in column %s, whose logarithms the model reads, but got %s in %s; use a model that was trained with --scale level",
                  Printable.quoted(columns.get(i)), value, place.apply(row / width)));
        }
        scaled[row + i] = StrictMath.log(value);
      }
    }
    return scaled;
  }

  /**
   * {@return a number of a column to forecast in its own unit}
   *
   * @param scaled on this scale
   */
  public double undo(double scaled) {
    return logarithmic ? StrictMath.exp(scaled) : scaled;
  }
}

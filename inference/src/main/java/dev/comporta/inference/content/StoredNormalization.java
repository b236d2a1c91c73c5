package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.Sha256;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.data.Normalization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mean and standard deviation of each column, as a model file holds them among its metrics. */
public final class StoredNormalization {
  private static final String MEAN = "mean of ";
  private static final String DEVIATION = "deviation of ";
  private static final String ESCAPE = "\\u";
  private static final int LONGEST = 900;
  private static final int KEPT = 100;

  private StoredNormalization() {}

  /**
   * {@return what a model file holds, by name, in the order of the columns}
   *
   * @param columns the names of the columns
   * @param normalization their means and deviations
   */
  public static Map<String, Double> constants(List<String> columns, Normalization normalization) {
    Map<String, Double> constants = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = name(columns.get(i));
      constants.put(MEAN + name, normalization.means()[i]);
      constants.put(DEVIATION + name, normalization.deviations()[i]);
    }
    return constants;
  }

  /**
   * {@return the normalisation that a model file holds}
   *
   * @param file the content of the file
   * @param columns the names of the columns
   * @throws ComportaException if one is missing or cannot be used
   */
  public static Normalization of(ModelFile file, List<String> columns) {
    double[] means = new double[columns.size()];
    double[] deviations = new double[columns.size()];
    for (int i = 0; i < means.length; i++) {
      String name = name(columns.get(i));
      means[i] = file.metrics().getOrDefault(MEAN + name, Double.NaN);
      deviations[i] = file.metrics().getOrDefault(DEVIATION + name, Double.NaN);
      if (!Double.isFinite(means[i]) || !(deviations[i] > 0)) {
        throw new ComportaException(
            formatted(
                "[normalization] expected a model with the mean and deviation of column %s but it has none; use a model that was trained on this column",
                Printable.quoted(columns.get(i))));
      }
    }
    return new Normalization(means, deviations);
  }

  /**
   * The name of a column as part of the name of a metric: a header may hold line breaks and
   * megabytes, but names in a model file are printable and short. Characters that are not printable
   * are written as four hexadecimal digits after a backslash and a u, and a backslash twice; of a
   * long name the start is kept, with its SHA-256. Different columns have different names.
   *
   * @param column any text, such as the name of a column
   * @return the same as part of the name of a metric
   */
  public static String name(String column) {
    boolean escaped = Printable.isDisturbing(column) || column.contains(ESCAPE);
    String name = escaped ? Printable.line(column.replace("\\", "\\\\")) : column;
    if (name.length() <= LONGEST) {
      return name;
    }
    int end = Character.isHighSurrogate(name.charAt(KEPT - 1)) ? KEPT - 1 : KEPT;
    return formatted("%s... (%s)", name.substring(0, end), Sha256.of(name));
  }
}

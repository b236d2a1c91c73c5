package dev.comporta.frame.data;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.data.Normalization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/** The mean and standard deviation of each column, as a model file holds them among its metrics. */
@API(status = API.Status.EXPERIMENTAL)
public final class StoredNormalization {
  private static final String MEAN = "mean of ";
  private static final String DEVIATION = "deviation of ";

  private StoredNormalization() {}

  /**
   * What a model file holds.
   *
   * @param columns the names of the columns
   * @param normalization their means and deviations
   * @return by name, in the order of the columns
   */
  public static Map<String, Double> constants(List<String> columns, Normalization normalization) {
    Map<String, Double> constants = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = MetricName.of(columns.get(i));
      constants.put(MEAN + name, normalization.means()[i]);
      constants.put(DEVIATION + name, normalization.deviations()[i]);
    }
    return constants;
  }

  /**
   * The normalisation that a model file holds.
   *
   * @param file the content of the file
   * @param columns the names of the columns
   * @return their means and deviations
   * @throws ComportaException if one is missing or cannot be used
   */
  public static Normalization of(ModelFile file, List<String> columns) {
    double[] means = new double[columns.size()];
    double[] deviations = new double[columns.size()];
    for (int i = 0; i < means.length; i++) {
      String name = MetricName.of(columns.get(i));
      means[i] = file.metrics().getOrDefault(MEAN + name, Double.NaN);
      deviations[i] = file.metrics().getOrDefault(DEVIATION + name, Double.NaN);
      if (!Double.isFinite(means[i]) || !(deviations[i] > 0)) {
        throw new ComportaException(
            "[normalization] expected a model with the mean and deviation of column %s but it has none; use a model that was trained on this column"
                .formatted(Printable.quoted(columns.get(i))));
      }
    }
    return new Normalization(means, deviations);
  }
}

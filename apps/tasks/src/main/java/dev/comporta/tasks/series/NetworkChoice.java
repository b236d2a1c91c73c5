package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.Quantiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a network forecasts better than the linear path that it runs in parallel with, by a test
 * on the validation part: the statistic of Diebold and Mariano (1995, <i>Comparing Predictive
 * Accuracy</i>) for the differences d of the losses of the two, with the correction of Harvey,
 * Leybourne and Newbold (1997) for forecasts of h steps.
 *
 * <pre>
 * S = mean(d) / sqrt((g0 + 2 sum over k &lt; h of gk) / n) sqrt((n + 1 - 2 h + h (h - 1) / n) / n)
 * gk = 1 / n sum over t of (d[t] - mean(d)) (d[t - k] - mean(d))
 * </pre>
 *
 * @param network the mean loss of path and network together
 * @param path the mean loss of the path alone
 * @param statistic S; 0 if the two do not differ
 */
record NetworkChoice(double network, double path, double statistic) {
  /** One in twenty networks that are no better is used. */
  static final double LIMIT = 1.645;

  /**
   * Compares losses.
   *
   * @param path of each forecast, by the path alone
   * @param network the same by both
   * @param horizon h
   */
  static NetworkChoice of(double[] path, double[] network, int horizon) {
    int n = path.length;
    double[] differences = new double[n];
    double sum = 0;
    double networks = 0;
    for (int i = 0; i < n; i++) {
      differences[i] = path[i] - network[i];
      sum += differences[i];
      networks += network[i];
    }
    double mean = sum / n;
    double variance = covariance(differences, mean, 0);
    double all = variance;
    for (int k = 1; k < Math.min(horizon, n); k++) {
      all += 2 * covariance(differences, mean, k);
    }
    double used = all > 0 ? all : variance; // a sum of estimates may be negative
    double h = Math.min(horizon, n);
    double correction = Math.sqrt(Math.max(0, (n + 1 - 2 * h + h * (h - 1) / n) / n));
    double statistic = used > 0 ? mean / Math.sqrt(used / n) * correction : 0;
    return new NetworkChoice(networks / n, networks / n + mean, statistic);
  }

  private static double covariance(double[] d, double mean, int lag) {
    double sum = 0;
    for (int t = lag; t < d.length; t++) {
      sum += (d[t] - mean) * (d[t - lag] - mean);
    }
    return sum / d.length;
  }

  boolean isNetworkUsed() {
    return statistic > LIMIT;
  }

  /**
   * Compares a trained model with its linear path, and makes the output of the network zero if it
   * is not better.
   *
   * @param model whose first layer is the path with the network in it; changed
   * @param runner of the model
   * @param windows of the validation part
   * @param output what the names of the parameters of the network's last layer begin with
   * @param levels of quantiles; empty for squared errors
   * @param horizon h
   */
  static NetworkChoice apply(
      SequenceModel model,
      ModelRunner runner,
      SeriesWindows windows,
      String output,
      List<Double> levels,
      int horizon) {
    double[] network = losses(runner, windows, levels);
    Parameters parameters = model.parameters();
    Map<Parameter, float[]> kept = new LinkedHashMap<>();
    for (Parameter parameter : parameters.all()) {
      if (parameter.name().startsWith(output)) {
        float[] values = parameters.copy(parameter.name());
        kept.put(parameter, values);
        parameters.set(parameter.name(), parameter.shape(), new float[values.length]);
      }
    }
    parameters.changed();
    NetworkChoice choice = of(losses(runner, windows, levels), network, horizon);
    if (choice.isNetworkUsed()) {
      kept.forEach(
          (parameter, values) -> parameters.set(parameter.name(), parameter.shape(), values));
      parameters.changed();
    }
    return choice;
  }

  private static double[] losses(ModelRunner runner, SeriesWindows windows, List<Double> levels) {
    double[] losses = new double[windows.windows()];
    int at = 0;
    for (int index = 0; index < windows.chunks(); index++) {
      Batch batch = windows.batch(0, index);
      float[] targets = batch.targets();
      if (targets == null) {
        throw new IllegalStateException("windows without targets");
      }
      float[] outputs = runner.predict(batch, runner.newCarry(batch.batch()));
      int each = batch.targetSize();
      for (int row = 0; row < batch.batch() && at < losses.length; row++) {
        double sum = 0;
        for (int i = row * each; i < (row + 1) * each; i++) {
          double error = outputs[i] - targets[i];
          sum +=
              levels.isEmpty()
                  ? error * error
                  : Quantiles.pinball(levels.get(i % levels.size()), outputs[i], targets[i]);
        }
        losses[at++] = sum / each;
      }
    }
    return losses;
  }

  /** In words, for the log. */
  String words() {
    return formatted(
        "%s: validation loss %.4f with it, %.4f with the linear path alone (Diebold-Mariano statistic %.2f, above %.3f is better at the 5 %% level)",
        isNetworkUsed() ? "the network is used" : "the network is not used",
        network,
        path,
        statistic,
        LIMIT);
  }
}

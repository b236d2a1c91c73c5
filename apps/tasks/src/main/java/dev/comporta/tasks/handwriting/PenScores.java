package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.frame.Score;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredMixture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The negative log-likelihood of writing in nats per point, next to a baseline. */
final class PenScores {
  /** The axes of a way. */
  private static final int AXES = 2;

  private PenScores() {}

  static Spec loss(StoredMixture mixture) {
    return Spec.of("mixture-density")
        .with("events", StoredMixture.EVENTS)
        .with("least-deviation", mixture.leastDeviation());
  }

  /**
   * Scores a model.
   *
   * @param fitted the points that the baseline is fitted to
   * @param own whether these are the points that are scored
   */
  static Score of(LoadedModel model, InkExamples scored, InkExamples fitted, boolean own) {
    Loss loss = model.catalog().loss(loss(StoredMixture.of(model.content(), model.name())));
    double sum = 0;
    double points = 0;
    for (int i = 0; i < scored.chunks(); i++) {
      Batch batch = scored.batch(0, i);
      ModelRunner.LossResult result =
          model.with(runner -> runner.evaluate(batch, loss, runner.newCarry(batch.batch())));
      sum += result.sum();
      points += result.weight();
    }
    double nll = sum / points;
    double baseline = gaussian(fitted.targets(), scored.targets());
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("nll", nll);
    figures.put("points", (long) points);
    figures.put("gaussian", baseline);
    return Score.lower(
            "nll", figures, formatted("%.4f nats per point, over %,.0f points", nll, points))
        .against(
            own ? "one Gaussian fitted to these data" : "one Gaussian for all points", baseline);
  }

  /** The mean of one Gaussian and the frequencies of events, fitted to some points, on others. */
  static double gaussian(List<float[]> fitted, List<float[]> scored) {
    double[] means = new double[InkExamples.TARGETS];
    for (float[] point : fitted) {
      for (int i = 0; i < means.length; i++) {
        means[i] += point[i] / (double) fitted.size();
      }
    }
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (float[] point : fitted) {
      double x = point[0] - means[0];
      double y = point[1] - means[1];
      xx += x * x / fitted.size();
      yy += y * y / fitted.size();
      xy += x * y / fitted.size();
    }
    double least = 1e-6; // of a variance, for points that are all the same
    xx += least;
    yy += least;
    double determinant = xx * yy - xy * xy;
    double sum = 0;
    for (float[] point : scored) {
      double x = point[0] - means[0];
      double y = point[1] - means[1];
      sum +=
          (yy * x * x - 2 * xy * x * y + xx * y * y) / (2 * determinant)
              + Math.log(2 * Math.PI)
              + Math.log(determinant) / 2;
      for (int i = AXES; i < means.length; i++) {
        double rate = (means[i] * fitted.size() + 1) / (fitted.size() + 2.0);
        sum -= Math.log(point[i] == 1 ? rate : 1 - rate);
      }
    }
    return sum / scored.size();
  }
}

package dev.comporta.tasks.rating;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Score;
import dev.comporta.tasks.rating.RatedTexts.Parts;
import dev.comporta.tasks.rating.RatedTexts.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How well ratings are predicted: Pearson's r of each column, their mean, and the mean absolute
 * error in the unit of the ratings.
 *
 * @param columns the names of the ratings
 * @param correlations r of each
 * @param error the mean absolute error of all
 * @param texts their number
 */
record RateScores(List<String> columns, List<Double> correlations, double error, int texts) {
  static RateScores of(
      List<String> columns, List<Text> texts, Function<List<String>, double[]> model) {
    double[][] predicted = new double[texts.size()][];
    double error = 0;
    for (int i = 0; i < predicted.length; i++) {
      predicted[i] = model.apply(texts.get(i).tokens());
      for (int k = 0; k < columns.size(); k++) {
        error += Math.abs(predicted[i][k] - texts.get(i).ratings()[k]);
      }
    }
    List<Double> correlations =
        IntStream.range(0, columns.size()).mapToObj(k -> correlation(texts, predicted, k)).toList();
    return new RateScores(
        columns, correlations, error / columns.size() / texts.size(), texts.size());
  }

  /** Pearson's r; 0 if one side does not vary. */
  private static double correlation(List<Text> texts, double[][] predicted, int column) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < predicted.length; i++) {
      meanX += texts.get(i).ratings()[column] / predicted.length;
      meanY += predicted[i][column] / predicted.length;
    }
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < predicted.length; i++) {
      double x = texts.get(i).ratings()[column] - meanX;
      double y = predicted[i][column] - meanY;
      xx += x * x;
      yy += y * y;
      xy += x * y;
    }
    return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
  }

  double mean() {
    return correlations.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private String shown() {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < columns.size(); k++) {
      text.append(formatted("%s %.3f, ", columns.get(k), correlations.get(k)));
    }
    return text + formatted("mean absolute error %.4f", error);
  }

  /** The score; the mean of the correlations counts most. */
  Score score() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("pearson", mean());
    for (int k = 0; k < columns.size(); k++) {
      figures.put("pearson_" + columns.get(k).toLowerCase(Locale.ROOT), correlations.get(k));
    }
    figures.put("mae", error);
    figures.put("count", texts);
    return Score.higher(
        "pearson", figures, formatted("Pearson's r of %,d texts: %s", texts, shown()));
  }

  /**
   * The score on what is held out, next to ridge regression and to the mean of the training part.
   */
  static Score compared(Function<List<String>, double[]> rater, List<String> columns, Parts parts) {
    List<RidgeRegression> ridge =
        IntStream.range(0, columns.size())
            .mapToObj(k -> RidgeRegression.fit(parts.training(), k))
            .toList();
    double[] means =
        IntStream.range(0, columns.size())
            .mapToDouble(k ->
                parts.training().stream().mapToDouble(it -> it.ratings()[k]).average().orElse(0))
            .toArray();
    return of(columns, parts.heldOut(), rater)
        .score(
            of(
                columns,
                parts.heldOut(),
                tokens -> ridge.stream().mapToDouble(it -> it.predict(tokens)).toArray()),
            of(columns, parts.heldOut(), _ -> means));
  }

  private Score score(RateScores ridge, RateScores constant) {
    Score own = score();
    Map<String, Object> figures = new LinkedHashMap<>(own.figures());
    for (int k = 0; k < columns.size(); k++) {
      figures.put(
          "ridge_pearson_" + columns.get(k).toLowerCase(Locale.ROOT), ridge.correlations.get(k));
    }
    figures.put("ridge_mae", ridge.error);
    figures.put("mean_mae", constant.error);
    return Score.higher(
            own.metric(),
            figures,
            formatted(
                "%s%nridge regression on words: %s%nthe mean rating: mean absolute error %.4f",
                own.text(), ridge.shown(), constant.error))
        .against("ridge regression on words", ridge.mean());
  }
}

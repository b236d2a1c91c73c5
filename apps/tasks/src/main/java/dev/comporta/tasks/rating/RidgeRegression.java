package dev.comporta.tasks.rating;

import dev.comporta.tasks.rating.RatedTexts.Text;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Ridge regression (Hoerl and Kennard 1970) on which words occur in a text, the baseline of a
 * network: the w that minimises {@code |y - mean - X w|^2 + lambda |w|^2}, found by conjugate
 * gradients. Of several lambdas, the one with the smallest error on every tenth training text wins,
 * and all texts are then used.
 */
final class RidgeRegression {
  private static final double[] LAMBDAS = {1, 3, 10, 30, 100};
  private static final int ITERATIONS = 60;
  private static final int TENTH = 10;

  private final Map<String, Integer> features = new HashMap<>();
  private double[] weights = new double[0];
  private double mean;

  private RidgeRegression() {}

  /** Fits a column of the ratings. */
  static RidgeRegression fit(List<Text> texts, int column) {
    double best = LAMBDAS[0];
    double least = Double.POSITIVE_INFINITY;
    if (texts.size() >= 2 * TENTH) {
      List<Text> most = part(texts, false);
      List<Text> rest = part(texts, true);
      for (double lambda : LAMBDAS) {
        RidgeRegression tried = new RidgeRegression();
        tried.fit(most, column, lambda);
        double error =
            rest.stream()
                .mapToDouble(it -> Math.pow(it.ratings()[column] - tried.predict(it.tokens()), 2))
                .sum();
        if (error < least) {
          least = error;
          best = lambda;
        }
      }
    }
    RidgeRegression model = new RidgeRegression();
    model.fit(texts, column, best);
    return model;
  }

  private static List<Text> part(List<Text> texts, boolean tenth) {
    return IntStream.range(0, texts.size())
        .filter(i -> i % TENTH == 0 == tenth)
        .mapToObj(texts::get)
        .toList();
  }

  private void fit(List<Text> texts, int column, double lambda) {
    int[][] rows = new int[texts.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          texts.get(i).tokens().stream()
              .distinct()
              .mapToInt(word -> features.computeIfAbsent(word, _ -> features.size()))
              .toArray();
    }
    mean = texts.stream().mapToDouble(it -> it.ratings()[column]).average().orElse(0);
    double[] residual = new double[features.size()]; // X' (y - mean)
    for (int i = 0; i < rows.length; i++) {
      for (int word : rows[i]) {
        residual[word] += texts.get(i).ratings()[column] - mean;
      }
    }
    weights = new double[features.size()];
    double[] direction = residual.clone();
    double before = dot(residual, residual);
    double small = 1e-16 * before;
    for (int step = 0; step < ITERATIONS && before > small; step++) {
      double[] image = image(rows, direction, lambda);
      double rate = before / dot(direction, image);
      for (int k = 0; k < weights.length; k++) {
        weights[k] += rate * direction[k];
        residual[k] -= rate * image[k];
      }
      double after = dot(residual, residual);
      for (int k = 0; k < weights.length; k++) {
        direction[k] = residual[k] + after / before * direction[k];
      }
      before = after;
    }
  }

  /** (X' X + lambda) v. */
  private static double[] image(int[][] rows, double[] v, double lambda) {
    double[] image = Arrays.stream(v).map(it -> lambda * it).toArray();
    for (int[] row : rows) {
      double sum = 0;
      for (int word : row) {
        sum += v[word];
      }
      for (int word : row) {
        image[word] += sum;
      }
    }
    return image;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  double predict(List<String> tokens) {
    double sum = mean;
    for (String word : tokens.stream().distinct().toList()) {
      Integer feature = features.get(word);
      sum += feature == null ? 0 : weights[feature];
    }
    return sum;
  }
}

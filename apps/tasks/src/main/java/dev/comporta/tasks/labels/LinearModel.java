package dev.comporta.tasks.labels;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.training.data.Shuffle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Multinomial logistic regression on which n-grams occur in a text, the baseline that a network has
 * to beat. Trained by stochastic gradient descent on the cross-entropy with an L2 penalty; the
 * weights are averaged over the last half of the updates (Polyak and Juditsky 1992). Wang and
 * Manning 2012 show how strong such models are for short texts.
 */
final class LinearModel {
  private static final int EPOCHS = 30;
  private static final double RATE = 0.5;
  private static final double PENALTY = 2e-4;

  private final Map<String, Integer> features = new HashMap<>();
  private final int labels;
  private double[] weights = new double[0]; // [features + 1, labels]; the last row is the bias

  private LinearModel(int labels) {
    this.labels = labels;
  }

  /**
   * Trains a model.
   *
   * @param texts the tokens of each text
   * @param targets the label of each text
   * @param labels their number
   * @param longest the length of the longest n-grams
   * @param random orders the texts
   */
  static LinearModel train(
      List<List<String>> texts, int[] targets, int labels, int longest, RandomSource random) {
    LinearModel model = new LinearModel(labels);
    List<int[]> found = new ArrayList<>();
    for (List<String> tokens : texts) {
      found.add(
          ngrams(tokens, longest).stream()
              .mapToInt(it -> model.features.computeIfAbsent(it, _ -> model.features.size()))
              .toArray());
    }
    model.fit(found, targets, random);
    return model;
  }

  private void fit(List<int[]> texts, int[] targets, RandomSource random) {
    int rows = features.size() + 1;
    double[] current = new double[rows * labels];
    double[] sum = new double[rows * labels];
    double scale = 1; // of all weights: the penalty shrinks them in one step
    int averaged = 0;
    long update = 0;
    long half = (long) EPOCHS * texts.size() / 2;
    double[] shares = new double[labels];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int i : Shuffle.order(texts.size(), random.stream(epoch))) {
        double rate = RATE / (1 + RATE * PENALTY * update++);
        int[] active = texts.get(i);
        probabilities(current, scale, active, shares);
        scale *= 1 - rate * PENALTY;
        double norm = 1 / Math.sqrt(active.length + 1.0);
        for (int label = 0; label < labels; label++) {
          double step = rate * norm * ((label == targets[i] ? 1 : 0) - shares[label]) / scale;
          for (int feature : active) {
            current[feature * labels + label] += step;
          }
          current[(rows - 1) * labels + label] += step;
        }
      }
      if (update > half) { // once an epoch is enough, and the order of sums is fixed
        for (int i = 0; i < sum.length; i++) {
          sum[i] += scale * current[i];
        }
        averaged++;
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= averaged;
    }
    weights = sum;
  }

  private void probabilities(double[] from, double scale, int[] active, double[] shares) {
    double norm = scale / Math.sqrt(active.length + 1.0);
    int bias = from.length / labels - 1;
    double largest = Double.NEGATIVE_INFINITY;
    for (int label = 0; label < labels; label++) {
      double score = from[bias * labels + label];
      for (int feature : active) {
        score += from[feature * labels + label];
      }
      shares[label] = norm * score;
      largest = Math.max(largest, shares[label]);
    }
    double total = 0;
    for (int label = 0; label < labels; label++) {
      shares[label] = StrictMath.exp(shares[label] - largest);
      total += shares[label];
    }
    for (int label = 0; label < labels; label++) {
      shares[label] /= total;
    }
  }

  /** The most likely label of a text; n-grams that no training text has are ignored. */
  int predict(List<String> tokens, int longest) {
    int[] active =
        ngrams(tokens, longest).stream()
            .filter(features::containsKey)
            .mapToInt(features::get)
            .toArray();
    double[] shares = new double[labels];
    probabilities(weights, 1, active, shares);
    int best = 0;
    for (int label = 1; label < labels; label++) {
      best = shares[label] > shares[best] ? label : best;
    }
    return best;
  }

  private static Collection<String> ngrams(List<String> tokens, int longest) {
    Collection<String> all = new LinkedHashSet<>();
    for (int from = 0; from < tokens.size(); from++) {
      for (int to = from + 1; to <= Math.min(tokens.size(), from + longest); to++) {
        all.add(String.join(" ", tokens.subList(from, to)));
      }
    }
    return all;
  }
}

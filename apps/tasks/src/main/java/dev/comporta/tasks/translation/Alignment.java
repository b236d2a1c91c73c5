package dev.comporta.tasks.translation;

import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a model looked for each token of its answer.
 *
 * @param source the tokens that the encoder read, the end included
 * @param target the tokens of the answer, the end included where it was found
 * @param weights one row for each target token, one number for each source token
 * @param logProbabilities of each target token, in nats
 */
record Alignment(
    List<String> source, List<String> target, List<float[]> weights, List<Float> logProbabilities) {

  /** The alignment of a translation's best output. */
  static Alignment of(TranslationSearch translation, TranslationModel model) {
    Hypothesis best = translation.hypothesis();
    List<String> source = new ArrayList<>();
    translation.source().forEach(token -> source.add(model.source().splitting().shown(token)));
    source.add(WordVocabulary.END);
    List<String> target = new ArrayList<>();
    best.tokens().forEach(id -> target.add(model.target().shown(id)));
    if (best.ended()) {
      target.add(WordVocabulary.END);
    }
    return new Alignment(source, target, best.attention(), best.logProbabilities());
  }

  /** The weight of a source token for a target token. */
  float weight(int t, int s) {
    return weights.get(t)[s];
  }

  /**
   * How spread the look for a target token is: {@code -sum_s a log a}, in bits; 0 for one source
   * token, log2 S for all alike.
   */
  double entropy(int t) {
    double entropy = 0;
    for (int s = 0; s < source.size(); s++) {
      double a = weight(t, s);
      entropy -= a > 0 ? a * Math.log(a) / Math.log(2) : 0;
    }
    return entropy;
  }

  /** How much a source token was looked at in all: the sum of its weights. */
  double coverage(int s) {
    double coverage = 0;
    for (int t = 0; t < target.size(); t++) {
      coverage += weight(t, s);
    }
    return coverage;
  }
}

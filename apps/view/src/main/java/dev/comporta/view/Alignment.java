package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.Hypothesis;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/**
 * An output of an encoder-decoder with the attention weights of each of its tokens, as pictures
 * show it.
 *
 * @param model the name of the model's file
 * @param text what was decoded
 * @param outputs the text of each hypothesis, the best first
 * @param source the tokens that the encoder read, the end included, in readable characters
 * @param target the tokens of the best hypothesis, the end included if it was reached
 * @param found the hypotheses, and the tree of the search
 * @param token the readable characters of the token of an id
 */
public record Alignment(
    String model,
    String text,
    List<String> outputs,
    List<String> source,
    List<String> target,
    BeamSearch.Found found,
    IntFunction<String> token) {
  /** More tokens would be neither readable nor fit into an image. */
  private static final int MOST_TOKENS = 200;

  /** Columns whose labels are all this short are labelled upright. */
  private static final int SHORT = 2;

  /** Copies the lists. */
  public Alignment {
    outputs = List.copyOf(outputs);
    source = List.copyOf(source);
    target = List.copyOf(target);
  }

  /** Writes a page with everything, or the heat map alone as an image. */
  public void write(Path file) {
    int tokens = source.size() - 1; // without the end
    if (Math.max(tokens, target.size()) > MOST_TOKENS) {
      throw new ComportaException(
          formatted(
              "[picture] expected a sentence and a translation of at most %d tokens but they have %,d and %,d; no picture was written",
              MOST_TOKENS, tokens, target.size()));
    }
    PictureFile.write(file, () -> AlignmentImage.of(this), () -> AlignmentPage.of(this));
  }

  Hypothesis best() {
    return found.best();
  }

  /** The file's name without its folder. */
  String modelName() {
    return fileName(model);
  }

  /** The name of a file without its folder, on any system. */
  static String fileName(String path) {
    return path.substring(1 + Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  }

  float weight(int t, int s) {
    return best().attention().get(t)[s];
  }

  /** The entropy of a target token's weights in bits; 0 for one source token, log2 S for all. */
  double entropy(int t) {
    double entropy = 0;
    for (int s = 0; s < source.size(); s++) {
      double a = weight(t, s);
      entropy -= a > 0 ? a * Math.log(a) / Math.log(2) : 0;
    }
    return entropy;
  }

  /** The sum of the weights of a source token. */
  double coverage(int s) {
    double coverage = 0;
    for (int t = 0; t < target.size(); t++) {
      coverage += weight(t, s);
    }
    return coverage;
  }

  String probability(int t) {
    return percent(best().logProbabilities().get(t));
  }

  /** A log-probability as per cent. */
  static String percent(double logProbability) {
    double percent = 100 * Math.exp(logProbability);
    return percent >= 0.1 || percent == 0
        ? formatted(percent >= 99.95 ? "%.0f %%" : "%.1f %%", percent)
        : formatted("%.0e %%", percent);
  }

  /** Whether all labels of the columns are a character or two, which need no rotation. */
  boolean hasShortLabels() {
    return source.subList(0, source.size() - 1).stream()
        .allMatch(label -> label.codePointCount(0, label.length()) <= SHORT);
  }

  /** From near white to a dark blue. */
  static Color color(double weight) {
    double w = Math.clamp(weight, 0, 1);
    return new Color(
        (int) Math.round(241 - w * (241 - 8)),
        (int) Math.round(245 - w * (245 - 48)),
        (int) Math.round(249 - w * (249 - 107)));
  }
}

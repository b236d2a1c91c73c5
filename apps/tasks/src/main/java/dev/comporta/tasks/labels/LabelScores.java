package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Ability;
import dev.comporta.frame.PairedBootstrap;
import dev.comporta.frame.Score;
import dev.comporta.inference.Classification;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.training.metrics.ConfusionMatrix;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How well labels are predicted: accuracy, the mean F1 of all labels, a line for each label, and
 * what it is most often taken for.
 */
final class LabelScores extends Confusion implements PairedBootstrap.Outcomes {
  /** The mean probability of the answers: near the accuracy if it can be trusted. */
  private double certainty;

  /** 1 for each text with the right label, else 0. */
  private final double[] right;

  private LabelScores(List<String> labels, int texts) {
    super(labels);
    this.right = new double[texts];
  }

  @Override
  public double[] outcomes() {
    return right.clone();
  }

  /** Scores a model on texts, whose labels must be among its own. */
  static LabelScores of(
      List<String> labels, List<Text> texts, Function<Text, Classification> model) {
    HeldOut.require(labels, texts);
    LabelScores scores = new LabelScores(labels, texts.size());
    for (int i = 0; i < texts.size(); i++) {
      Text text = texts.get(i);
      Classification answer = model.apply(text);
      scores.right[i] = answer.label().equals(text.label()) ? 1 : 0;
      scores.add(text.label(), answer.label());
      scores.certainty += answer.probability() / texts.size();
    }
    return scores;
  }

  /**
   * The score; {@code accuracy} counts most.
   *
   * @param noun what is labelled, in the plural
   */
  Score score(String noun) {
    ConfusionMatrix matrix = matrix();
    List<String> labels = labels();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("accuracy", matrix.accuracy());
    figures.put("macro_f1", matrix.macroF1());
    figures.put("mean_probability", certainty);
    figures.put("count", matrix.total());
    Map<String, Map<String, Object>> each = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    text.append(
        formatted(
            "%.2f %% of %,d %s have the right label, macro F1 %.4f, mean probability of the answers %.1f %%",
            100 * matrix.accuracy(), matrix.total(), noun, matrix.macroF1(), 100 * certainty));
    int width = Math.max(5, labels.stream().mapToInt(String::length).max().orElse(0));
    text.append(
        formatted(
            "%n%-" + width + "s  %8s  %9s  %7s  %7s  %s",
            "label",
            "count",
            "precision",
            "recall",
            "F1",
            "most often taken for"));
    for (int label = 0; label < labels.size(); label++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("count", matrix.actual(label));
      row.put("precision", matrix.precision(label));
      row.put("recall", matrix.recall(label));
      row.put("f1", matrix.f1(label));
      each.put(labels.get(label), row);
      text.append(
          formatted(
              "%n%-" + width + "s  %8d  %9.4f  %7.4f  %7.4f  %s",
              labels.get(label),
              matrix.actual(label),
              matrix.precision(label),
              matrix.recall(label),
              matrix.f1(label),
              takenFor(label)));
    }
    figures.put("labels", each);
    return Score.higher("accuracy", figures, text.toString()).with(this);
  }

  /** Gives the label of a sequence, and the probabilities of all labels. */
  static void answer(Classification answer, Ability.Exchange exchange) {
    Map<String, Object> labels = new LinkedHashMap<>();
    answer.labels().forEach(it -> labels.put(it.name(), it.probability()));
    exchange.answer(
        Map.of("label", answer.label(), "labels", labels),
        formatted("%s  %.4f", answer.label(), answer.probability()));
  }

  private String takenFor(int label) {
    ConfusionMatrix matrix = matrix();
    return IntStream.range(0, labels().size())
        .filter(other -> other != label && matrix.count(label, other) > 0)
        .boxed()
        .max(Comparator.comparingLong(other -> matrix.count(label, other)))
        .map(other -> formatted("%s (%d)", labels().get(other), matrix.count(label, other)))
        .orElse("");
  }
}

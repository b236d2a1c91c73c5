package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.PairedBootstrap;
import dev.comporta.frame.Score;
import dev.comporta.training.metrics.EditDistance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The character error rate of texts that a model has read, next to a baseline. */
final class HandwritingScores implements PairedBootstrap.Outcomes {
  private static final int SHOWN = 5;

  private final List<InkSet.Sample> samples;
  private final List<String> texts;
  private final double[] rates;

  /**
   * Compares texts.
   *
   * @param samples what was written
   * @param texts what the model has read
   */
  HandwritingScores(List<InkSet.Sample> samples, List<String> texts) {
    this.samples = samples;
    this.texts = texts;
    this.rates = new double[texts.size()];
    for (int i = 0; i < rates.length; i++) {
      EditDistance edits = new EditDistance();
      edits.addCharacters(texts.get(i), samples.get(i).text());
      rates[i] = edits.length() == 0 ? edits.edits() : edits.rate();
    }
  }

  @Override
  public double[] outcomes() {
    return rates.clone();
  }

  /** The samples, with what was read. */
  List<InkSet.Sample> samples() {
    return samples;
  }

  /** What was read. */
  List<String> texts() {
    return texts;
  }

  /**
   * The score; {@code cer} counts most.
   *
   * @param fitted the texts with the most frequent letter
   * @param own whether these are the texts that are scored
   */
  Score score(List<InkSet.Sample> fitted, boolean own) {
    Map<String, Integer> counts = new TreeMap<>();
    long letters = 0;
    for (InkSet.Sample sample : fitted) {
      InkSet.split(sample.text()).forEach(it -> counts.merge(it, 1, Integer::sum));
      letters += InkSet.split(sample.text()).size();
    }
    String frequent =
        counts.isEmpty()
            ? ""
            : Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    int times = (int) Math.max(1, Math.round(letters / (double) fitted.size()));
    EditDistance edits = new EditDistance();
    EditDistance baseline = new EditDistance();
    int right = 0;
    for (int i = 0; i < rates.length; i++) {
      String text = samples.get(i).text();
      edits.addCharacters(texts.get(i), text);
      baseline.addCharacters(frequent.repeat(times), text);
      right += texts.get(i).equals(text) ? 1 : 0;
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("cer", edits.rate());
    figures.put("exact", right / (double) rates.length);
    figures.put("count", rates.length);
    figures.put("letters", edits.length());
    figures.put("most_frequent", baseline.rate());
    StringBuilder report = new StringBuilder();
    report.append(
        formatted(
            "character error rate %.2f %% over %,d letters of %,d samples, %.2f %% read without an error",
            100 * edits.rate(), edits.length(), rates.length, 100.0 * right / rates.length));
    int shown = 0;
    for (int i = 0; i < rates.length && shown < SHOWN; i++) {
      if (!texts.get(i).equals(samples.get(i).text())) {
        report.append(formatted("%n  '%s' was read as '%s'", samples.get(i).text(), texts.get(i)));
        shown++;
      }
    }
    return Score.lower("cer", figures, report.toString())
        .against(
            formatted(
                "the most frequent letter%s, '%s', %d time%s",
                own ? " of these data" : "", frequent, times, times == 1 ? "" : "s"),
            baseline.rate())
        .with(this);
  }
}

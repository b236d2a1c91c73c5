package dev.comporta.tasks.translation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * How well a model translates two files.
 *
 * @param all of all sentences
 * @param byLength of those whose sources are of similar length, from short to long
 * @param signature how BLEU was computed, as sacreBLEU says it
 * @param beam hypotheses that the search kept
 * @param sentencesPerSecond how fast the sentences were translated
 */
@API(status = API.Status.EXPERIMENTAL)
public record TranslationScores(
    Score all, List<Bucket> byLength, String signature, int beam, double sentencesPerSecond) {
  /** Copies the list. */
  public TranslationScores {
    byLength = List.copyOf(byLength);
  }

  /**
   * The measures of a set of sentences.
   *
   * @param sentences how many
   * @param bleu in percent
   * @param chrf in percent
   * @param loss mean of {@code -log P} over the tokens of the references, in nats
   * @param exactMatch share of translations that equal their reference
   */
  public record Score(int sentences, double bleu, double chrf, double loss, double exactMatch) {
    Map<String, Object> figures() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("sentences", sentences);
      figures.put("bleu", bleu);
      figures.put("chrf", chrf);
      figures.put("loss", loss);
      figures.put("perplexity", Math.exp(loss));
      figures.put("exact_match", exactMatch);
      return figures;
    }

    private String line(String name) {
      return String.format(
          Locale.ROOT,
          "%-13s %10d %7.2f %7.2f %11.2f%n",
          name,
          sentences,
          bleu,
          chrf,
          Math.exp(loss));
    }
  }

  /**
   * Sentences whose sources are of similar length.
   *
   * @param from the least length
   * @param to the greatest length, {@link #NO_END} for the last bucket
   * @param score their measures
   */
  public record Bucket(int from, int to, Score score) {
    /** The end of a bucket that has none. */
    public static final int NO_END = Integer.MAX_VALUE;

    /**
     * The lengths as people write them.
     *
     * @return as in {@code 6-10} or {@code 31+}
     */
    public String lengths() {
      return to == NO_END ? from + "+" : from + "-" + to;
    }
  }

  /**
   * The scores as JSON has them.
   *
   * @return {@code bleu}, {@code chrf}, {@code loss}, {@code perplexity}, {@code exact_match},
   *     {@code sentences}, and {@code by_length}, a list of the same for each bucket
   */
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>(all.figures());
    figures.put("bleu_signature", signature);
    figures.put("beam", beam);
    figures.put("sentences_per_second", sentencesPerSecond);
    figures.put(
        "by_length",
        byLength.stream()
            .map(bucket -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("from", bucket.from());
              row.put("to", bucket.to() == Bucket.NO_END ? "longer" : bucket.to());
              row.putAll(bucket.score().figures());
              return row;
            })
            .toList());
    return figures;
  }

  /**
   * The scores as lines for people.
   *
   * @return one line for each bucket and one for all sentences
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(signature).append('\n');
    text.append("source length  sentences    BLEU    chrF  perplexity%n".formatted());
    byLength.forEach(bucket -> text.append(bucket.score().line(bucket.lengths())));
    text.append(all.line("all"));
    return text.toString();
  }
}

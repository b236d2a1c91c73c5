package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * How well a model translates two files.
 *
 * @param all of all sentences
 * @param byLength of those whose sources are of similar length, from short to long; without those
 *     whose sources are empty
 * @param emptySides pairs with an empty side, which count in BLEU, chrF and exact match but have no
 *     part in the perplexity
 * @param unit what a token of the target is, each of which perplexity counts; so is an end
 * @param signature how BLEU was computed, as sacreBLEU says it
 * @param beam hypotheses that the search kept
 * @param sentencesPerSecond how fast the sentences were translated
 */
@API(status = API.Status.EXPERIMENTAL)
public record TranslationScores(
    Score all,
    List<Bucket> byLength,
    int emptySides,
    String unit,
    String signature,
    int beam,
    double sentencesPerSecond) {
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
   * @param loss mean of {@code -log P} over the tokens of the references, in nats; NaN where every
   *     pair has an empty side
   * @param perplexityPerWord of the words of the references, where tokens are no words
   * @param exactMatch share of translations that equal their reference
   */
  public record Score(
      int sentences,
      double bleu,
      double chrf,
      double loss,
      OptionalDouble perplexityPerWord,
      double exactMatch) {
    Map<String, Object> figures() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("sentences", sentences);
      figures.put("bleu", bleu);
      figures.put("chrf", chrf);
      if (!Double.isNaN(loss)) {
        figures.put("loss", loss);
        figures.put("perplexity", Math.exp(loss));
        perplexityPerWord.ifPresent(value -> figures.put("perplexity_per_word", value));
      }
      figures.put("exact_match", exactMatch);
      return figures;
    }

    private String line(String name) {
      String line =
          String.format(
              Locale.ROOT,
              "%-13s %10d %7.2f %7.2f %11s",
              name,
              sentences,
              bleu,
              chrf,
              perplexity(Math.exp(loss)));
      return perplexityPerWord.isPresent()
          ? line + formatted("%10s%n", perplexity(perplexityPerWord.getAsDouble()))
          : line + System.lineSeparator();
    }

    private static String perplexity(double value) {
      return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
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
   * @return {@code bleu}, {@code chrf}, {@code loss}, {@code perplexity} for each token of the
   *     target, {@code perplexity_is_per} what such a token is, {@code perplexity_per_word} where
   *     that is no word, {@code exact_match}, {@code sentences}, {@code pairs_with_an_empty_side},
   *     which the perplexity leaves out, and {@code by_length}, a list of the same for each bucket
   */
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>(all.figures());
    figures.put("pairs_with_an_empty_side", emptySides);
    figures.put("perplexity_is_per", unit);
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
    boolean words = all.perplexityPerWord().isPresent();
    text.append(
        formatted(
            "perplexity is per %s%s; an end of sentence counts as one%n",
            unit, words ? ", in the last column per word" : ""));
    if (emptySides > 0) {
      text.append(
          formatted(
              "of pairs with an empty side there are %,d: BLEU and chrF count them, the perplexity leaves them out; those with an empty source are in the last row alone%n",
              emptySides));
    }
    text.append(
        formatted(
            "source length  sentences    BLEU    chrF  perplexity%s%n", words ? "  per word" : ""));
    byLength.forEach(bucket -> text.append(bucket.score().line(bucket.lengths())));
    text.append(all.line("all"));
    return text.toString();
  }
}

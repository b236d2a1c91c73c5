package dev.comporta.tasks.translation;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.training.Loss;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.metrics.Bleu;
import dev.comporta.training.metrics.ChrF;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * How well a model translates two files: BLEU, chrF and perplexity, of all sentences and by the
 * length of the source.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TranslationEvaluation {
  private static final int BUCKET = 5;

  /** Sources of more words (or characters, where these are the tokens) are in the last bucket. */
  private static final int LAST_BUCKET = 30;

  private final TranslationModel model;
  private final BeamSettings settings;
  private final int batch;
  private final Bleu.Tokenization tokenization;

  /**
   * An evaluation.
   *
   * @param model what is measured
   * @param settings of the search
   * @param batch sentences decoded side by side
   * @param tokenization of BLEU
   */
  public TranslationEvaluation(
      TranslationModel model, BeamSettings settings, int batch, Bleu.Tokenization tokenization) {
    this.model = model;
    this.settings = settings;
    this.batch = batch;
    this.tokenization = tokenization;
  }

  /**
   * Measures the model.
   *
   * @param source a file of one sentence a line
   * @param target its translation
   * @param runner runs this model
   * @param catalog where the loss is found
   * @return the figures by name: {@code bleu}, {@code chrf}, {@code perplexity} for each token of
   *     the target, {@code perplexity_is_per} what such a token is, {@code perplexity_per_word}
   *     where that is no word, {@code exact_match}, {@code sentences}, and {@code by_length}, a
   *     list of the same for each bucket
   * @throws ComportaException if a file cannot be read, or they do not fit together
   */
  public Map<String, Object> measure(
      Path source, Path target, ModelRunner runner, Catalog catalog) {
    List<PairData.Pair> pairs = FilePairs.read(source, target).whole();
    if (pairs.isEmpty()) {
      throw new ComportaException(
          "[evaluate] expected sentences in %s and %s but every line of one is empty"
              .formatted(source, target));
    }
    List<String> sources = pairs.stream().map(PairData.Pair::source).toList();
    long start = System.nanoTime();
    List<Translation> translations =
        model.translate(sources, settings, OptionalInt.empty(), batch, runner);
    double seconds = (System.nanoTime() - start) / 1e9;
    Bucket all = new Bucket();
    Map<Integer, Bucket> buckets = new TreeMap<>();
    for (int i = 0; i < pairs.size(); i++) {
      int length = model.source().splitting().length(pairs.get(i).source());
      int from = Math.min((length - 1) / BUCKET * BUCKET + 1, LAST_BUCKET + 1);
      buckets.computeIfAbsent(from, _ -> new Bucket()).add(pairs.get(i), translations.get(i));
      all.add(pairs.get(i), translations.get(i));
    }
    Loss loss = TranslationModel.loss(catalog, 0);
    List<Map<String, Object>> rows = new ArrayList<>();
    ModelRunner.LossResult together = new ModelRunner.LossResult(0, 0);
    for (var entry : buckets.entrySet()) {
      ModelRunner.LossResult result = entry.getValue().loss(loss, runner);
      together =
          new ModelRunner.LossResult(
              together.sum() + result.sum(), together.weight() + result.weight());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("from", entry.getKey());
      row.put("to", entry.getKey() > LAST_BUCKET ? "longer" : entry.getKey() + BUCKET - 1);
      row.putAll(entry.getValue().figures(result));
      rows.add(row);
    }
    Map<String, Object> figures = new LinkedHashMap<>(all.figures(together));
    figures.put("perplexity_is_per", model.target().splitting().unit());
    figures.put("bleu_signature", all.bleu.toString());
    figures.put("beam", settings.beam());
    figures.put("sentences_per_second", pairs.size() / seconds);
    figures.put("by_length", rows);
    return figures;
  }

  /**
   * The figures as lines for people.
   *
   * @param figures what {@link #measure} gave
   * @return one line for all sentences and one for each bucket
   */
  public static String text(Map<String, Object> figures) {
    StringBuilder text = new StringBuilder();
    text.append(figures.get("bleu_signature")).append('\n');
    boolean words = figures.containsKey("perplexity_per_word");
    text.append(
        "perplexity is per %s%s; an end of sentence counts as one%n"
            .formatted(
                figures.get("perplexity_is_per"), words ? ", in the last column per word" : ""));
    text.append(
        "source length  sentences    BLEU    chrF  perplexity%s%n"
            .formatted(words ? "  per word" : ""));
    if (figures.get("by_length") instanceof List<?> rows) {
      for (Object row : rows) {
        if (row instanceof Map<?, ?> bucket) {
          line(text, bucket.get("from") + " to " + bucket.get("to"), bucket);
        }
      }
    }
    line(text, "all", figures);
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Map<?, ?> figures) {
    text.append(
        String.format(
            Locale.ROOT,
            "%-13s %10s %7.2f %7.2f %11.2f",
            name,
            figures.get("sentences"),
            real(figures, "bleu"),
            real(figures, "chrf"),
            real(figures, "perplexity")));
    if (figures.containsKey("perplexity_per_word")) {
      text.append(String.format(Locale.ROOT, "%10.2f", real(figures, "perplexity_per_word")));
    }
    text.append(System.lineSeparator());
  }

  private static double real(Map<?, ?> figures, String name) {
    return figures.get(name) instanceof Double value ? value : Double.NaN;
  }

  /** Sentences of similar length with their translations. */
  private final class Bucket {
    final Bleu bleu = new Bleu(tokenization);
    private final ChrF chrF = new ChrF();
    private final List<PairExamples.Pair> ids = new ArrayList<>();
    private int exact;

    /** Words of the references, an end of sentence each counted as one. */
    private long words;

    void add(PairData.Pair pair, Translation translation) {
      bleu.add(translation.best(), pair.target());
      chrF.add(translation.best(), pair.target());
      words += PlainSplitting.WORDS.length(pair.target()) + 1L;
      exact += translation.best().equals(pair.target()) ? 1 : 0;
      ids.add(
          new PairExamples.Pair(
              model.source().ids(pair.source()), model.target().ids(pair.target())));
    }

    ModelRunner.LossResult loss(Loss loss, ModelRunner runner) {
      PairExamples examples =
          new PairExamples(
              ids, model.target().end(), batch, Integer.MAX_VALUE / batch, new CounterRandom(0));
      return Evaluation.of(runner, loss, examples);
    }

    Map<String, Object> figures(ModelRunner.LossResult loss) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("sentences", ids.size());
      figures.put("bleu", bleu.score());
      figures.put("chrf", chrF.score());
      figures.put("loss", loss.mean());
      figures.put("perplexity", Math.exp(loss.mean()));
      if (model.target().splitting() != PlainSplitting.WORDS) {
        figures.put("perplexity_per_word", Math.exp(loss.sum() / words));
      }
      figures.put("exact_match", (double) exact / ids.size());
      return figures;
    }
  }
}

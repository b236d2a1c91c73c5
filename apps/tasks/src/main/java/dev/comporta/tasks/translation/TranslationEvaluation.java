package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

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
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * How well a model translates two files: BLEU, chrF and perplexity, of all sentences and by the
 * length of the source. An empty source is translated to an empty output, which BLEU and chrF count
 * as sacreBLEU does; the perplexity is of pairs without an empty side.
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
   * @return the scores of all sentences, and of those that are not empty by the length of the
   *     source: in words, or in characters if the model's tokens are characters
   * @throws ComportaException if a file cannot be read, or they do not fit together
   */
  public TranslationScores measure(Path source, Path target, ModelRunner runner, Catalog catalog) {
    FilePairs files = FilePairs.read(source, target);
    List<PairData.Pair> pairs = files.pairs();
    if (files.whole().isEmpty()) {
      throw new ComportaException(
          formatted(
              "[evaluate] expected sentences in %s and %s but in each pair of lines one is empty",
              source, target));
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
      if (length > 0) {
        int from = Math.min((length - 1) / BUCKET * BUCKET + 1, LAST_BUCKET + 1);
        buckets.computeIfAbsent(from, _ -> new Bucket()).add(pairs.get(i), translations.get(i));
      }
      all.add(pairs.get(i), translations.get(i));
    }
    Loss loss = TranslationModel.loss(catalog, 0);
    List<TranslationScores.Bucket> rows = new ArrayList<>();
    ModelRunner.LossResult together = new ModelRunner.LossResult(0, 0);
    for (var entry : buckets.entrySet()) {
      ModelRunner.LossResult result = entry.getValue().loss(loss, runner);
      together =
          new ModelRunner.LossResult(
              together.sum() + result.sum(), together.weight() + result.weight());
      int from = entry.getKey();
      int to = from > LAST_BUCKET ? TranslationScores.Bucket.NO_END : from + BUCKET - 1;
      rows.add(new TranslationScores.Bucket(from, to, entry.getValue().score(result)));
    }
    return new TranslationScores(
        all.score(together),
        rows,
        pairs.size() - all.ids.size(),
        model.target().splitting().unit(),
        all.bleu.toString(),
        settings.beam(),
        pairs.size() / seconds);
  }

  /** Sentences of similar length with their translations. */
  private final class Bucket {
    final Bleu bleu = new Bleu(tokenization);
    private final ChrF chrF = new ChrF();
    private final List<PairExamples.Pair> ids = new ArrayList<>();
    private int sentences;
    private int exact;

    /** Words of the references in {@code ids}, an end of sentence each counted as one. */
    private long words;

    void add(PairData.Pair pair, Translation translation) {
      bleu.add(translation.best(), pair.target());
      chrF.add(translation.best(), pair.target());
      sentences++;
      exact += translation.best().equals(pair.target()) ? 1 : 0;
      if (pair.isWhole()) {
        words += PlainSplitting.WORDS.length(pair.target()) + 1L;
        ids.add(
            new PairExamples.Pair(
                model.source().ids(pair.source()), model.target().ids(pair.target())));
      }
    }

    ModelRunner.LossResult loss(Loss loss, ModelRunner runner) {
      if (ids.isEmpty()) {
        return new ModelRunner.LossResult(0, 0);
      }
      PairExamples examples =
          new PairExamples(
              ids, model.target().end(), batch, Integer.MAX_VALUE / batch, new CounterRandom(0));
      return Evaluation.of(runner, loss, examples);
    }

    TranslationScores.Score score(ModelRunner.LossResult loss) {
      return new TranslationScores.Score(
          sentences,
          bleu.score(),
          chrF.score(),
          ids.isEmpty() ? Double.NaN : loss.mean(),
          model.target().splitting() == PlainSplitting.WORDS
              ? OptionalDouble.empty()
              : OptionalDouble.of(Math.exp(loss.sum() / words)),
          (double) exact / sentences);
    }
  }
}

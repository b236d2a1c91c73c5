package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.training.Loss;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Score;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.TranslatedText;
import dev.comporta.inference.TranslationSettings;
import dev.comporta.inference.content.PairCodecs;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.metrics.Bleu;
import dev.comporta.training.metrics.OutputScores;
import dev.comporta.training.text.ParallelText;
import dev.comporta.training.text.ParallelText.Pair;
import dev.comporta.training.text.PlainSplitting;
import dev.comporta.view.LengthPicture;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Scores models on pairs: BLEU, chrF and perplexity, of all sentences and by the length of the
 * source. Perplexity leaves out pairs with an empty side; the others count them, as sacreBLEU does.
 */
final class PairEvaluator implements Evaluator {
  private static final Option<Path> DATA =
      TrainingOptions.DATA.help("a file with a source, a tab and a target per line");
  private static final Option<String> TOKENIZE =
      Option.choice("tokenize", "none", "13a")
          .or("none")
          .in(Group.EVALUATION)
          .notKept()
          .help("tokenisation for BLEU: none (words between spaces) or 13a (mteval-v13a)");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw BLEU by the length of the source, a line for each model, as .html or .png");

  private static final int BATCH = 32;
  private static final int BUCKET = 5;

  /** Longer sources are in the last bucket. */
  private static final int LAST_BUCKET = 30;

  private final PairTask task;

  PairEvaluator(PairTask task) {
    this.task = task;
  }

  @Override
  public Options options() {
    return Options.of(
        DATA,
        Translation.SOURCE,
        Translation.TARGET,
        TrainingOptions.ENCODING,
        DecodingOptions.BEAM.or(1),
        DecodingOptions.LENGTH_PENALTY,
        DecodingOptions.COVERAGE_PENALTY,
        TOKENIZE,
        PICTURE);
  }

  @Override
  public void require(List<LoadedModel> models, Settings settings) {
    settings.find(PICTURE).ifPresent(PictureFile::requireKnown);
    models.forEach(model -> OutputFile.requireForModel(PICTURE, model, settings));
    if (models.stream().map(PairEvaluator::counts).distinct().count() > 1) {
      throw new InvalidOptionException(
          "--model expected models that can be compared by the length of the source but some read characters and others words; evaluate them one at a time");
    }
  }

  private static boolean counts(LoadedModel model) {
    return model.translator().codecs().source().splitting() == PlainSplitting.CHARACTERS;
  }

  @Override
  public Score evaluate(LoadedModel open, Settings settings) {
    ParallelText text =
        PairOptions.pairs(settings, Translation.SOURCE, Translation.TARGET, DATA)
            .orElseGet(() -> newPairs(open));
    if (text.whole().isEmpty()) {
      throw new ComportaException(
          formatted(
              "[evaluate] expected pairs of sentences but in each pair of lines of %s one is empty",
              text.name()));
    }
    Bleu.Tokenization tokenization =
        settings.get(TOKENIZE).equals("13a")
            ? Bleu.Tokenization.MTEVAL_13A
            : Bleu.Tokenization.NONE;
    BeamSettings search = DecodingOptions.beam(settings);
    return score(open, text.pairs(), search, tokenization);
  }

  /** The generated pairs that the model was not trained on. */
  private ParallelText newPairs(LoadedModel open) {
    PairTask.PairData data = task.newPairs(task.trained(open));
    if (data == null) {
      throw new InvalidOptionException(
          "[evaluate] expected --data, or --source and --target, but got none of them");
    }
    return new ParallelText(data.name(), data.test(), data.sha256());
  }

  private Score score(
      LoadedModel model, List<Pair> pairs, BeamSettings search, Bleu.Tokenization tokenization) {
    List<String> sources = pairs.stream().map(Pair::source).toList();
    PairCodecs codecs = model.translator().codecs();
    long start = System.nanoTime();
    List<String> outputs =
        model
            .translator()
            .translate(sources, new TranslationSettings(search, OptionalInt.empty(), BATCH))
            .stream()
            .map(TranslatedText::text)
            .toList();
    double seconds = (System.nanoTime() - start) / 1e9;
    Bucket all = new Bucket(model, tokenization, "all");
    Map<Integer, Bucket> buckets = new TreeMap<>();
    for (int i = 0; i < pairs.size(); i++) {
      int length = codecs.source().splitting().length(pairs.get(i).source());
      if (length > 0) {
        int from = Math.min((length - 1) / BUCKET * BUCKET + 1, LAST_BUCKET + 1);
        String name = from > LAST_BUCKET ? from + "+" : from + "-" + (from + BUCKET - 1);
        buckets
            .computeIfAbsent(from, _ -> new Bucket(model, tokenization, name))
            .add(pairs.get(i), outputs.get(i));
      }
      all.add(pairs.get(i), outputs.get(i));
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    buckets.forEach((from, bucket) -> {
      bucket.measure();
      all.loss =
          new LossResult(
              all.loss.sum() + bucket.loss.sum(), all.loss.weight() + bucket.loss.weight());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("from", from);
      row.put("to", from > LAST_BUCKET ? "longer" : from + BUCKET - 1);
      row.putAll(bucket.figures());
      rows.add(row);
    });
    int empty = pairs.size() - all.ids.size();
    String unit = codecs.target().splitting().unit();
    Map<String, Object> figures = all.figures();
    figures.put("pairs_with_an_empty_side", empty);
    figures.put("perplexity_is_per", unit);
    figures.put("bleu_signature", all.scores.signature());
    figures.put("beam", search.beam());
    figures.put("sentences_per_second", pairs.size() / seconds);
    figures.put("by_length", rows);
    List<Bucket> shown = new ArrayList<>(buckets.values());
    shown.add(all);
    return Score.higher(task.metric(), figures, text(shown, empty, unit))
        .with(
            new LengthPicture.Line(
                model.name(), buckets.values().stream().map(Bucket::point).toList(), all.point()));
  }

  private static String text(List<Bucket> buckets, int empty, String unit) {
    Bucket all = buckets.getLast();
    boolean words = !all.readsWords();
    StringBuilder text = new StringBuilder();
    text.append(formatted("%s%n%s%n", all.scores, all.scores.signature()));
    text.append(
        formatted(
            "perplexity is per %s%s; the end of a sentence counts as one%n",
            unit, words ? ", in the last column per word" : ""));
    if (empty > 0) {
      text.append(
          formatted(
              "%,d pairs have an empty side: BLEU and chrF count them, perplexity leaves them out; those with an empty source are in the last row only%n",
              empty));
    }
    text.append("source length  sentences    BLEU    chrF  perplexity");
    text.append(words ? "  per word" : "");
    buckets.forEach(bucket -> text.append(System.lineSeparator()).append(bucket.line()));
    return text.toString();
  }

  @Override
  public void compare(List<Scored> scored, Settings settings) {
    if (!settings.isGiven(PICTURE)) {
      return;
    }
    List<LengthPicture.Line> lines =
        scored.stream().map(it -> (LengthPicture.Line) it.score().detail()).toList();
    Object signature = scored.getFirst().score().figures().get("bleu_signature");
    LengthPicture.write(settings.get(PICTURE), lines, String.valueOf(signature));
  }

  /** Sentences whose sources are of similar length, with their translations. */
  private static final class Bucket {
    private final LoadedModel model;
    private final PairCodecs codecs;
    private final String name;
    private final OutputScores scores;
    private final List<PairExamples.Pair> ids = new ArrayList<>();
    private LossResult loss = new LossResult(0, 0);

    /** Words of the references in {@code ids}; the end of a sentence counts as one. */
    private long words;

    Bucket(LoadedModel model, Bleu.Tokenization tokenization, String name) {
      this.model = model;
      this.codecs = model.translator().codecs();
      this.name = name;
      this.scores = new OutputScores(tokenization);
    }

    void add(Pair pair, String output) {
      scores.add(output, pair.target());
      if (pair.isWhole()) {
        words += PlainSplitting.WORDS.length(pair.target()) + 1L;
        ids.add(codecs.ids(pair));
      }
    }

    void measure() {
      if (!ids.isEmpty()) {
        int most = Integer.MAX_VALUE / BATCH;
        PairExamples examples =
            new PairExamples(ids, codecs.target().end(), BATCH, most, new CounterRandom(0));
        Loss plain = model.catalog().loss(PairOptions.loss(0));
        loss = model.with(runner -> Evaluation.of(runner, plain, examples));
      }
    }

    boolean readsWords() {
      return codecs.target().splitting() == PlainSplitting.WORDS;
    }

    Map<String, Object> figures() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("sentences", scores.count());
      figures.putAll(scores.figures());
      if (!ids.isEmpty()) {
        figures.put("loss", loss.mean());
        figures.put("perplexity", Math.exp(loss.mean()));
        if (!readsWords()) {
          figures.put("perplexity_per_word", Math.exp(loss.sum() / words));
        }
      }
      return figures;
    }

    String line() {
      return formatted(
          "%-13s %10d %7.2f %7.2f %11s%s",
          name,
          scores.count(),
          scores.bleu(),
          scores.chrF(),
          perplexity(loss.mean()),
          readsWords() ? "" : formatted("%10s", perplexity(loss.sum() / words)));
    }

    LengthPicture.Bucket point() {
      return new LengthPicture.Bucket(name, scores.count(), scores.bleu());
    }

    private String perplexity(double mean) {
      return ids.isEmpty() ? "-" : formatted("%.2f", Math.exp(mean));
    }
  }
}

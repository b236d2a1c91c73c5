package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.training.text.ParallelText;
import dev.comporta.training.text.ParallelText.Pair;
import dev.comporta.training.text.PlainSplitting;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Translation between two languages, learned from parallel text: a bidirectional GRU encodes, a GRU
 * with additive attention decodes (Bahdanau et al. 2015).
 */
public final class Translation extends PairTask {
  /** Called by the service loader. */
  public Translation() {}

  static final Option<Path> SOURCE = file("source", "source sentences, one per line");
  static final Option<Path> TARGET = file("target", "target sentences, line by line for --source");
  private static final Option<Path> VALIDATION_SOURCE =
      file("validation-source", "source sentences to validate on after each epoch");
  private static final Option<Path> VALIDATION_TARGET =
      file("validation-target", "target sentences, line by line for --validation-source");
  private static final Option<Double> VALIDATION =
      Option.real("validation", 0, 0.9)
          .or(0.05)
          .legacy(0.0)
          .in(Group.EVALUATION)
          .help(
              "fraction of the pairs, at the end, held out if no validation files are given; at most 1,000 pairs");

  private static final String NAME = "translation";
  private static final int MOST_HELD_OUT = 1000;

  private static Option<Path> file(String name, String help) {
    return Option.path(name, "FILE").keptIfGiven().free().help(help);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a translator on parallel text: two files of one sentence per line, or one with a tab between source and target";
  }

  @Override
  public String describe(double loss) {
    return formatted("loss %.4f nats, perplexity %.2f per token", loss, Math.exp(loss));
  }

  @Override
  public Options options() {
    return Options.of(
            TrainingOptions.DATA.help(
                "train on this file with a source, a tab and its target per line, as paste joins two files"),
            SOURCE,
            TARGET,
            TrainingOptions.VALIDATION_DATA.help(
                "validate after each epoch on this file, in the form of --data"),
            VALIDATION_SOURCE,
            VALIDATION_TARGET,
            VALIDATION,
            TrainingOptions.ENCODING)
        .and(PairOptions.of(PlainSplitting.WORDS.option(), 8000))
        .and(
            PairOptions.MINIMUM_FREQUENCY.or(2),
            HIDDEN.or(256).help("hidden size of the decoder and of each direction of the encoder"),
            EMBEDDING.or(256),
            DROPOUT.or(0.4).help("dropout rate of embeddings and of the outputs of each layer"),
            PairOptions.LABEL_SMOOTHING.or(0.1),
            BATCH.or(64).help("pairs per batch"))
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(12, 0.002).checkpointEvery(200)));
  }

  @Override
  String metric() {
    return BLEU;
  }

  @Override
  @Nullable PairData newPairs(Settings trained) {
    return null;
  }

  @Override
  PairData data(Settings settings, Consumer<String> log) {
    ParallelText files =
        PairOptions.pairs(settings, SOURCE, TARGET, TrainingOptions.DATA)
            .orElseThrow(() ->
                new InvalidOptionException(
                    "[translation] expected --source and --target, two files of one sentence per line, or --data, a file with a tab between source and target, but got none"));
    List<Pair> pairs = files.whole();
    if (pairs.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[translation] expected pairs but every line of %s has an empty side", files.name()));
    }
    if (pairs.size() < files.pairs().size()) {
      log.accept(
          formatted(
              "%,d of %,d pairs are left out because a side is empty",
              files.pairs().size() - pairs.size(), files.pairs().size()));
    }
    if (settings.get(PairOptions.TOKENS).equals(PlainSplitting.WORDS.option())) {
      files.reservedWords().forEach(log);
    }
    List<Pair> validation =
        PairOptions.pairs(
                settings, VALIDATION_SOURCE, VALIDATION_TARGET, TrainingOptions.VALIDATION_DATA)
            .map(ParallelText::whole)
            .orElse(null);
    int kept = pairs.size();
    if (validation == null) {
      kept -= (int) Math.min(MOST_HELD_OUT, settings.get(VALIDATION) * pairs.size());
      validation = pairs.subList(kept, pairs.size());
    }
    return new PairData(
        files.name(), files.sha256(), pairs.subList(0, kept), validation, List.of());
  }
}

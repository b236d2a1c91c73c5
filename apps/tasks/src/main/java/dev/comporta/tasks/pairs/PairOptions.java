package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.DecoderLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.DecoderOptions;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.content.PairCodecs;
import dev.comporta.training.ScheduledSampling;
import dev.comporta.training.text.BytePairSplitting;
import dev.comporta.training.text.ParallelText;
import dev.comporta.training.text.PlainSplitting;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options that all tasks of pairs share, and the model that they describe. */
final class PairOptions {
  static final Option<String> TOKENS =
      Option.choice(
              "tokens",
              PlainSplitting.WORDS.option(),
              PlainSplitting.CHARACTERS.option(),
              BytePairSplitting.OPTION)
          .in(Group.DATA)
          .help("tokens: words, characters, or subwords by byte-pair encoding (bpe)");
  static final Option<Integer> MERGES =
      Option.whole("merges", 0)
          .in(Group.DATA)
          .help("with --tokens bpe: merges learned for each vocabulary");
  static final Option<Boolean> SHARED_VOCABULARY =
      Option.flag("shared-vocabulary")
          .in(Group.DATA)
          .help("use one vocabulary for source and target");
  static final Option<Integer> MINIMUM_FREQUENCY =
      Option.whole("minimum-frequency", 1)
          .in(Group.DATA)
          .help("rarer tokens are unknown; rarer subwords are split into bytes");
  static final Option<Integer> VOCABULARY =
      Option.whole("vocabulary", 3)
          .or(20_000)
          .in(Group.DATA)
          .help("maximum size of each vocabulary");
  static final Option<Boolean> TIED_EMBEDDINGS =
      Option.flag("tied-embeddings").help("compute the logits with the target's embedding matrix");
  static final Option<Double> LABEL_SMOOTHING =
      Option.real("label-smoothing", 0, 0.95)
          .in(Group.REGULARIZATION)
          .help("probability that the target spreads evenly over all tokens");
  static final Option<String> SCHEDULED_SAMPLING =
      Option.text("scheduled-sampling", "RATE[:SHAPE]")
          .or("0")
          .in(Group.TRAINING)
          .help(
              "rate at the end of training at which the decoder reads its own output, as in 0.25 or 0.25:inverse-sigmoid");
  static final Option<Boolean> REVERSE_SOURCE =
      Option.flag("reverse-source")
          .help("with --attention none: a single encoder that reads the source backwards");

  private PairOptions() {}

  /** The options, with the defaults of a task that trains for minutes. */
  static Options of(String tokens, int merges) {
    return Options.of(
            TOKENS.or(tokens),
            MERGES.or(
                it -> it.get(TOKENS).equals(BytePairSplitting.OPTION) ? merges : null,
                Integer.toString(merges)),
            SHARED_VOCABULARY,
            MINIMUM_FREQUENCY.or(1),
            VOCABULARY)
        .and(model());
  }

  /** The options of the model and of its training, for any vocabularies. */
  static Options model() {
    return Options.of(
            CELL.or(Spec.of("gru")),
            HIDDEN.or(64).help("hidden size of the decoder and of each direction of the encoder"),
            EMBEDDING.or(32),
            LAYERS.or(1).help("recurrent layers of the encoder, and of the decoder"))
        .and(DecoderOptions.of())
        .and(
            TIED_EMBEDDINGS,
            DROPOUT.or(0.0).help("dropout rate of embeddings and of the outputs of each layer"),
            LABEL_SMOOTHING.or(0.0),
            SCHEDULED_SAMPLING,
            REVERSE_SOURCE,
            LayerOptions.BATCH.or(32).help("pairs per batch"));
  }

  /** Refuses options that do not go together, and names that are not in the catalog. */
  static void require(Settings settings, Catalog catalog) {
    requireModel(settings, catalog);
    settings.requireEffective(
        MERGES, "--tokens bpe", settings.get(TOKENS).equals(BytePairSplitting.OPTION));
  }

  /** The same for the options of {@link #model}. */
  static void requireModel(Settings settings, Catalog catalog) {
    if (settings.get(REVERSE_SOURCE) && DecoderOptions.attends(settings)) {
      throw new InvalidOptionException(
          formatted(
              "--reverse-source goes with --attention none but it is %s; leave one out",
              settings.text(DecoderOptions.ATTENTION)));
    }
    if (settings.get(TIED_EMBEDDINGS)
        && settings.get(DecoderOptions.READ_OUT).equals("none")
        && !settings.get(HIDDEN).equals(settings.get(EMBEDDING))) {
      throw new InvalidOptionException(
          formatted(
              "--tied-embeddings with --read-out none expected embeddings as large as the decoder's state but got %d and %d; use a read-out or equal sizes",
              settings.get(EMBEDDING), settings.get(HIDDEN)));
    }
    DecoderOptions.require(settings, catalog);
    sampling(settings);
  }

  static ScheduledSampling sampling(Settings settings) {
    return ScheduledSampling.parse("--scheduled-sampling", settings.get(SCHEDULED_SAMPLING));
  }

  /** The pairs that settings name, if they name any. */
  static Optional<ParallelText> pairs(
      Settings settings, Option<Path> source, Option<Path> target, Option<Path> data) {
    settings.requireNotBoth(data, source);
    settings.requireNotBoth(data, target);
    if (settings.isGiven(source) != settings.isGiven(target)) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected --%s and --%s together but got one of them",
              settings.owner(), source.name(), target.name()));
    }
    Charset charset = settings.get(TrainingOptions.ENCODING);
    return settings.isGiven(source)
        ? Optional.of(ParallelText.read(settings.get(source), settings.get(target), charset))
        : settings.find(data).map(file -> ParallelText.read(file, charset));
  }

  static Spec loss(double labelSmoothing) {
    return Spec.of("cross-entropy").with("label-smoothing", labelSmoothing);
  }

  /** What is trained, and minimised, between these vocabularies. */
  static Recipe recipe(Settings settings, PairCodecs sides) {
    int sources = sides.source().vocabulary().size();
    int targets = sides.target().vocabulary().size();
    return Recipe.of(model(settings, sources, targets), loss(0))
        .minimising(loss(settings.get(LABEL_SMOOTHING)))
        .sampling(sampling(settings))
        .withVocabularies(sides.stored());
  }

  /** The specification of a model between vocabularies of these sizes. */
  private static Spec model(Settings settings, int sourceTokens, int targetTokens) {
    int layers = settings.get(LAYERS);
    List<Spec> encoder = new ArrayList<>();
    add(encoder, embedding(settings, sourceTokens), settings);
    for (int i = 0; i < layers; i++) {
      add(encoder, recurrent(reader(settings), settings), settings);
    }
    List<Spec> decoder = new ArrayList<>();
    add(decoder, embedding(settings, targetTokens), settings);
    for (int i = 1; i < layers; i++) {
      Spec lower = recurrent(Spec.of(DecoderLayer.NAME), settings).with("context", false);
      add(decoder, lower, settings);
    }
    Spec last = DecoderOptions.layer(settings); // attends to the source
    boolean tied = settings.get(TIED_EMBEDDINGS);
    boolean readOut = !settings.get(DecoderOptions.READ_OUT).equals("none");
    add(
        decoder,
        tied && readOut ? last.with("read-out-size", settings.get(EMBEDDING)) : last,
        settings);
    Spec logits = Spec.of("dense").with("units", targetTokens);
    decoder.add(tied ? logits.with("tied", true) : logits);
    return Spec.of(SequenceModel.ENCODER_DECODER).with("encoder", encoder).with("layers", decoder);
  }

  private static Spec recurrent(Spec layer, Settings settings) {
    return layer.with("cell", settings.get(CELL)).with("hidden", settings.get(HIDDEN));
  }

  private static Spec reader(Settings settings) {
    if (settings.get(REVERSE_SOURCE)) {
      return Spec.of("recurrent").with("reverse", true);
    }
    Spec both = Spec.of("bidirectional");
    return DecoderOptions.expectsSameSize(settings) ? both.with("merge", "sum") : both;
  }

  private static Spec embedding(Settings settings, int tokens) {
    return Spec.of("embedding").with("vocabulary", tokens).with("size", settings.get(EMBEDDING));
  }

  private static void add(List<Spec> layers, Spec layer, Settings settings) {
    layers.add(layer);
    double dropout = settings.get(DROPOUT);
    if (dropout > 0) {
      layers.add(Spec.of("dropout").with("rate", dropout));
    }
  }
}

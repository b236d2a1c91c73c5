package dev.comporta.tasks.language;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.FROM;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.frame.Experiment.DataSource;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.TextMeasure;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.Split;
import dev.comporta.training.metrics.Likelihood;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import dev.comporta.training.text.DefaultCorpus;
import dev.comporta.training.text.TextTokens;
import dev.comporta.training.text.WittenBellModel;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model of the characters of a text, or of its bytes or byte pairs. */
public final class CharLm extends LanguageTask {
  private static final Option<String> TOKENS =
      Option.choice("tokens", "characters", "bytes", "bpe")
          .in(Group.DATA)
          .or(it -> it.isGiven(FROM) ? null : "characters", "characters")
          .legacy("characters")
          .help("tokens of the text; bpe: byte-pair encoding (Sennrich et al. 2016)");
  private static final Option<Integer> MERGES =
      Option.whole("merges", 1)
          .in(Group.DATA)
          .or(it -> isBytePairs(it) ? 1000 : null, "1000")
          .help("number of byte-pair merges, with --tokens bpe");
  private static final Option<Double> LABEL_SMOOTHING =
      Option.real("label-smoothing", 0, 0.99)
          .in(Group.REGULARIZATION)
          .or(0.0)
          .keptIfGiven()
          .help("probability that the target spreads evenly over all tokens");

  /** Creates the task. */
  public CharLm() {
    super(
        "char-lm",
        "token",
        List.of(
            preset("plain", 1, 128, 16, 0, TrainingDefaults.epochs(3, 0.01)),
            preset("shakespeare", 2, 256, 32, 0.3, TrainingDefaults.epochs(20, 0.003))));
  }

  private static Preset preset(
      String name, int layers, int hidden, int batch, double dropout, TrainingDefaults training) {
    TrainingDefaults usual = training.checkpointEvery(500);
    return new Preset(name, layers, hidden, 64, 64, batch, dropout, 0, usual);
  }

  private static boolean isBytePairs(Settings settings) {
    return settings.find(TOKENS).orElse("").equals("bpe");
  }

  @Override
  public String description() {
    return "a language model over characters, bytes or byte pairs, compared with a Witten-Bell n-gram baseline";
  }

  @Override
  public Options options() {
    return options(
        DATA.alias("text")
            .or(_ -> null, "sources of the JDK")
            .help("train on the text of this file, folder or ZIP archive"),
        VALIDATION_DATA.alias("validation-text"),
        TOKENS,
        MERGES,
        LABEL_SMOOTHING,
        BASELINE_ORDER.or(5).help("longest context of the n-gram baseline, in characters"),
        SAMPLE.or(300));
  }

  @Override
  Text read(Settings settings, TaskContext context) {
    settings.requireEffective(MERGES, "--tokens bpe", isBytePairs(settings));
    Charset charset = settings.get(ENCODING);
    Corpus corpus =
        settings
            .find(DATA)
            .map(file -> CorpusReader.read(file, charset))
            .orElseGet(() -> DefaultCorpus.read(context.log()));
    String held =
        settings.find(VALIDATION_DATA).map(it -> CorpusReader.read(it, charset).text()).orElse("");
    CharacterVocabulary vocabulary = CharacterVocabulary.of(corpus.text() + held);
    Split characters =
        held.isEmpty()
            ? Split.last(vocabulary.encode(corpus.text(), ""), settings.get(VALIDATION))
            : new Split(vocabulary.encode(corpus.text(), ""), vocabulary.encode(held, ""));
    String training = vocabulary.decode(characters.training());
    TextTokens origin = origin(settings, context, TOKENS);
    TextTokens tokens = origin == null ? tokens(settings, vocabulary, training) : origin;
    Split split =
        new Split(
            tokens.encoder().apply(training, "the text"),
            tokens.encoder().apply(vocabulary.decode(characters.validation()), "the text"));
    return new Text(
        new DataSource(corpus.name(), corpus.sha256()),
        tokens,
        IdSequence.of(split.training()),
        split.validation().length == 0 ? null : IdSequence.of(split.validation()),
        order ->
            WittenBellModel.train(characters.training(), vocabulary.size(), order)
                .loss(characters.validation()),
        () -> {});
  }

  private static TextTokens tokens(
      Settings settings, CharacterVocabulary characters, String training) {
    return switch (settings.get(TOKENS)) {
      case "characters" -> TextTokens.characters(characters);
      case "bytes" -> TextTokens.bytePairs(training, 0);
      default -> TextTokens.bytePairs(training, settings.get(MERGES));
    };
  }

  @Override
  Recipe refine(Recipe plain, Settings settings) {
    settings.requireNotBoth(LABEL_SMOOTHING, TrainingOptions.LOSS);
    double smoothing = settings.get(LABEL_SMOOTHING);
    return smoothing == 0 ? plain : plain.minimising(LOSS.with("label-smoothing", smoothing));
  }

  @Override
  double metric(double loss) {
    return Likelihood.bits(loss);
  }

  @Override
  IdSequence ids(TextTokens tokens, Path file, Charset charset) {
    Corpus corpus = CorpusReader.read(file, charset);
    return IdSequence.of(tokens.encoder().apply(corpus.text(), corpus.name()));
  }

  @Override
  Score score(TextTokens tokens, IdSequence ids, TextMeasure measured) {
    double loss = measured.loss();
    long characters = tokens.charactersAfterFirst(ids);
    double bits = Likelihood.bits(loss) * (ids.size() - 1) / characters;
    double perplexity = Likelihood.perplexity(loss);
    String noun = tokens.noun();
    String per = noun.equals("character") ? "" : "_per_" + noun;
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("loss", loss);
    figures.put("bits_per_character", bits);
    figures.put("perplexity" + per, perplexity);
    figures.put("accuracy", measured.accuracy());
    figures.put(noun + "s", measured.count());
    figures.put("characters", characters);
    String text =
        formatted(
            "loss %.4f nats and perplexity %.3f per %s, %.4f bits per character, accuracy %.2f %%, over %,d %ss",
            loss, perplexity, noun, bits, 100 * measured.accuracy(), measured.count(), noun);
    return Score.lower("bits_per_character", figures, text);
  }
}

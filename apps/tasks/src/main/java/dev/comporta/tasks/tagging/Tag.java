package dev.comporta.tasks.tagging;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.LayerOptions.VECTORS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.Fold;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.PretrainedVectors;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Tagger;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredWords;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.labels.LabelEvaluator;
import dev.comporta.tasks.tagging.TaggedSentences.Parts;
import dev.comporta.tasks.tagging.TaggedSentences.Sentence;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.SequenceExamples;
import dev.comporta.training.data.Shuffle;
import dev.comporta.training.tags.BioTags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tag for each word of a sentence, such as its part of speech or the name that it is part of:
 * words and their characters are read in both directions, and a conditional random field finds the
 * most likely sequence of tags (Lample et al. 2016). Compared with the most frequent tag of each
 * word, or with a dictionary of the spans in the training part.
 */
public final class Tag implements Task {
  /** Called by the service loader. */
  public Tag() {}

  private static final String NAME = "tag";
  private static final int GENERATED = 1500;

  /** Batches whose sentences are sorted by length together. */
  private static final int POOL = 20;

  /** The words of a usual sentence. */
  private static final int USUAL_WORDS = 25;

  private static final TrainingDefaults GIVEN = TrainingDefaults.epochs(10, 0.003);
  private static final TrainingDefaults GRAMMAR = TrainingDefaults.epochs(4, 0.005);

  private static final Option<Path> SENTENCES =
      DATA.or(_ -> null, "sentences of a small grammar")
          .help("CoNLL-U file, or lines of a word, a tab and its tag, such as BIO tags");
  private static final Option<Double> VALIDATION =
      TrainingOptions.VALIDATION.help(
          "fraction of the sentences, chosen at random, held out for validation");
  private static final Option<String> COLUMN =
      Option.text("column", "NAME")
          .or(_ -> null, "UPOS in CoNLL-U, else the last")
          .in(Group.DATA)
          .help("the column with the tags: UPOS, XPOS, .. in CoNLL-U, or its number");
  private static final Option<Integer> MIN_COUNT =
      Option.whole("min-count", 1)
          .in(Group.DATA)
          .or(2)
          .keptIfGiven()
          .help("words and characters that occur less often are unknown to the model");
  private static final Option<Integer> WORD_LENGTH =
      Option.whole("word-length", 1, 100)
          .in(Group.DATA)
          .or(16)
          .help("of a longer word, the model reads the first and the last characters");
  private static final Option<Double> WORD_DROPOUT =
      Option.real("word-dropout", 0, 0.9)
          .in(Group.REGULARIZATION)
          .or(0.1)
          .help(
              "rate at which words are read as unknown in training, so that their characters count");
  private static final Option<String> OUTSIDE_BIAS =
      Option.choice("outside-bias", "f1", "trained")
          .in(Group.TRAINING)
          .or("f1")
          .legacy("trained")
          .help(
              "for tags that mark spans: the bias of the tag O in the last layer; f1 changes it after training to the one with the best F1 on the validation part, trained leaves it");
  private static final Option<Integer> CHARACTER_SIZE =
      Option.size("character-embedding", 1).or(25).help("size of the character embeddings");
  private static final Option<Integer> CHARACTER_HIDDEN =
      Option.size("character-hidden", 1)
          .or(25)
          .help("hidden size of the cells that read the characters of a word");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a tagger of words, for parts of speech or names, compared with the most frequent tag of each word or a dictionary";
  }

  @Override
  public String unit() {
    return "word";
  }

  @Override
  public String timestep() {
    return "timestep"; // a word is several: its own id and those of its characters
  }

  @Override
  public Options options() {
    return Options.of(SENTENCES, VALIDATION_DATA, ENCODING, COLUMN, VALIDATION, MIN_COUNT)
        .and(RepetitionOptions.FOLDS, RepetitionOptions.FOLD)
        .and(
            WORD_LENGTH,
            CHARACTER_SIZE,
            CHARACTER_HIDDEN,
            CELL.or(Spec.of("lstm")),
            VECTORS,
            PretrainedVectors.embedding(64),
            LAYERS.or(1),
            HIDDEN.or(100),
            DROPOUT.or(0.5),
            WORD_DROPOUT,
            OUTSIDE_BIAS,
            BATCH.or(16))
        .and(TrainingOptions.of(NAME, GIVEN, it -> it.isGiven(DATA) ? GIVEN : GRAMMAR));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(USUAL_WORDS * (1 + settings.get(WORD_LENGTH)), settings.get(BATCH));
  }

  private static Parts divided(TaggedSentences all, Settings settings, RandomSource random) {
    int count = all.sentences().size();
    return Fold.of(settings)
        .map(fold -> fold.heldOut(count, "sentences", () -> Shuffle.order(count, random)))
        .map(held -> all.parts(i -> held[i]))
        .orElseGet(() -> all.split(settings.get(VALIDATION), random));
  }

  private static TaggedSentences read(Path path, Settings settings, @Nullable String column) {
    return TaggedSentences.read(path, settings.get(ENCODING), column);
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    settings.requireNotBoth(VALIDATION_DATA, VALIDATION);
    RepetitionOptions.requireUsable(settings, List.of(VALIDATION_DATA, VALIDATION));
    boolean reads = settings.isGiven(DATA) || settings.isGiven(VALIDATION_DATA);
    settings.requireEffective(ENCODING, "--data or --validation-data", reads);
    settings.requireEffective(COLUMN, "--data or --validation-data", reads);
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    String column = settings.find(COLUMN).orElse(null);
    TaggedSentences all =
        settings
            .find(SENTENCES)
            .map(path -> read(path, settings, column))
            .orElseGet(() -> TagGrammar.generate(GENERATED, random.stream("data")));
    Parts parts =
        settings
            .find(VALIDATION_DATA)
            .map(path -> new Parts(all.sentences(), read(path, settings, column).sentences()))
            .orElseGet(() -> divided(all, settings, random.stream("split")));
    ModelFile origin = context.origin();
    settings.requireEffective(MIN_COUNT, "a run without --from", origin == null);
    List<String> labels =
        origin == null ? TaggedSentences.tags(parts.training()) : StoredLabels.of(origin);
    if (labels.size() < 2) {
      throw new ComportaException(
          formatted(
              "[tag] expected 2 tags or more to tell apart in %s but all words have the tag '%s'",
              all.name(), labels.getFirst()));
    }
    TaggedSentences.requireKnown(labels, parts.training());
    TaggedSentences.requireKnown(labels, parts.heldOut());
    boolean marksSpans = BioTags.mark(labels) && labels.contains(BioTags.OUTSIDE);
    Set<String> known = new HashSet<>();
    parts
        .training()
        .forEach(it -> it.words().forEach(word -> known.add(word.toLowerCase(Locale.ROOT))));
    PretrainedVectors vectors = PretrainedVectors.read(settings, context, known);
    StoredWords words =
        origin == null
            ? StoredWords.count(
                parts.training().stream().map(Sentence::words).toList(),
                settings.get(MIN_COUNT),
                vectors::contains)
            : StoredWords.of(origin, "the model of --from");
    Spec model = model(settings, words, vectors.width(settings), labels.size());
    Recipe recipe = vectors.start(Recipe.of(model, Spec.of("crf")), words.tokens(), context);
    SequenceExamples heldOut =
        examples(parts.heldOut(), labels, words, settings, random.stream("validation"));
    if (settings.get(OUTSIDE_BIAS).equals("f1") && marksSpans) {
      recipe =
          recipe.finishedBy(
              OutsideBias::require,
              (trained, runner) -> OutsideBias.apply(trained, runner, heldOut, labels).text());
    }
    List<Vocabulary> kept = new ArrayList<>(words.stored());
    kept.add(StoredLabels.stored(labels));
    return new Experiment(
        new Experiment.DataSource(
            all.name(), settings.find(SENTENCES).isPresent() ? all.sha256() : ""),
        recipe.withVocabularies(kept),
        examples(parts.training(), labels, words, settings, random.stream("training")),
        heldOut,
        formatted(
            "%,d sentences for training and %,d for validation, %d tags",
            parts.training().size(), parts.heldOut().size(), labels.size()),
        trained -> score(trained.tagger(), parts));
  }

  private static Spec model(Settings settings, StoredWords words, int size, int labels) {
    List<Spec> layers = new ArrayList<>();
    layers.add(
        Spec.of("word-characters")
            .with("vocabulary", words.words())
            .with("size", size)
            .with("characters", words.characters())
            .with("character-size", settings.get(CHARACTER_SIZE))
            .with("word-length", settings.get(WORD_LENGTH))
            .with("word-dropout", settings.get(WORD_DROPOUT))
            .with("cell", settings.get(CELL))
            .with("hidden", settings.get(CHARACTER_HIDDEN)));
    layers.addAll(LayerOptions.bothDirections(settings));
    layers.add(Spec.of("crf").with("units", labels));
    return Spec.of(SequenceModel.KIND).with("layers", layers);
  }

  private static SequenceExamples examples(
      List<Sentence> sentences,
      List<String> labels,
      StoredWords words,
      Settings settings,
      RandomSource random) {
    Map<String, Integer> ids = new HashMap<>();
    labels.forEach(label -> ids.put(label, ids.size()));
    List<SequenceExamples.Example> examples = new ArrayList<>();
    for (Sentence sentence : sentences) {
      int[] own = sentence.tags().stream().mapToInt(ids::get).toArray();
      int[] read = words.encode(sentence.words(), settings.get(WORD_LENGTH));
      examples.add(new SequenceExamples.Example(read, new float[0], own.length, own));
    }
    int batch = Math.min(settings.get(BATCH), examples.size());
    return new SequenceExamples(examples, batch, POOL, random);
  }

  private static Score score(Tagger tagger, Parts parts) {
    Baselines known = new Baselines(parts.training());
    List<String> labels = tagger.labels();
    Score score = TagScores.of(tagger, parts.heldOut()).score();
    return score.metric().equals("accuracy")
        ? score.against(
            "the most frequent tag of each word",
            TagScores.of(labels, parts.heldOut(), known::tags).accuracy())
        : score.against(
            "a dictionary of the entities in the training part",
            TagScores.of(labels, parts.heldOut(), known::dictionary).entityF1());
  }

  @Override
  public Evaluator evaluator() {
    return new LabelEvaluator(
        Options.of(DATA.help("tagged sentences, as for training"), ENCODING, COLUMN),
        model -> model.tagger().labels(),
        (model, settings) -> {
          String column = settings.find(COLUMN).or(() -> trained(model).find(COLUMN)).orElse(null);
          return TagScores.of(
                  model.tagger(), read(settings.get(DATA), settings, column).sentences())
              .score();
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(TagAbility.predict());
  }
}

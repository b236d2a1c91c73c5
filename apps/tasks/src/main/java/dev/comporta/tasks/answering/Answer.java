package dev.comporta.tasks.answering;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
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
import dev.comporta.frame.Examples;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.DecoderOptions;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Classification;
import dev.comporta.inference.QuestionAnswerer;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tasks.labels.LabelEvaluator;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.WordVocabulary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One-word answers to questions about stories. A convolution whose window is one sentence followed
 * by the question gives each sentence a vector that depends on what is asked, as the gates of a
 * dynamic memory network do (Kumar et al. 2016, <i>Ask Me Anything</i>, section 2.3); cells read
 * these vectors in both directions; a decoder reads the question and attends to the sentences at
 * each word, then a few more times after the last word, so that it can follow one fact to another
 * (the hops of Sukhbaatar et al. 2015, <i>End-To-End Memory Networks</i>). Compared with the most
 * frequent answer of each kind of question.
 */
public final class Answer implements Task {
  /** Called by the service loader. */
  public Answer() {}

  private static final String NAME = "answer";
  private static final String BASELINE = "the most frequent answer of each kind of question";
  private static final int MOST_WORDS = 1_000_000;
  private static final int USUAL_SENTENCES = 12;
  private static final TrainingDefaults GIVEN = TrainingDefaults.epochs(20, 0.003);
  private static final TrainingDefaults GENERATED = TrainingDefaults.epochs(7, 0.003);

  private static final Option<Path> STORIES =
      DATA.or(_ -> null, "stories of a small simulated world")
          .help(
              "a file with stories and questions in the format of bAbI, or a folder of .txt files");
  private static final Option<Integer> COUNT =
      Option.whole("stories", 2, 1_000_000)
          .or(it -> it.isGiven(DATA) ? null : 10_000, "10000 without --data")
          .in(Group.DATA)
          .help("stories to generate, with five questions each");
  private static final Option<Double> VALIDATION =
      TrainingOptions.VALIDATION.help(
          "fraction of the stories, chosen at random, held out for validation");
  private static final Option<Integer> SENTENCES =
      Option.whole("sentences", 1, StoredStories.MOST_SENTENCES)
          .or(50)
          .in(Group.DATA)
          .help("the most sentences of a story that the model reads, the last ones");
  private static final Option<Integer> SENTENCE_WORDS =
      Option.whole("sentence-words", 1, StoredStories.MOST_WORDS)
          .or(12)
          .in(Group.DATA)
          .help("the most words of a sentence that the model reads, the first ones");
  private static final Option<Integer> QUESTION_WORDS =
      Option.whole("question-words", 0, StoredStories.MOST_WORDS)
          .or(12)
          .legacy(0)
          .in(Group.DATA)
          .help(
              "the most words of the question that the model reads after each sentence, the first ones; 0 to read the story without the question");
  private static final Option<Integer> HOPS =
      Option.whole("hops", 0, StoredStories.MOST_HOPS)
          .or(2)
          .help("how often the model attends to the story after the last word of the question");
  private static final Option<Double> WORD_DROPOUT =
      Option.real("word-dropout", 0, 0.9)
          .in(Group.REGULARIZATION)
          .or(0.02)
          .help(
              "rate at which a word is replaced by <unk> throughout a story, so that the model learns to handle new names");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "one-word answers to questions about stories, compared with the most frequent answer of each kind of question";
  }

  @Override
  public String unit() {
    return "question";
  }

  @Override
  public Options options() {
    return Options.of(STORIES, VALIDATION_DATA, ENCODING, COUNT, VALIDATION)
        .and(
            SENTENCES,
            SENTENCE_WORDS,
            QUESTION_WORDS,
            CELL.or(Spec.of("gru")).help("cell that reads the sentences, and that of the decoder"),
            EMBEDDING.or(32).help("size of the word embeddings"),
            HIDDEN.or(64),
            HOPS,
            DROPOUT.or(0.0),
            WORD_DROPOUT,
            BATCH.or(32))
        .and(DecoderOptions.of())
        .and(TrainingOptions.of(NAME, GIVEN, it -> it.isGiven(DATA) ? GIVEN : GENERATED));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(
        Math.min(USUAL_SENTENCES, settings.get(SENTENCES)) * window(settings), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    DecoderOptions.require(settings, context.catalog());
    settings.requireNotBoth(VALIDATION_DATA, VALIDATION);
    boolean given = settings.isGiven(DATA);
    boolean reads = given || settings.isGiven(VALIDATION_DATA);
    settings.requireEffective(ENCODING, "--data or --validation-data", reads);
    settings.requireEffective(COUNT, "generated stories, not --data", !given);
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    Stories all =
        settings
            .find(STORIES)
            .map(path -> Stories.read(path, settings.get(ENCODING)))
            .orElseGet(() ->
                Stories.of(
                    "generated stories",
                    World.generate(settings.get(COUNT), random.stream("data"))));
    Stories.Parts parts =
        settings
            .find(VALIDATION_DATA)
            .map(path -> new Stories.Parts(all, Stories.read(path, settings.get(ENCODING))))
            .orElseGet(() -> all.split(settings.get(VALIDATION), random.stream("split")));
    ModelFile origin = context.origin();
    List<String> answers = origin == null ? parts.training().answers() : StoredLabels.of(origin);
    if (answers.size() < 2) {
      throw new ComportaException(
          formatted(
              "[answer] expected 2 answers or more to tell apart in %s but all are '%s'",
              all.name(), String.join("", answers)));
    }
    parts.training().requireAnswers(answers);
    parts.heldOut().requireAnswers(answers);
    WordVocabulary words =
        origin == null
            ? words(parts.training())
            : StoredStories.of(origin, "the model of --from").words();
    StoredStories stories =
        new StoredStories(
            words,
            settings.get(SENTENCE_WORDS),
            settings.get(SENTENCES),
            settings.get(HOPS),
            settings.get(QUESTION_WORDS));
    parts.training().notes(stories).forEach(context::log);
    return new Experiment(
        new Experiment.DataSource(all.name(), given ? all.sha256() : ""),
        Recipe.of(model(settings, words.size(), answers.size()), Spec.of("cross-entropy"))
            .withVocabularies(List.of(stories.stored(), StoredLabels.stored(answers)))
            .withConstants(stories.constants()),
        examples(parts.training(), stories, answers, settings, random.stream("training"), true),
        examples(parts.heldOut(), stories, answers, settings, random.stream("validation"), false),
        formatted(
            "%,d questions about %,d stories for training and %,d for validation, %d words, %d answers",
            parts.training().questions().size(),
            parts.training().stories().size(),
            parts.heldOut().questions().size(),
            words.size(),
            answers.size()),
        trained ->
            scores(trained.questionAnswerer(), parts.heldOut(), parts.training()).score(BASELINE));
  }

  private static AnswerScores scores(QuestionAnswerer model, Stories scored, Stories fitted) {
    return new AnswerScores(
        model.answers(),
        known(scored.requireAnswers(model.answers())),
        scored.answers(model).stream().map(Classification::label).toList(),
        known(fitted));
  }

  /** The questions; the baseline has one answer for each kind. */
  private static List<AnswerScores.Known> known(Stories stories) {
    return stories.questions().stream()
        .map(Stories.Asked::question)
        .map(it -> new AnswerScores.Known(it.kind(), it.kind(), it.answer()))
        .toList();
  }

  /** The words that the encoder reads for each sentence. */
  private static int window(Settings settings) {
    return settings.get(SENTENCE_WORDS) + settings.get(QUESTION_WORDS);
  }

  private static WordVocabulary words(Stories training) {
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    for (Stories.Story story : training.stories()) {
      story.facts().forEach(it -> counter.add(String.join(" ", StoredStories.split(it))));
      story
          .questions()
          .forEach(it -> counter.add(String.join(" ", StoredStories.split(it.text()))));
    }
    return counter.vocabulary(1, MOST_WORDS);
  }

  private static StoryExamples examples(
      Stories stories,
      StoredStories read,
      List<String> answers,
      Settings settings,
      RandomSource random,
      boolean forTraining) {
    return new StoryExamples(
        stories,
        read,
        answers,
        settings.get(BATCH),
        forTraining ? settings.get(WORD_DROPOUT) : 0,
        random);
  }

  private static Spec model(Settings settings, int words, int answers) {
    Spec embedding =
        Spec.of("embedding").with("vocabulary", words).with("size", settings.get(EMBEDDING));
    List<Spec> encoder = new ArrayList<>();
    encoder.add(embedding);
    Spec sentences =
        Spec.of("conv1d")
            .with("filters", settings.get(HIDDEN))
            .with("width", window(settings))
            .with("stride", window(settings))
            .with("padding", "none");
    // a unit that is not linear can tell whether the words of a sentence are those of the question
    encoder.add(
        settings.get(QUESTION_WORDS) == 0 ? sentences : sentences.with("activation", "relu"));
    encoder.addAll(LayerOptions.bothDirections(settings));
    List<Spec> layers = new ArrayList<>(List.of(embedding, DecoderOptions.layer(settings)));
    layers.addAll(LayerOptions.dropout(settings));
    layers.add(Spec.of("pool-time").with("mode", "last"));
    layers.add(Spec.of("dense").with("units", answers));
    return Spec.of(SequenceModel.ENCODER_DECODER).with("encoder", encoder).with("layers", layers);
  }

  @Override
  public Evaluator evaluator() {
    return new LabelEvaluator(
        Options.of(DATA.help("stories with questions and answers, as for training"), ENCODING),
        model -> model.questionAnswerer().answers(),
        (model, settings) -> {
          Stories stories = Stories.read(settings.get(DATA), settings.get(ENCODING));
          return scores(model.questionAnswerer(), stories, stories)
              .score(BASELINE + " in these data");
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(AnswerAbility.predict());
  }

  @Override
  public Optional<Examples> examples() {
    return Optional.of(
        new Examples(
            "stories of the simulated world, with questions and answers",
            Options.of(Examples.COUNT, Examples.SEED),
            settings -> {
              int count = settings.get(Examples.COUNT);
              RandomSource random = new CounterRandom(settings.get(Examples.SEED));
              String text = World.generate(count, random.stream("stories to try"));
              return List.of(
                  new Examples.Example(
                      "stories.txt",
                      formatted("%,d stories with %,d questions", count, 5 * count),
                      () -> text.getBytes(StandardCharsets.UTF_8)));
            }));
  }
}

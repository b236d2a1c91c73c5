package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.FilmAttentionLayer;
import dev.comporta.cells.layers.PicturePlacesLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Examples;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Classification;
import dev.comporta.inference.ImageQuestion;
import dev.comporta.inference.ImageQuestionAnswerer;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredQuestions;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tasks.answering.AnswerScores;
import dev.comporta.tasks.labels.LabelEvaluator;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A one-word answer to a question about a picture (Malinowski et al. 2015, <i>Ask Your
 * Neurons</i>): convolutions read a scene, a recurrent layer reads the question, and what it read
 * modulates the features of each position of the scene (FiLM; Perez et al. 2018) before several
 * heads attend to the positions. Compared with the most frequent answer to each question, without
 * the picture.
 */
public final class Questions implements Task {
  /** Called by the service loader. */
  public Questions() {}

  private static final String NAME = "questions";
  private static final String BASELINE =
      "the most frequent answer to each question, without the picture";
  private static final int VALIDATION_BATCHES = 20;
  private static final int TESTED = 2000;
  private static final int MOST_TESTED = 1_000_000;

  /** Questions that the most frequent answers are counted in. */
  private static final int COUNTED = 20_000;

  /** Positions on a side, behind the convolutions. */
  private static final int PLACES = CaptionModels.places(Scene.SIDE);

  private static final int MOST_QUESTIONS = 64;
  private static final int MOST_UNITS = 4096;

  private static final Option<Integer> QUESTIONS =
      Option.whole("questions", 1, MOST_QUESTIONS)
          .or(16)
          .in(Group.DATA)
          .help("questions about each scene in training");
  private static final Option<Integer> HEADS =
      Option.whole("heads", 1, FilmAttentionLayer.MOST_HEADS)
          .or(2)
          .help("how many weighted means of the positions the answer is computed from");
  private static final Option<Integer> UNITS =
      Option.whole("units", 1, MOST_UNITS)
          .or(128)
          .help(
              "features of a position that the question modulates; also units of the layer before the answers");
  private static final Option<Integer> TEST_SCENES =
      Option.whole("scenes", 1, MOST_TESTED)
          .or(TESTED)
          .in(Group.DATA)
          .notKept()
          .help("scenes to draw for the evaluation, without --data");
  private static final Option<Path> FOLDER =
      DATA.or(_ -> null, "").help("a folder of PNG images with questions.tsv");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model that answers questions about pictures with one word (Malinowski et al. 2015), on generated scenes";
  }

  @Override
  public String unit() {
    return "question";
  }

  @Override
  public String timestep() {
    return "word";
  }

  @Override
  public Options options() {
    return Options.of(
            Captions.SCENES,
            QUESTIONS,
            CaptionModels.FILTERS,
            CELL.or(Spec.of("gru")),
            HIDDEN.or(128).help("hidden size of the layer that reads the question"),
            EMBEDDING.or(32).help("size of the word embeddings"),
            HEADS,
            UNITS,
            DROPOUT.or(0.0),
            BATCH.or(32).help("scenes per batch"))
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(2, 0.003)));
  }

  /** Models of earlier versions answer, but their decoder is no longer trained. */
  @Override
  public Spec upgraded(Spec kept) {
    if (kept.options().containsKey("hops")) {
      throw new ComportaException(
          "[questions] expected a model of this version but this one has the decoder of an earlier one, which is no longer trained: it can answer and be evaluated only; train a new one");
    }
    return kept;
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(1, settings.get(BATCH) * settings.get(QUESTIONS));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    CaptionModels.requireSizes(settings, Captions.SCENES, Scene.SIDE, 1);
    requireSizes(settings);
    ModelFile from = context.origin(); // of this task, or one whose encoder is to be reused
    ModelFile origin = from != null && StoredQuestions.isIn(from) ? from : null;
    StoredQuestions questions =
        new StoredQuestions(
            origin == null ? words() : StoredQuestions.of(origin, "the model of --from").words(),
            0);
    List<String> answers = origin == null ? answers() : StoredLabels.of(origin);
    int batch = settings.get(BATCH);
    int each = settings.get(QUESTIONS);
    int seed = settings.get(SEED);
    RandomSource random = new CounterRandom(seed).stream(NAME);
    return new Experiment(
        new Experiment.DataSource("drawn scenes and questions about them", ""),
        Recipe.of(
                model(settings, questions.words().size(), answers.size()), Spec.of("cross-entropy"))
            .withVocabularies(List.of(questions.stored(), StoredLabels.stored(answers)))
            .withConstants(questions.constants())
            .initializedBy(CaptionModels::initializer),
        SceneExamples.ofQuestions(
            random.stream("training"),
            Scene.Share.TRAINING,
            questions,
            answers,
            each,
            batch,
            settings.get(Captions.SCENES) / batch),
        SceneExamples.ofQuestions(
            random.stream("validation"),
            Scene.Share.VALIDATION,
            questions,
            answers,
            1,
            batch,
            VALIDATION_BATCHES),
        formatted(
            "%d scenes with %s per update, %d words, %d answers",
            batch,
            each == 1 ? "a question each" : each + " questions each",
            questions.words().size(),
            answers.size()),
        trained -> score(trained.imageQuestionAnswerer(), unseen(TESTED, seed)));
  }

  /** Refuses batches whose positions, with the features for each question, no array could hold. */
  private static void requireSizes(Settings settings) {
    long positions = (long) PLACES * PLACES * settings.get(UNITS) * settings.get(QUESTIONS);
    long most = Integer.MAX_VALUE / positions;
    if (settings.get(BATCH) > most) {
      throw new InvalidOptionException(
          formatted(
              "--batch expected at most %d scenes with --questions %d and --units %d but got %d",
              most, settings.get(QUESTIONS), settings.get(UNITS), settings.get(BATCH)));
    }
  }

  private static WordVocabulary words() {
    Set<String> words = new LinkedHashSet<>(List.of(WordVocabulary.UNKNOWN, WordVocabulary.END));
    SceneQuestion.all()
        .forEach(form -> form.forEach(it -> words.addAll(StoredStories.split(it.text()))));
    return WordVocabulary.ofTokens(List.copyOf(words));
  }

  private static List<String> answers() {
    Set<String> answers = new LinkedHashSet<>();
    SceneQuestion.all().forEach(form -> form.forEach(it -> answers.addAll(it.answers())));
    return List.copyOf(answers);
  }

  private static Spec model(Settings settings, int words, int answers) {
    int units = settings.get(UNITS);
    List<Spec> layers = new ArrayList<>();
    layers.add(
        Spec.of("embedding").with("vocabulary", words).with("size", settings.get(EMBEDDING)));
    layers.add(
        Spec.of("recurrent").with("cell", settings.get(CELL)).with("hidden", settings.get(HIDDEN)));
    layers.add(Spec.of("pool-time").with("mode", "last"));
    layers.add(
        Spec.of(FilmAttentionLayer.NAME)
            .with("units", units)
            .with("heads", settings.get(HEADS))
            .with("coordinates", PicturePlacesLayer.COORDINATES));
    layers.add(Spec.of("dense").with("units", units).with("activation", "relu"));
    layers.addAll(LayerOptions.dropout(settings));
    layers.add(Spec.of("dense").with("units", answers));
    return Spec.of(SequenceModel.ENCODER_DECODER)
        .with("source-input-size", SceneExamples.FEATURES)
        .with("encoder", encoder(settings, units))
        .with("layers", layers);
  }

  /** Convolutions, a dense layer at each position, and positions with their coordinates. */
  private static List<Spec> encoder(Settings settings, int units) {
    List<Spec> encoder = new ArrayList<>(CaptionModels.convolutions(settings, Scene.SIDE));
    Spec dense = Spec.of("conv2d").with("filters", units).with("kernel", 1);
    encoder.add(ofPlaces(dense.with("activation", "relu")));
    Spec places = Spec.of("picture-places").with("place-vectors", false);
    encoder.add(ofPlaces(places.with("coordinates", true)));
    return encoder;
  }

  private static Spec ofPlaces(Spec layer) {
    return layer.with("height", PLACES).with("width", PLACES);
  }

  /** The first questions of a seed about scenes that no training has seen. */
  static List<QuestionFiles.Asked> unseen(int count, long seed) {
    RandomSource random = new CounterRandom(seed).stream("unseen scenes to ask about");
    List<QuestionFiles.Asked> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      AskedScene it = AskedScene.of(Scene.Share.TEST, random.stream(i));
      asked.add(
          new QuestionFiles.Asked(
              () -> it.scene().picture(Scene.SIDE),
              it.question().text(),
              it.answer(),
              it.question().kind()));
    }
    return asked;
  }

  private static Score score(ImageQuestionAnswerer model, List<QuestionFiles.Asked> asked) {
    List<String> answers = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += Pictures.AT_ONCE) {
      List<ImageQuestion> some =
          asked.subList(from, Math.min(asked.size(), from + Pictures.AT_ONCE)).stream()
              .map(it ->
                  new ImageQuestion(
                      Pictures.array(it.picture().get(), model.side()), it.question()))
              .toList();
      model.answerAll(some).stream().map(Classification::label).forEach(answers::add);
    }
    return new AnswerScores(
            model.answers(),
            asked.stream().map(it -> known(it.kind(), it.question(), it.answer())).toList(),
            answers,
            Counted.QUESTIONS)
        .score(BASELINE);
  }

  /** The questions with the most frequent answers, always the same ones. */
  private static final class Counted {
    static final List<AnswerScores.Known> QUESTIONS = questions();

    private static List<AnswerScores.Known> questions() {
      RandomSource random = new CounterRandom(0).stream("questions without pictures");
      List<AnswerScores.Known> counted = new ArrayList<>();
      for (int i = 0; i < COUNTED; i++) {
        AskedScene it = AskedScene.of(Scene.Share.TRAINING, random.stream(i));
        counted.add(known(it.question().kind(), it.question().text(), it.answer()));
      }
      return List.copyOf(counted);
    }
  }

  private static AnswerScores.Known known(String kind, String question, String answer) {
    return new AnswerScores.Known(kind, String.join(" ", StoredStories.split(question)), answer);
  }

  @Override
  public Evaluator evaluator() {
    return new LabelEvaluator(
        Options.of(FOLDER, TEST_SCENES, SEED),
        model -> model.imageQuestionAnswerer().answers(),
        (model, settings) -> {
          ImageQuestionAnswerer answerer = model.imageQuestionAnswerer();
          Path data = settings.find(DATA).orElse(null);
          settings.requireEffective(TEST_SCENES, "drawn scenes, not --data", data == null);
          settings.requireEffective(SEED, "drawn scenes, not --data", data == null);
          return score(
              answerer,
              data == null
                  ? unseen(settings.get(TEST_SCENES), settings.get(SEED))
                  : QuestionFiles.read(data, answerer.answers()));
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(QuestionAbility.predict());
  }

  @Override
  public Optional<Examples> examples() {
    return Optional.of(
        new Examples(
            "scenes that are never used in training, with one question each",
            Options.of(Examples.COUNT, Examples.SEED),
            QuestionFiles::examples));
  }
}

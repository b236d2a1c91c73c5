package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
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
import dev.comporta.frame.training.DecoderOptions;
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
 * Neurons</i>): convolutions read a scene, a decoder reads the question and attends to positions of
 * the scene. Compared with the most frequent answer to each question, without the picture.
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

  private static final Option<Integer> HOPS =
      Option.whole("hops", 0, StoredStories.MOST_HOPS)
          .or(1)
          .help("attention steps after the last word of the question");
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
            CaptionModels.FILTERS,
            CELL.or(Spec.of("gru")),
            HIDDEN.or(128).help("hidden size of the decoder"),
            EMBEDDING.or(32).help("size of the word embeddings"),
            HOPS,
            DROPOUT.or(0.0),
            BATCH.or(32).help("scenes per batch, with one question each"))
        .and(DecoderOptions.of())
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(3, 0.003)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(1, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    CaptionModels.requireSizes(settings, Captions.SCENES, Scene.SIDE, 1);
    DecoderOptions.require(settings, context.catalog());
    ModelFile from = context.origin(); // of this task, or one whose encoder is to be reused
    ModelFile origin = from != null && StoredQuestions.isIn(from) ? from : null;
    StoredQuestions questions =
        new StoredQuestions(
            origin == null ? words() : StoredQuestions.of(origin, "the model of --from").words(),
            settings.get(HOPS));
    List<String> answers = origin == null ? answers() : StoredLabels.of(origin);
    int batch = settings.get(BATCH);
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
            batch,
            settings.get(Captions.SCENES) / batch),
        SceneExamples.ofQuestions(
            random.stream("validation"),
            Scene.Share.VALIDATION,
            questions,
            answers,
            batch,
            VALIDATION_BATCHES),
        formatted(
            "%d questions per update, %d words, %d answers",
            batch, questions.words().size(), answers.size()),
        trained -> score(trained.imageQuestionAnswerer(), unseen(TESTED, seed)));
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
    List<Spec> layers = new ArrayList<>();
    layers.add(
        Spec.of("embedding").with("vocabulary", words).with("size", settings.get(EMBEDDING)));
    layers.add(DecoderOptions.layer(settings));
    layers.addAll(LayerOptions.dropout(settings));
    layers.add(Spec.of("pool-time").with("mode", "last"));
    layers.add(Spec.of("dense").with("units", answers));
    return Spec.of(SequenceModel.ENCODER_DECODER)
        .with("source-input-size", SceneExamples.FEATURES)
        .with("encoder", CaptionModels.pictureEncoder(settings, Scene.SIDE))
        .with("layers", layers);
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

package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

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
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.RecognitionSettings;
import dev.comporta.inference.content.StoredSpeech;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.sound.LogMel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words in a recording, spelled: recurrent layers in both directions, or in one for streams,
 * read log-mel features, and connectionist temporal classification aligns characters with frames
 * (Graves et al. 2006; Graves, Mohamed and Hinton 2013). Compared with the most frequent word.
 */
public final class Speech implements Task {
  /** Called by the service loader. */
  public Speech() {}

  private static final String NAME = "speech";
  private static final Spec LOSS = Spec.of("ctc").with("blank", StoredSpeech.BLANK);
  private static final int USUAL_FRAMES = 100;
  private static final TrainingDefaults GIVEN = TrainingDefaults.epochs(25, 0.003);
  private static final TrainingDefaults GENERATED = TrainingDefaults.epochs(20, 0.01);

  private static final Option<Path> RECORDINGS =
      DATA.or(_ -> null, "generated tones, each with a name")
          .help(
              "a folder of WAV files named WORD_SPEAKER_TAKE.wav, where a digit stands for its name, or with --transcripts");
  private static final Option<Integer> PHRASES =
      Option.whole("phrases", 10, 1_000_000)
          .or(it -> it.isGiven(DATA) ? null : 400, "400 without --data")
          .in(Group.DATA)
          .help("phrases of one to four tones to generate");
  private static final Option<Integer> JOIN =
      Option.whole("join", 1, 100)
          .or(1)
          .in(Group.DATA)
          .help(
              "concatenate up to N recordings of a speaker, at random in each epoch, with pauses between them");
  private static final Option<Boolean> AUGMENT =
      Option.flag("augment")
          .or(true)
          .in(Group.REGULARIZATION)
          .help(
              "vary loudness, tempo and vocal tract length of the training recordings at random, and mask parts of them");
  private static final Option<Integer> FRAME =
      Option.whole("frame", 5, 500).or(25).in(Group.DATA).help("window of a frame in milliseconds");
  private static final Option<Integer> HOP =
      Option.whole("hop", 1, 500)
          .or(10)
          .in(Group.DATA)
          .help("milliseconds between the starts of two frames");
  private static final Option<Integer> BANDS =
      Option.whole("bands", 1, LogMel.MOST_BANDS)
          .or(40)
          .in(Group.DATA)
          .help("number of mel bands, the features of a frame");
  private static final Option<Boolean> UNIDIRECTIONAL =
      Option.flag("unidirectional")
          .help("read forwards only, for predict --stream; bidirectional models are more accurate");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a speech recogniser for WAV files, compared with the most frequent word";
  }

  @Override
  public String describe(double loss) {
    return formatted("%.4f nats per character", loss);
  }

  @Override
  public Options options() {
    return Options.of(RECORDINGS, SpeechOptions.TRANSCRIPTS, VALIDATION_DATA, PHRASES)
        .and(
            HeldOutRecordings.VALIDATION,
            HeldOutRecordings.TAKES,
            HeldOutRecordings.SPEAKER,
            JOIN,
            FRAME,
            HOP,
            BANDS,
            CELL.or(Spec.of("lstm")),
            LAYERS.or(it -> it.isGiven(DATA) ? 2 : 1, "2 with --data, else 1"),
            HIDDEN.or(it -> it.isGiven(DATA) ? 96 : 48, "96 with --data, else 48"),
            UNIDIRECTIONAL,
            DROPOUT.or(it -> it.isGiven(DATA) ? 0.2 : 0.0, "0.2 with --data, else 0"),
            AUGMENT,
            BATCH.or(16))
        .and(SpeechOptions.search())
        .and(TrainingOptions.of(NAME, GIVEN, it -> it.isGiven(DATA) ? GIVEN : GENERATED));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(USUAL_FRAMES, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    boolean given = settings.isGiven(DATA);
    settings.requireEffective(PHRASES, "generated tones, not --data", !given);
    settings.requireEffective(
        SpeechOptions.TRANSCRIPTS,
        "--data or --validation-data",
        given || settings.isGiven(VALIDATION_DATA));
    RecognitionSettings search = SpeechOptions.search(settings);
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    ModelFile origin = context.origin();
    StoredSpeech former = origin == null ? null : StoredSpeech.of(origin, "the model of --from");
    Path transcripts = settings.find(SpeechOptions.TRANSCRIPTS).orElse(null);
    int rate = former == null ? 0 : former.features().sampleRate();
    Recordings all =
        settings
            .find(RECORDINGS)
            .map(path -> Recordings.read(path, transcripts, rate))
            .orElseGet(() -> Recordings.generated(settings.get(PHRASES), rate, random));
    HeldOutRecordings held = HeldOutRecordings.of(settings, all, transcripts, random);
    all.notes().forEach(context.log());
    LogMel features = former == null ? features(settings, all.sampleRate()) : former.features();
    List<float[]> training = held.training().stream().map(it -> features.of(it.samples())).toList();
    StoredSpeech stored =
        former == null
            ? stored(held.training(), training, features, settings.get(JOIN) > 1)
            : former;
    List<Recording> heldOut =
        Recording.joined(
            held.heldOut(), settings.get(JOIN), all.sampleRate(), random.stream("held out"));
    return new Experiment(
        new Experiment.DataSource(all.name(), given ? all.sha256() : ""),
        Recipe.of(model(settings, stored), LOSS)
            .withVocabularies(stored.stored())
            .withConstants(stored.constants()),
        new SpeechExamples(
            held.training(),
            training,
            stored,
            settings.get(BATCH),
            settings.get(JOIN),
            settings.get(AUGMENT),
            random.stream("training")),
        new SpeechExamples(
            heldOut,
            heldOut.stream().map(it -> features.of(it.samples())).toList(),
            stored,
            settings.get(BATCH),
            1,
            false,
            random.stream("validation")),
        formatted(
            "%,d recordings of %.1f minutes for training and %,d for validation, %d words of %d characters",
            held.training().size(),
            held.training().stream().mapToLong(it -> it.samples().length).sum()
                / (60.0 * all.sampleRate()),
            heldOut.size(),
            stored.words().size(),
            stored.characters().size()),
        trained ->
            new SpeechScores(trained.speechRecognizer(), search, heldOut, held.training()).score());
  }

  private static LogMel features(Settings settings, int rate) {
    return new LogMel(
        rate,
        Math.max(2, (int) ((long) settings.get(FRAME) * rate / 1000)),
        Math.max(1, (int) ((long) settings.get(HOP) * rate / 1000)),
        settings.get(BANDS));
  }

  private static StoredSpeech stored(
      List<Recording> training, List<float[]> features, LogMel mel, boolean joined) {
    List<String> texts = new ArrayList<>(training.stream().map(Recording::text).toList());
    List<String> words = StoredSpeech.words(texts);
    if (joined) {
      texts.add(" ");
    }
    int length = features.stream().mapToInt(it -> it.length).reduce(0, Math::addExact);
    float[] table = new float[length];
    int at = 0;
    for (float[] own : features) {
      System.arraycopy(own, 0, table, at, own.length);
      at += own.length;
    }
    return new StoredSpeech(
        mel,
        Normalization.fit(table, mel.bands(), length / mel.bands()),
        StoredSpeech.characters(texts),
        words);
  }

  private static Spec model(Settings settings, StoredSpeech stored) {
    List<Spec> layers =
        new ArrayList<>(
            settings.get(UNIDIRECTIONAL)
                ? LayerOptions.recurrent(settings)
                : LayerOptions.bothDirections(settings));
    layers.add(Spec.of("dense").with("units", stored.classes()));
    return Spec.of(SequenceModel.KIND)
        .with("input-size", stored.features().bands())
        .with("layers", layers);
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
                DATA.help("a folder of recordings, as for training"),
                SpeechOptions.TRANSCRIPTS,
                HeldOutRecordings.TAKES.help("score these takes only, such as 0-4 or 3,7"),
                HeldOutRecordings.SPEAKER.help("score this speaker only"),
                JOIN.help("concatenate up to N recordings of a speaker, at random with --seed"),
                SEED)
            .and(SpeechOptions.search()),
        (model, settings) -> {
          Recordings all =
              Recordings.read(
                  settings.get(DATA),
                  settings.find(SpeechOptions.TRANSCRIPTS).orElse(null),
                  model.speechRecognizer().sampleRate());
          List<Recording> chosen = HeldOutRecordings.chosen(settings, all);
          RandomSource random = new CounterRandom(settings.get(SEED)).stream("evaluate");
          List<Recording> scored =
              Recording.joined(chosen, settings.get(JOIN), all.sampleRate(), random);
          return new SpeechScores(
                  model.speechRecognizer(), SpeechOptions.search(settings), scored, chosen)
              .score();
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(SpeechAbility.predict());
  }

  @Override
  public Optional<Examples> examples() {
    return Optional.of(
        new Examples(
            "phrases of tones as WAV files, with a table of their transcripts",
            Options.of(Examples.COUNT, Examples.SEED),
            settings -> {
              RandomSource random = new CounterRandom(settings.get(Examples.SEED));
              List<Examples.Example> files = new ArrayList<>();
              StringBuilder table = new StringBuilder();
              for (Recording it :
                  Beeps.generate(settings.get(Examples.COUNT), random.stream("phrases to try"))) {
                String name = it.name().replace(' ', '-') + ".wav";
                table.append(formatted("%s\t%s\t%s\n", name, it.text(), it.speaker()));
                files.add(
                    new Examples.Example(
                        name, it.text(), () -> WavFile.write(it.samples(), Beeps.SAMPLE_RATE)));
              }
              files.add(
                  new Examples.Example(
                      "transcripts.tsv",
                      "the transcripts, for --transcripts",
                      () -> table.toString().getBytes(StandardCharsets.UTF_8)));
              return files;
            }));
  }
}

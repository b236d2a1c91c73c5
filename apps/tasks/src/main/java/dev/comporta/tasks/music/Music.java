package dev.comporta.tasks.music;

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
import dev.comporta.inference.content.StoredMusic;
import dev.comporta.tensor.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The next chord of a polyphonic piece: recurrent layers read the piano roll, and give each key a
 * probability, independently of the other keys of the chord or, with NADE outputs, given those
 * below it (RNN-NADE, Boulanger-Lewandowski et al. 2012). Compared with the frequencies of keys,
 * alone and by what sounded before.
 */
public final class Music implements Task {
  /** Called by the service loader. */
  public Music() {}

  private static final String NAME = "music";
  private static final String NADE = "nade";
  private static final int GENERATED = 240;

  private static final Option<Path> PIECES =
      DATA.or(_ -> null, "generated chorales")
          .help(
              "a folder of MIDI or ABC files, one such file, or JSON with pieces as lists of chords of MIDI notes, in parts train and valid or without");
  private static final Option<Double> VALIDATION =
      TrainingOptions.VALIDATION.help(
          "fraction of the pieces, chosen at random, held out for validation");
  static final Option<Integer> STEPS_PER_BEAT =
      Option.whole("steps-per-beat", 1, 96)
          .or(2)
          .in(Group.DATA)
          .help("timesteps of a quarter note, for reading MIDI and ABC files and writing MIDI");
  private static final Option<Integer> TRANSPOSE =
      Option.whole("transpose", 0, Piece.KEYS)
          .or(0)
          .in(Group.DATA)
          .help("the most semitones by which each piece is transposed, at random in every epoch");
  private static final Option<Integer> WINDOW =
      Option.whole("window", 1)
          .or(200)
          .in(Group.DATA)
          .help("the most timesteps of the parts into which longer pieces are cut for training");
  private static final Option<String> OUTPUTS =
      Option.choice("outputs", NADE, "independent")
          .or(NADE)
          .help("whether the keys of a chord depend on each other");
  private static final Option<Integer> NADE_HIDDEN =
      Option.size("nade-hidden", 1)
          .or(it -> it.get(OUTPUTS).equals(NADE) ? 100 : null, "100 with --outputs nade")
          .help("hidden units of NADE outputs");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model of polyphonic music that continues pieces, compared with a Markov chain of each key";
  }

  @Override
  public String describe(double loss) {
    return formatted("%.4f nats per timestep", loss * Piece.KEYS);
  }

  @Override
  public Options options() {
    return Options.of(PIECES, VALIDATION_DATA, VALIDATION, STEPS_PER_BEAT, TRANSPOSE, WINDOW)
        .and(
            CELL.or(Spec.of("lstm")),
            LAYERS.or(1),
            HIDDEN.or(128),
            OUTPUTS,
            NADE_HIDDEN,
            DROPOUT.or(0.2),
            BATCH.or(8))
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(30, 0.005)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(Math.min(64, settings.get(WINDOW)), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    settings.requireNotBoth(VALIDATION_DATA, VALIDATION);
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    boolean nade = settings.get(OUTPUTS).equals(NADE);
    settings.requireEffective(NADE_HIDDEN, "--outputs nade", nade);
    int stepsPerBeat = settings.get(STEPS_PER_BEAT);
    MusicFiles all =
        settings
            .find(PIECES)
            .map(path -> MusicFiles.read(path, stepsPerBeat))
            .orElseGet(() ->
                new MusicFiles(
                    "generated chorales",
                    Map.of("", Chorales.generate(GENERATED, random.stream("data")))));
    settings.requireEffective(VALIDATION, "data without a part 'valid'", !all.hasValidation());
    MusicFiles.Split split =
        settings
            .find(VALIDATION_DATA)
            .map(path -> MusicFiles.read(path, stepsPerBeat).validation())
            .map(held -> new MusicFiles.Split(all.training(), held))
            .orElseGet(() -> all.split(settings.get(VALIDATION), random.stream("split")));
    MusicScores.steps(split.heldOut()); // refuses pieces that cannot be scored
    PieceWindows.Layout layout = new PieceWindows.Layout(nade);
    List<Spec> recurrent = LayerOptions.recurrent(settings);
    String bias = nade ? "layers.0.c" : formatted("layers.%d.b", recurrent.size());
    int window = settings.get(WINDOW);
    int batch = settings.get(BATCH);
    return new Experiment(
        new Experiment.DataSource(
            all.name(), settings.find(PIECES).isPresent() ? all.sha256() : ""),
        Recipe.of(model(settings, layout, recurrent, split.training()), MusicScores.LOSS)
            .initializedBy(parameter ->
                parameter.name().equals(bias) ? bias(split.training()) : parameter.initializer())
            .withConstants(new StoredMusic(Piece.LOWEST, stepsPerBeat).constants()),
        new PieceWindows(
            split.training(),
            layout,
            window,
            batch,
            settings.get(TRANSPOSE),
            random.stream("training")),
        new PieceWindows(split.heldOut(), layout, window, batch, 0, random.stream("validation")),
        formatted(
            "%,d pieces with %,d timesteps for training and %,d pieces for validation",
            split.training().size(),
            split.training().stream().mapToLong(Piece::steps).sum(),
            split.heldOut().size()),
        trained -> MusicScores.of(trained, split.heldOut(), "", split.training()));
  }

  private static Spec model(
      Settings settings, PieceWindows.Layout layout, List<Spec> recurrent, List<Piece> pieces) {
    List<Spec> layers = new ArrayList<>(recurrent);
    if (layout.dependent()) {
      int most =
          pieces.stream().flatMap(it -> it.chords().stream()).mapToInt(List::size).max().orElse(0);
      layers =
          List.of(
              Spec.of(NADE)
                  .with("units", Piece.KEYS)
                  .with("hidden", settings.get(NADE_HIDDEN))
                  .with("memory", Math.clamp(most, 1, Piece.KEYS - 1))
                  .with("layers", layers));
    } else {
      layers.add(Spec.of("dense").with("units", Piece.KEYS));
    }
    return Spec.of(SequenceModel.KIND).with("input-size", layout.features()).with("layers", layers);
  }

  /** A bias of the keys with which as many of them sound as in pieces. */
  private static Spec bias(List<Piece> pieces) {
    long notes = pieces.stream().flatMap(it -> it.chords().stream()).mapToLong(List::size).sum();
    long keys = pieces.stream().mapToLong(Piece::steps).sum() * Piece.KEYS;
    double odds = (notes + 1.0) / (keys - notes + 1.0);
    return Spec.of("constant").with("value", StrictMath.log(odds));
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            DATA.help(
                "pieces, as for training; of several parts, test is scored, else valid, and the baselines are fitted to train"),
            STEPS_PER_BEAT.or(_ -> null, "as the model was trained")),
        (model, settings) -> {
          int steps =
              settings.find(STEPS_PER_BEAT).orElseGet(() -> model.musicGenerator().stepsPerBeat());
          MusicFiles files = MusicFiles.read(settings.get(DATA), steps);
          String part = files.scored();
          return MusicScores.of(model, files.pieces(part), part, files.fitted());
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(MusicAbility.predict());
  }
}

package dev.comporta.tasks.memory;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.JsonSequences;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.BitProblem;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task that tests whether a model stores vectors of bits and answers with some of them (see
 * {@link BitProblem}): recurrent layers and a dense layer with a logit for each bit; new sequences
 * in every update. The name of the task is the key of the answer in JSON.
 */
abstract class MemoryTask implements Task {
  static final Option<Integer> LENGTH =
      Option.whole("length", 1)
          .in(Group.DATA)
          .help("vectors of the longest sequence in training; the shortest has one");
  static final Option<Integer> TEST_LENGTH =
      Option.whole("test-length", 1)
          .or(it -> it.get(LENGTH), "--length")
          .in(Group.EVALUATION)
          .help("vectors of each sequence of the test");
  static final Option<Integer> BITS =
      Option.size("bits", 1).in(Group.DATA).help("bits of each vector");

  private static final Option<Double> GOAL =
      Option.real("goal", 0, 1)
          .or(0.001)
          .in(Group.EVALUATION)
          .free()
          .help("loss per bit, in nats, at which training ends; 0 to do all updates");

  private static final Spec LOSS = Spec.of("binary-cross-entropy");
  private static final int CHUNKS = 100;
  private static final int TESTED = 64;

  private final Form form;

  /**
   * A task.
   *
   * @param form of its sequences
   */
  MemoryTask(Form form) {
    this.form = form;
  }

  /**
   * What the sequences of a task look like.
   *
   * @param longest the option with the length of the longest sequence in training
   * @param tested the option with the length of each sequence of the test
   * @param shortest the length of the shortest sequence
   * @param counted what a length counts, in the plural
   * @param channels the numbers of each input besides the bits
   * @param given how many of them a user gives after the bits of a vector
   * @param example of a user's sequence, for help
   */
  record Form(
      Option<Integer> longest,
      Option<Integer> tested,
      int shortest,
      String counted,
      int channels,
      int given,
      String example) {}

  /**
   * The options.
   *
   * @param sizes those of the sequences
   */
  final Options options(Options sizes, Spec cell, TrainingDefaults defaults) {
    return sizes
        .and(
            Options.of(
                CELL.or(cell), LAYERS.or(1), HIDDEN.or(100), BATCH.or(16), form.tested(), GOAL))
        .and(TrainingOptions.of(name(), defaults));
  }

  /** The number of timesteps of a sequence. */
  abstract long timesteps(Settings settings, int length);

  abstract ChunkSource sequences(
      Settings settings, RandomSource random, int shortest, int longest, int rows, int chunks);

  /**
   * The batch that asks about a user's sequence.
   *
   * @param settings of the training
   * @param given one row, checked by {@link GivenBits}
   * @param where where the sequence is, such as {@code line 3 of bits.json}
   */
  abstract Batch asking(Settings settings, Batch given, String where);

  @Override
  public final String describe(double loss) {
    return formatted("%.5f nats per bit", loss);
  }

  @Override
  public final StepSize stepSize(Settings settings) {
    long timesteps = timesteps(settings, settings.get(form.longest()));
    return new StepSize((int) Math.min(timesteps, Integer.MAX_VALUE), settings.get(BATCH));
  }

  @Override
  public final Experiment open(Settings settings, TaskContext context) {
    int bits = settings.get(BITS);
    int longest = settings.get(form.longest());
    int batch = settings.get(BATCH);
    List<Spec> layers = new ArrayList<>(LayerOptions.recurrent(settings));
    layers.add(Spec.of("dense").with("units", bits));
    Spec model =
        Spec.of(SequenceModel.KIND)
            .with("input-size", bits + form.channels())
            .with("layers", layers);
    var random = new CounterRandom(settings.get(SEED)).stream(name());
    int chunks = Math.ceilDiv(TESTED, batch);
    int tested = settings.get(form.tested());
    ChunkSource test = sequences(settings, random.stream("test"), tested, tested, batch, chunks);
    return new Experiment(
        new Experiment.DataSource(formatted("sequences of the task %s", name()), ""),
        Recipe.of(model, LOSS).until(settings.get(GOAL)),
        sequences(settings, random.stream("training"), form.shortest(), longest, batch, CHUNKS),
        sequences(settings, random.stream("validation"), form.shortest(), longest, batch, chunks),
        formatted(
            "%d sequences of %d to %,d %s per update",
            batch, form.shortest(), longest, form.counted()),
        trained -> score(trained, test));
  }

  /** The number of wrong bits in each sequence, on average. */
  private static Score score(LoadedModel model, ChunkSource data) {
    int bits = model.network().outputSize();
    long wrong = 0;
    long sequences = 0;
    long all = 0;
    for (int chunk = 0; chunk < data.chunks(); chunk++) {
      Batch batch = data.batch(0, chunk);
      float[] wanted = BitProblem.answers(MemoryAbility.targets(batch), batch);
      float[] outputs = model.with(runner -> runner.predict(batch, runner.newCarry(batch.batch())));
      float[] given = BitProblem.answers(outputs, batch);
      for (int i = 0; i < wanted.length; i++) {
        wrong += wanted[i] == given[i] ? 0 : 1;
      }
      sequences += batch.batch();
      all += wanted.length;
    }
    double each = (double) wrong / sequences;
    double vectors = (double) all / bits / sequences;
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("wrong_bits", each);
    figures.put("vectors", vectors);
    String text =
        formatted(
            "%.3f wrong bits per answer of %.0f vectors of %d bits, over %,d new sequences",
            each, vectors, bits, sequences);
    return Score.lower("wrong_bits", figures, text)
        .against("guessing each bit", 0.5 * bits * vectors);
  }

  @Override
  public final Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            DATA.or(_ -> null, "new sequences")
                .help(formatted("JSON lines with one sequence each, as in %s", form.example())),
            form.longest().or(_ -> null, "as the model was trained"),
            SEED),
        (_, settings) -> {
          settings.requireNotBoth(DATA, form.longest());
          settings.requireNotBoth(DATA, SEED);
        },
        (model, settings) -> {
          Settings trained = trained(model);
          var file = settings.find(DATA);
          if (file.isPresent()) {
            return score(
                model,
                ChunkSource.of(
                    JsonSequences.read(
                        file.get(),
                        given(trained),
                        0,
                        form.example(),
                        (sequence, where) -> asked(trained, sequence, where)),
                    false));
          }
          int length = settings.find(form.longest()).orElseGet(() -> trained.get(form.longest()));
          var random = new CounterRandom(settings.get(SEED)).stream("new");
          return score(model, sequences(trained, random, length, length, 1, TESTED));
        });
  }

  final String example() {
    return form.example();
  }

  /** The numbers of each vector of a user's sequence. */
  final int given(Settings trained) {
    return trained.get(BITS) + form.given();
  }

  final Batch asked(Settings trained, Batch given, String where) {
    GivenBits.require(name(), given, trained.get(BITS), where);
    return asking(trained, given, where);
  }

  @Override
  public final List<Ability> abilities() {
    return List.of(
        Ability.predict(
            formatted("Answer about sequences given as JSON lines, as in %s", form.example()),
            Options.of(AddressingPicture.PICTURE),
            (model, settings, exchange) ->
                new MemoryAbility(this, model, settings, exchange).run()));
  }
}

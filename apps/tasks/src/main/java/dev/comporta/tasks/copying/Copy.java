package dev.comporta.tasks.copying;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.model.Spec;
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
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.CopyProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The copy task of neural Turing machines: can a model store a sequence of random vectors and give
 * it back, also one that is longer than those in training (see {@link CopyProblem})? Recurrent
 * layers and a dense layer with a logit for each bit; new sequences in every update.
 */
public final class Copy implements Task {
  /** Called by the service loader. */
  public Copy() {}

  private static final String NAME = "copy";
  private static final Spec LOSS = Spec.of("binary-cross-entropy");
  private static final int CHUNKS = 100;
  private static final int TESTED = 64;

  private static final Option<Integer> LENGTH =
      Option.whole("length", 1)
          .or(20)
          .in(Group.DATA)
          .help("vectors of the longest sequence in training; the shortest has one");
  private static final Option<Integer> BITS =
      Option.size("bits", 1).or(8).in(Group.DATA).help("bits of each vector");
  private static final Option<Integer> TEST_LENGTH =
      Option.whole("test-length", 1)
          .or(it -> it.get(LENGTH), "--length")
          .in(Group.EVALUATION)
          .help("vectors of each sequence of the test");
  private static final Option<Double> GOAL =
      Option.real("goal", 0, 1)
          .or(0.001)
          .in(Group.EVALUATION)
          .free()
          .help("loss per bit, in nats, at which training ends; 0 to do all updates");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model that stores a sequence of random bits and gives it back, as neural Turing machines do";
  }

  @Override
  public String describe(double loss) {
    return formatted("%.5f nats per bit", loss);
  }

  @Override
  public Options options() {
    return Options.of(
            LENGTH,
            BITS,
            CELL.or(Spec.of("neural-turing-machine")),
            LAYERS.or(1),
            HIDDEN.or(100),
            BATCH.or(16),
            TEST_LENGTH,
            GOAL)
        .and(TrainingOptions.of(NAME, TrainingDefaults.steps(10_000, 0.001)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(2 * settings.get(LENGTH) + 1, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    int bits = settings.get(BITS);
    int length = settings.get(LENGTH);
    int batch = settings.get(BATCH);
    List<Spec> layers = new ArrayList<>(LayerOptions.recurrent(settings));
    layers.add(Spec.of("dense").with("units", bits));
    Spec model = Spec.of(SequenceModel.KIND).with("input-size", bits + 1).with("layers", layers);
    var random = new CounterRandom(settings.get(SEED)).stream(NAME);
    int tested = Math.ceilDiv(TESTED, batch);
    int testLength = settings.get(TEST_LENGTH);
    return new Experiment(
        new Experiment.DataSource("sequences of the copy task", ""),
        Recipe.of(model, LOSS).until(settings.get(GOAL)),
        new CopyProblem(random.stream("training"), 1, length, bits, batch, CHUNKS),
        new CopyProblem(random.stream("validation"), 1, length, bits, batch, tested),
        formatted("%d sequences of 1 to %,d vectors per update", batch, length),
        trained ->
            score(
                trained,
                new CopyProblem(
                    random.stream("test"), testLength, testLength, bits, batch, tested)));
  }

  private static int bits(LoadedModel model) {
    return model.network().outputSize();
  }

  /** The number of wrong bits in each sequence, on average. */
  private static Score score(LoadedModel model, ChunkSource data) {
    int bits = bits(model);
    long wrong = 0;
    long sequences = 0;
    long vectors = 0;
    for (int chunk = 0; chunk < data.chunks(); chunk++) {
      Batch batch = data.batch(0, chunk);
      int length = batch.timesteps() / 2;
      float[] wanted = CopyProblem.answers(Vectors.targets(batch), length, batch.batch(), bits);
      float[] given = copied(model, batch);
      for (int i = 0; i < wanted.length; i++) {
        wrong += wanted[i] == given[i] ? 0 : 1;
      }
      sequences += batch.batch();
      vectors += (long) length * batch.batch();
    }
    double each = (double) wrong / sequences;
    double length = (double) vectors / sequences;
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("wrong_bits", each);
    figures.put("vectors", length);
    String text =
        formatted(
            "%.3f wrong bits per sequence of %.0f vectors of %d bits, over %,d new sequences",
            each, length, bits, sequences);
    return Score.lower("wrong_bits", figures, text)
        .against("guessing each bit", 0.5 * bits * length);
  }

  private static float[] copied(LoadedModel model, Batch batch) {
    float[] outputs = model.with(runner -> runner.predict(batch, runner.newCarry(batch.batch())));
    return CopyProblem.answers(outputs, batch.timesteps() / 2, batch.batch(), bits(model));
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            DATA.or(_ -> null, "new sequences")
                .help("JSON lines with the vectors to copy, as in [[0, 1, 1], [1, 0, 1]]"),
            LENGTH.or(_ -> null, "as the model was trained"),
            SEED),
        (_, settings) -> {
          settings.requireNotBoth(DATA, LENGTH);
          settings.requireNotBoth(DATA, SEED);
        },
        (model, settings) -> {
          var file = settings.find(DATA);
          if (file.isPresent()) {
            return score(
                model,
                ChunkSource.of(
                    JsonSequences.read(file.get(), bits(model), 0, Vectors::asked), false));
          }
          int length = settings.find(LENGTH).orElseGet(() -> trained(model).get(LENGTH));
          var random = new CounterRandom(settings.get(SEED)).stream("new");
          return score(model, new CopyProblem(random, length, length, bits(model), 1, TESTED));
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Copy sequences of bits, given as JSON lines, as in [[0, 1, 1], [1, 0, 1]]",
            Options.of(AddressingPicture.PICTURE),
            (model, settings, exchange) -> new CopyAbility(model, settings, exchange).run()));
  }
}

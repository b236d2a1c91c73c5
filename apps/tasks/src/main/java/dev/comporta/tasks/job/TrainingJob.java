package dev.comporta.tasks.job;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.ModelLoader;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.ScheduledSampling;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingResult;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.data.ChunkSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** One training from a model and its data to a model file: checkpoints, resuming, figures. */
@API(status = API.Status.EXPERIMENTAL)
public final class TrainingJob {
  private final JobSettings settings;
  private final Spec kept;
  private final Data data;
  private Provenance provenance;
  private final @Nullable Checkpoint checkpoint;
  private final Catalog catalog;
  private final Compute compute;
  private final TaskContext context;
  private @Nullable Loss learned;
  private ScheduledSampling sampling = ScheduledSampling.NONE;
  private double goal = Double.NEGATIVE_INFINITY;
  private boolean reached;
  private Map<String, Double> known = Map.of();

  /**
   * What the model learns from.
   *
   * @param name in words, such as a file's name
   * @param sha256 of what is in it; empty for data that are generated
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Data(String name, String sha256) {}

  /**
   * How training ended.
   *
   * @param result losses and counts
   * @param seconds that it took
   * @param tokens timesteps trained on in this run
   * @param stopped whether somebody asked for a stop before training had ended
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Outcome(TrainingResult result, double seconds, long tokens, boolean stopped) {}

  /**
   * A job.
   *
   * @param settings how to train
   * @param kept what the parameters depend on, for the model file
   * @param data what it learns from
   * @param checkpoint what to go on from, or null
   * @param catalog where names are found
   * @param compute what to compute with
   * @param context who watches and who may stop it
   */
  public TrainingJob(
      JobSettings settings,
      Spec kept,
      Data data,
      @Nullable Checkpoint checkpoint,
      Catalog catalog,
      Compute compute,
      TaskContext context) {
    this.settings = settings;
    this.kept = kept;
    this.data = data;
    this.checkpoint = checkpoint;
    this.catalog = catalog;
    this.compute = compute;
    this.context = context;
    this.provenance = provenance(kept);
    if (checkpoint != null) {
      requireSameData(checkpoint.model().provenance(), data);
    }
  }

  private Provenance provenance(Spec trainedWith) {
    return Provenance.of(
        context.version(), settings.seed(), data.name(), data.sha256(), trainedWith);
  }

  private static void requireSameData(Provenance trained, Data data) {
    if (!trained.dataSha256().equals(data.sha256())) {
      throw new ComportaException(
          formatted(
              "[resume] the checkpoint was trained on %s with SHA-256 %s, but %s has %s; give the same text with --text",
              trained.data(), trained.dataSha256(), data.name(), data.sha256()));
    }
  }

  /**
   * The model to train: the checkpoint's, or a new one, each parameter filled as its layer says.
   *
   * @param spec what a new model is made of
   * @return the model
   * @throws ComportaException if the checkpoint's cannot be built
   */
  public SequenceModel model(Spec spec) {
    return model(spec, ParameterSpec::initializer);
  }

  /**
   * The model to train: the checkpoint's, or a new one.
   *
   * @param spec what a new model is made of
   * @param initializer says how each parameter of a new model starts; names are those of the model
   * @return the model
   * @throws ComportaException if the checkpoint's cannot be built
   */
  public SequenceModel model(Spec spec, Function<ParameterSpec, Spec> initializer) {
    if (checkpoint != null) {
      if (!checkpoint.model().spec().equals(spec)) {
        throw new ComportaException(
            "[resume] expected the checkpoint to hold the model that its settings describe but it holds another; train anew without --resume");
      }
      return ModelLoader.load(checkpoint.model(), "the checkpoint", catalog);
    }
    SequenceModel model = SequenceModel.build(spec, catalog);
    RandomSource random = new CounterRandom(settings.seed()).stream("parameters");
    for (ParameterSpec parameter : model.parameterSpecs()) {
      catalog
          .build(
              Kind.INITIALIZER,
              initializer.apply(parameter),
              (provider, options) -> provider.create(options))
          .fill(
              parameter,
              model.parameters().values(),
              model.parameters().get(parameter.name()).offset(),
              random.stream(parameter.name()));
    }
    model.parameters().changed();
    return model;
  }

  /**
   * Ends training once the validation loss is below a number, before all updates are done.
   *
   * @param loss the number
   * @return this job
   */
  public TrainingJob until(double loss) {
    this.goal = loss;
    return this;
  }

  /**
   * Keeps figures in the model file that are known before training.
   *
   * @param figures by name
   * @return this job
   */
  public TrainingJob keeping(Map<String, Double> figures) {
    this.known = new LinkedHashMap<>(figures); // in their order
    return this;
  }

  /**
   * Makes another loss small than is measured on the validation data.
   *
   * @param loss such as one that smooths labels
   * @return this job
   */
  public TrainingJob learningBy(Loss loss) {
    this.learned = loss;
    return this;
  }

  /**
   * Shows a decoder some of its own answers while it learns.
   *
   * @param rule how many
   * @return this job
   */
  public TrainingJob sampling(ScheduledSampling rule) {
    this.sampling = rule;
    return this;
  }

  /**
   * Trains to the end, or until somebody asks for a stop.
   *
   * @param model what to train
   * @param runner runs this model
   * @param loss what to measure, and to make small unless there is another
   * @param training what to learn from
   * @param validation what to measure with at the end of each epoch, or null
   * @param vocabularies what a file of this model holds beside its tensors
   * @return how it ended
   * @throws ComportaException before the first update if no file can hold the model with its names
   *     and vocabularies
   */
  public Outcome train(
      SequenceModel model,
      ModelRunner runner,
      Loss loss,
      ChunkSource training,
      @Nullable ChunkSource validation,
      List<Vocabulary> vocabularies) {
    MethodSettings methods = settings.methods();
    methods.requireValidation(validation != null);
    ModelFiles.rehearse(settings.out(), with(file(model, vocabularies), known));
    TrainingRules rules = settings.rules(Objects.requireNonNullElse(learned, loss), catalog);
    long updates = Math.ceilDiv(training.chunks(), rules.accumulate()); // of an epoch
    long steps = settings.steps() > 0 ? settings.steps() : settings.epochs() * updates;
    TrainingSettings numbers =
        new TrainingSettings(
            steps,
            baseRate(model, runner, rules.loss(), training),
            settings.seed(),
            settings.checkpointEvery());
    Trainer trainer =
        new Trainer(model, runner, compute.workers(), rules, numbers, training, validation)
            .checkpoints(state ->
                Checkpoints.write(
                    settings.checkpoint(),
                    TrainingStates.toCheckpoint(file(model, vocabularies), state)))
            .validating(methods.validationRules().measuring(loss))
            .averaging(methods.averaging())
            .sampling(sampling)
            .bestModels((step, best) -> keepBest(model, vocabularies, best))
            .stopWhen(() -> reached || context.interruption().requested());
    long before = 0;
    if (checkpoint != null) {
      var state = TrainingStates.fromCheckpoint(checkpoint);
      before = state.tokens();
      trainer.resume(state);
    }
    Checkpoints.rehearse(
        settings.checkpoint(),
        TrainingStates.toCheckpoint(file(model, vocabularies), trainer.state()));
    long start = System.nanoTime();
    TrainingResult result;
    try (Recording.Open recording =
        settings.recording().open(model.parameters(), provenance.hyperParameters(), steps)) {
      trainer.listener(event -> {
        context.listener().on(event);
        recording.on(event);
        reached |= event instanceof TrainingEvent.Validated at && at.loss() < goal;
      });
      result = context.interruption().heeding(trainer::train);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    boolean stopped = result.stopped() && !reached;
    if (stopped) {
      context
          .log()
          .accept(
              formatted(
                  "stopped after step %d; go on with: comporta train %s --resume %s",
                  result.steps(), settings.task(), settings.checkpoint()));
    }
    if (result.early()) {
      context
          .log()
          .accept(
              formatted(
                  "ended after step %d: no gain in %d validations; the lowest loss was %.4f after step %d",
                  result.steps(), methods.patience(), result.bestLoss(), result.bestStep()));
    }
    return new Outcome(result, seconds, result.tokens() - before, stopped);
  }

  private void keepBest(SequenceModel model, List<Vocabulary> vocabularies, double loss) {
    if (settings.methods().keepBest()) {
      ModelFiles.write(
          settings.best(), file(model, vocabularies).withMetric("validation_loss", loss));
    }
  }

  /** The base learning rate: as set, or as found, and then kept like one that was set. */
  private double baseRate(
      SequenceModel model, ModelRunner runner, Loss loss, ChunkSource training) {
    TrainingRules rules = settings.rules(loss, catalog);
    double otherwise = settings.baseRate(rules.optimizer());
    RateSearch search = settings.search();
    if (search.updates() == 0 || checkpoint != null) {
      return otherwise;
    }
    double found =
        search.find(
            model,
            runner,
            compute.workers(),
            rules,
            training,
            otherwise,
            settings.seed(),
            context.log());
    provenance = provenance(kept.with("learning-rate", found));
    return found * search.scale();
  }

  /** The content of a file with a model. */
  private ModelFile file(SequenceModel model, List<Vocabulary> vocabularies) {
    return new ModelFile(
        model.spec(),
        ModelFile.of(model.spec(), model.parameters(), provenance).tensors(),
        vocabularies,
        provenance,
        known);
  }

  /**
   * Writes the model file.
   *
   * @param model the trained model
   * @param vocabularies what the file holds beside its tensors
   * @param metrics figures by name; those that are not finite are left out
   * @throws ComportaException if a parameter is NaN or infinite; the file is not written then
   */
  public void save(
      SequenceModel model, List<Vocabulary> vocabularies, Map<String, Double> metrics) {
    ModelFile file = file(model, vocabularies);
    file.requireFinite("the trained model");
    ModelFiles.write(settings.out(), with(with(file, metrics), known));
  }

  private static ModelFile with(ModelFile file, Map<String, Double> metrics) {
    ModelFile all = file;
    for (var metric : metrics.entrySet()) {
      if (Double.isFinite(metric.getValue())) {
        all = all.withMetric(metric.getKey(), metric.getValue());
      }
    }
    return all;
  }

  /**
   * The figures that every training reports, for {@code --json}.
   *
   * @param model the trained model
   * @param outcome how it ended
   * @param more the task's own figures, which follow those of training
   * @return by name, in order; null where a figure does not exist
   */
  public Map<String, @Nullable Object> figures(
      SequenceModel model, Outcome outcome, Map<String, Double> more) {
    TrainingResult result = outcome.result();
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("task", settings.task());
    figures.put("steps", result.steps());
    figures.put("tokens", result.tokens());
    figures.put("seconds", outcome.seconds());
    figures.put("tokens_per_second", finite(outcome.tokens() / outcome.seconds()));
    figures.put("train_loss", finite(result.trainLoss()));
    figures.put("validation_loss", finite(result.validationLoss()));
    more.forEach((name, value) -> figures.put(name, finite(value)));
    figures.put("parameters", model.parameters().count());
    figures.put("threads", compute.workers().threads());
    figures.put("backend", compute.backend().name());
    figures.put("model", (outcome.stopped() ? settings.checkpoint() : settings.out()).toString());
    return figures;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

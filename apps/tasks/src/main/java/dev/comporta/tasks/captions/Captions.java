package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.training.Loss;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.TaskReport;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.Outputs;
import dev.comporta.tasks.job.Resumption;
import dev.comporta.tasks.job.TrainingJob;
import dev.comporta.tensor.CounterRandom;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apiguardian.api.API;

/**
 * Captions of small scenes, from a vector to a sequence: convolutions read a picture, a GRU with
 * additive attention over its places writes what it shows (Xu et al. 2015). Scenes are drawn, and
 * described by a grammar, as they are needed; those that the model is measured with have
 * combinations that training has not.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Captions implements Task {
  private static final int VALIDATION_BATCHES = 20;
  private static final int MEASURED = 2000;
  private static final int SAMPLES = 5;

  private final Catalog catalog;
  private final ComputeFactory computers;

  /**
   * Creates the task.
   *
   * @param catalog where cells, layers and rules are found
   * @param computers opens what it computes with
   */
  @Inject
  public Captions(Catalog catalog, ComputeFactory computers) {
    this.catalog = catalog;
    this.computers = computers;
  }

  @Override
  public String name() {
    return CaptionSettings.TASK;
  }

  @Override
  public String description() {
    return "what a picture shows, in words: scenes drawn and described by seed, with attention (Xu et al. 2015)";
  }

  @Override
  public String unit() {
    return "word";
  }

  @Override
  public List<TaskOption> options() {
    return CaptionSettings.options();
  }

  @Override
  public TaskReport run(Spec given, TaskContext context) {
    Resumption resumption =
        Resumption.of(given, Set.of(), it -> CaptionSettings.read(it).kept(), context.log());
    CaptionSettings settings = CaptionSettings.read(resumption.settings());
    JobSettings job = settings.job();
    settings.cell().requireUsable(catalog, settings.hidden());
    if (settings.attends()) {
      catalog.find(Kind.ATTENTION, settings.score().name());
    }
    try (Outputs _ = job.claim(catalog, context.log());
        Compute compute = computers.open(job.compute())) {
      TrainingJob training =
          new TrainingJob(
              job,
              settings.kept(),
              new TrainingJob.Data("drawn scenes and their captions", ""),
              resumption.checkpoint(),
              catalog,
              compute,
              context);
      return train(settings, training, compute, context);
    }
  }

  /** Kernels before rectifiers start by He et al. 2015, so that what they give keeps its size. */
  private static Spec initializer(ParameterSpec parameter) {
    boolean rectified = parameter.name().startsWith("encoder.") && parameter.name().endsWith(".W");
    return rectified ? Spec.of("he-normal") : parameter.initializer();
  }

  private TaskReport train(
      CaptionSettings settings, TrainingJob job, Compute compute, TaskContext context) {
    var vocabulary = CaptionModel.words();
    CaptionModel model =
        new CaptionModel(
            job.model(settings.model(vocabulary.size()), Captions::initializer), vocabulary);
    ModelRunner runner = compute.runner(model.model());
    RandomSource random = new CounterRandom(settings.job().seed()).stream("scenes");
    int batch = settings.batch();
    int chunks = settings.scenes() / batch;
    context
        .log()
        .accept(
            formatted(
                "training %,d parameters (%s, hidden %d, attention %s) on %s: %,d updates of %d scenes an epoch, %d words",
                model.model().parameters().count(),
                settings.cell(),
                settings.hidden(),
                settings.attention(),
                compute.description(),
                chunks,
                batch,
                vocabulary.size()));
    Loss loss =
        catalog.build(
            Kind.LOSS, Spec.of("cross-entropy"), (provider, options) -> provider.create(options));
    TrainingJob.Outcome outcome =
        job.train(
            model.model(),
            runner,
            loss,
            new SceneExamples(
                random.stream("training"), Scene.Share.TRAINING, vocabulary, batch, chunks),
            new SceneExamples(
                random.stream("validation"),
                Scene.Share.VALIDATION,
                vocabulary,
                batch,
                VALIDATION_BATCHES),
            model.vocabulariesForFile());
    if (outcome.stopped()) {
      return new TaskReport(job.figures(model.model(), outcome, Map.of()), "", true);
    }
    StringBuilder text = new StringBuilder();
    long seed = settings.job().seed();
    samples(model, runner, seed, text);
    CaptionScores measured =
        new CaptionEvaluation(model, BeamSettings.GREEDY, MEASURED, seed).measure(runner);
    text.append(measured.text());
    Map<String, Double> more = new LinkedHashMap<>();
    more.put("exact_meaning", measured.exactMeaning());
    more.put("test_scenes", (double) MEASURED);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train_loss", outcome.result().trainLoss());
    metrics.put("validation_loss", outcome.result().validationLoss());
    metrics.putAll(more);
    job.save(model.model(), model.vocabulariesForFile(), metrics);
    text.append(formatted("saved %s%n", settings.job().out()));
    return new TaskReport(job.figures(model.model(), outcome, more), text.toString(), false);
  }

  /** Some scenes as they were meant and as the model says them. */
  private static void samples(
      CaptionModel model, ModelRunner runner, long seed, StringBuilder text) {
    List<Scene> scenes =
        LongStream.range(0, SAMPLES).mapToObj(i -> CaptionEvaluation.scene(seed, i)).toList();
    List<BufferedImage> pictures = new ArrayList<>();
    scenes.forEach(scene -> pictures.add(SceneDrawing.of(scene, model.side())));
    List<Caption> captions = model.caption(pictures, BeamSettings.GREEDY, runner);
    for (int i = 0; i < SAMPLES; i++) {
      text.append(
          formatted(
              "%s: %s%n",
              Statement.verdict(captions.get(i).best(), scenes.get(i)).words(),
              captions.get(i).best()));
    }
  }
}

package dev.comporta.tasks.wordlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.TaskReport;
import dev.comporta.tasks.TrainingOutline;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.Outputs;
import dev.comporta.tasks.job.Resumption;
import dev.comporta.tasks.job.TrainingJob;
import dev.comporta.tasks.job.TrainingMemory;
import dev.comporta.training.MemoryEstimate;
import dev.comporta.training.TrainingResult;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.WittenBellModel;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Trains a model of the words of a text, one sentence a line, by the recipes of Zaremba, Sutskever
 * and Vinyals 2014, and compares it with a count model on the same words.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class WordLm implements Task {
  private static final Sampler SAMPLER = new Sampler(0.8, 0, 1);

  private final Catalog catalog;
  private final ComputeFactory computers;

  /**
   * Creates the task.
   *
   * @param catalog where cells, layers and rules are found
   * @param computers opens what it computes with
   */
  @Inject
  public WordLm(Catalog catalog, ComputeFactory computers) {
    this.catalog = catalog;
    this.computers = computers;
  }

  @Override
  public String name() {
    return WordLmSettings.TASK;
  }

  @Override
  public String description() {
    return "a recurrent model of the words of a text, one sentence a line (Zaremba et al. 2014)";
  }

  @Override
  public String unit() {
    return "word";
  }

  @Override
  public String describe(double loss) {
    return formatted("loss %.4f nats, perplexity %.2f", loss, Math.exp(loss));
  }

  @Override
  public List<TaskOption> options() {
    return WordLmSettings.options();
  }

  @Override
  public TrainingOutline outline(Spec given, TaskContext context) {
    Resumption resumption = resumption(given, context);
    WordLmSettings settings = WordLmSettings.read(resumption.settings());
    settings.cell().requireUsable(catalog, settings.hidden());
    catalog.find(Kind.OPTIMIZER, settings.job().optimizer().name());
    try (WordLmData data = WordLmData.read(settings, context.log())) {
      TrainingMemory.requireDescribable(roughMemory(settings, data));
      return outline(settings, data);
    }
  }

  private static Resumption resumption(Spec given, TaskContext context) {
    return Resumption.of(
        given, WordLmSettings.FREE_ON_RESUME, it -> WordLmSettings.read(it).kept(), context.log());
  }

  private static TrainingOutline outline(WordLmSettings settings, WordLmData data) {
    return settings
        .job()
        .outline(
            WordModel.spec(settings, data.vocabulary().size()),
            WordModel.LOSS,
            TrainingMemory.sizes(data.training(settings), data.validationChunks()));
  }

  private MemoryEstimate roughMemory(WordLmSettings settings, WordLmData data) {
    return settings.memory(
        data.vocabulary().size(), settings.job().optimizer(catalog).slots().size());
  }

  @Override
  public TaskReport run(Spec given, TaskContext context) {
    Resumption resumption = resumption(given, context);
    WordLmSettings settings = WordLmSettings.read(resumption.settings());
    JobSettings job = settings.trainerJob();
    settings.cell().requireUsable(catalog, settings.hidden());
    try (Outputs _ = job.claim(catalog, context.log())) {
      return train(settings, job, resumption, context);
    }
  }

  private TaskReport train(
      WordLmSettings settings, JobSettings job, Resumption resumption, TaskContext context) {
    try (WordLmData data = WordLmData.read(settings, context.log())) {
      try (Compute compute = computers.open(job.compute())) {
        TrainingMemory.require(
            roughMemory(settings, data),
            () -> outline(settings, data),
            catalog,
            compute,
            context.log());
        TrainingJob training =
            new TrainingJob(
                job,
                settings.kept(),
                new TrainingJob.Data(data.name(), data.sha256()),
                resumption.checkpoint(),
                catalog,
                compute,
                context);
        return train(settings, data, training, compute, context);
      }
    }
  }

  private TaskReport train(
      WordLmSettings settings,
      WordLmData data,
      TrainingJob job,
      Compute compute,
      TaskContext context) {
    double range = settings.initialRange();
    Spec initializer = Spec.of("uniform").with("low", -range).with("high", range);
    WordModel model =
        new WordModel(
            job.model(WordModel.spec(settings, data.vocabulary().size()), parameter -> initializer),
            data.vocabulary());
    ModelRunner runner = compute.runner(model.model());
    StreamBatcher training = data.training(settings);
    double baseline = baseline(settings, data, context);
    context
        .log()
        .accept(
            formatted(
                "training %,d parameters (%s, %d x %d) on %s: %,d chunks of %d x %d words an epoch",
                model.model().parameters().count(),
                settings.cell(),
                settings.layers(),
                settings.hidden(),
                compute.description(),
                training.chunks(),
                settings.batch(),
                settings.truncation().k1()));
    List<Vocabulary> vocabularies = List.of(model.vocabularyForFile());
    TrainingJob.Outcome outcome =
        job.train(
            model.model(),
            runner,
            WordModel.loss(catalog),
            training,
            data.validationChunks(),
            vocabularies);
    TrainingResult result = outcome.result();
    Map<String, Double> more = new LinkedHashMap<>();
    more.put("validation_perplexity", Math.exp(result.validationLoss()));
    more.put("baseline_loss", baseline);
    more.put("baseline_perplexity", Math.exp(baseline));
    var figures = job.figures(model.model(), outcome, more);
    if (outcome.stopped()) {
      return new TaskReport(figures, "", true);
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train_loss", result.trainLoss());
    metrics.put("validation_loss", result.validationLoss());
    metrics.put("baseline_loss", baseline);
    job.save(model.model(), vocabularies, metrics);
    return new TaskReport(figures, summary(settings, model, runner, result, baseline), false);
  }

  private static double baseline(WordLmSettings settings, WordLmData data, TaskContext context) {
    int[] training = data.trainingInMemory();
    IdSequence validation = data.validation();
    if (training == null || validation == null) {
      return Double.NaN;
    }
    WittenBellModel counts =
        WittenBellModel.train(training, data.vocabulary().size(), settings.baselineOrder());
    double loss = counts.loss(WordLmData.array(validation));
    context
        .log()
        .accept(
            formatted(
                "baseline: a Witten-Bell count model with contexts of 0 to %d words has a validation perplexity of %.2f",
                settings.baselineOrder(), Math.exp(loss)));
    return loss;
  }

  private static String summary(
      WordLmSettings settings,
      WordModel model,
      ModelRunner runner,
      TrainingResult result,
      double baseline) {
    StringBuilder summary = new StringBuilder();
    if (!settings.validationText().isEmpty()) {
      summary.append(
          formatted(
              "validation perplexity %.2f (loss %.4f nats)",
              Math.exp(result.validationLoss()), result.validationLoss()));
      summary.append(
          Double.isNaN(baseline)
              ? formatted("%n")
              : formatted(", baseline %.2f%n", Math.exp(baseline)));
    }
    summary.append(formatted("saved %s%n", settings.job().out()));
    if (settings.sample() > 0) {
      String sample = model.generate("", settings.sample(), SAMPLER, settings.job().seed(), runner);
      summary.append(formatted("sample:%n%s%n", sample.strip()));
    }
    return summary.toString();
  }
}

package dev.comporta.tasks.charlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
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
import dev.comporta.training.metrics.Likelihood;
import jakarta.inject.Inject;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Trains a model of a text, character by character or by the bytes and byte pairs that it is made
 * of, and compares it with a count model of its characters on the same split.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CharLm implements Task {
  private final Catalog catalog;
  private final ComputeFactory computers;

  /**
   * Creates the task.
   *
   * @param catalog where cells, layers and rules are found
   * @param computers opens what it computes with
   */
  @Inject
  public CharLm(Catalog catalog, ComputeFactory computers) {
    this.catalog = catalog;
    this.computers = computers;
  }

  @Override
  public String name() {
    return CharLmSettings.TASK;
  }

  @Override
  public String description() {
    return "a recurrent model of the characters or byte pairs of a text, beside a Witten-Bell count model";
  }

  @Override
  public String unit() {
    return "token"; // characters are, unless --tokens says otherwise
  }

  @Override
  public String describe(double loss) {
    return formatted("loss %.4f nats, %.3f bits", loss, Likelihood.bits(loss));
  }

  @Override
  public List<TaskOption> options() {
    return CharLmSettings.options();
  }

  @Override
  public TrainingOutline outline(Spec given, TaskContext context) {
    Resumption resumption = resumption(given, context);
    CharLmSettings settings = CharLmSettings.read(resumption.settings());
    settings.cell().requireUsable(catalog, settings.hidden());
    catalog.find(Kind.OPTIMIZER, settings.job().optimizer().name());
    CharLmData data = CharLmData.read(settings, context.log());
    TrainingMemory.requireDescribable(roughMemory(settings, data));
    return outline(settings, data);
  }

  private static Resumption resumption(Spec given, TaskContext context) {
    return Resumption.of(
        given,
        CharLmSettings.FREE_ON_RESUME,
        it -> CharLmSettings.kept(it, CharLmSettings.read(it)),
        context.log());
  }

  private static TrainingOutline outline(CharLmSettings settings, CharLmData data) {
    return settings
        .job()
        .outline(
            TextModel.spec(settings, data.tokens().size()),
            TextModel.lossSpec(settings.labelSmoothing()),
            TrainingMemory.sizes(data.training(settings), data.validation()));
  }

  private MemoryEstimate roughMemory(CharLmSettings settings, CharLmData data) {
    return settings.memory(data.tokens().size(), settings.job().optimizer(catalog).slots().size());
  }

  @Override
  public TaskReport run(Spec given, TaskContext context) {
    Resumption resumption = resumption(given, context);
    CharLmSettings settings = CharLmSettings.read(resumption.settings());
    settings.cell().requireUsable(catalog, settings.hidden());
    try (Outputs _ = settings.job().claim(catalog, context.log())) {
      return train(settings, resumption, context);
    }
  }

  private TaskReport train(CharLmSettings settings, Resumption resumption, TaskContext context) {
    JobSettings job = settings.job();
    CharLmData data = CharLmData.read(settings, context.log());
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
              CharLmSettings.kept(resumption.settings(), settings),
              new TrainingJob.Data(data.corpus().name(), data.sha256()),
              resumption.checkpoint(),
              catalog,
              compute,
              context);
      return new CharLmRun(settings, data, training, compute, catalog, context).run();
    }
  }
}

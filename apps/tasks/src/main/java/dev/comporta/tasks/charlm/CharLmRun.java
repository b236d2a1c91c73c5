package dev.comporta.tasks.charlm;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskReport;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Trainer;
import dev.comporta.training.TrainingResult;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.TrainingSettings;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.WittenBellModel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One training from data to model file. */
final class CharLmRun {
  private static final double LN_2 = Math.log(2);
  private static final Sampler SAMPLER = new Sampler(0.8, 0, 1);

  private final CharLmSettings settings;
  private final CharLmData data;
  private final Compute compute;
  private final Catalog catalog;
  private final TaskContext context;
  private final Provenance provenance;

  CharLmRun(
      CharLmSettings settings,
      Spec kept,
      CharLmData data,
      Compute compute,
      Catalog catalog,
      TaskContext context) {
    this.settings = settings;
    this.data = data;
    this.compute = compute;
    this.catalog = catalog;
    this.context = context;
    this.provenance =
        Provenance.of(
            context.version(), settings.seed(), data.corpus().name(), data.sha256(), kept);
  }

  TaskReport run(@Nullable Checkpoint checkpoint) {
    CharacterModel model = model(checkpoint);
    ModelRunner runner = compute.runner(model.model());
    StreamBatcher training =
        new StreamBatcher(data.split().training(), settings.batch(), settings.chunk());
    Trainer trainer = trainer(model, runner, training);
    long before = 0;
    if (checkpoint != null) {
      var state = TrainingStates.fromCheckpoint(checkpoint);
      before = state.tokens();
      trainer.resume(state);
    }
    double baseline = baseline();
    context.log().accept(describe(model, training));
    long start = System.nanoTime();
    TrainingResult result = context.interruption().heeding(trainer::train);
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<String, @Nullable Object> figures =
        figures(model, result, baseline, seconds, result.tokens() - before);
    if (result.stopped()) {
      String resume =
          "stopped after step %d; go on with: comporta train char-lm --resume %s"
              .formatted(result.steps(), settings.checkpoint());
      context.log().accept(resume);
      return new TaskReport(figures, "", true);
    }
    save(model, result, baseline);
    return new TaskReport(figures, summary(model, runner, result, baseline), false);
  }

  private CharacterModel model(@Nullable Checkpoint checkpoint) {
    if (checkpoint == null) {
      Spec spec = CharacterModel.spec(settings, data.vocabulary().size());
      SequenceModel layers = SequenceModel.build(spec, catalog);
      layers.initialize(catalog, new CounterRandom(settings.seed()).stream("parameters"));
      return new CharacterModel(layers, data.vocabulary());
    }
    String trainedOn = checkpoint.model().provenance().dataSha256();
    if (!trainedOn.equals(data.sha256())) {
      throw new ComportaException(
          "[resume] the checkpoint was trained on %s with SHA-256 %s, but %s has %s; give the same text with --text"
              .formatted(
                  checkpoint.model().provenance().data(),
                  trainedOn,
                  data.corpus().name(),
                  data.sha256()));
    }
    return CharacterModel.of(checkpoint.model(), "the checkpoint", catalog);
  }

  private Trainer trainer(CharacterModel model, ModelRunner runner, StreamBatcher training) {
    TrainingRules rules = CharLmRules.of(settings, catalog);
    long steps =
        settings.steps() > 0 ? settings.steps() : (long) settings.epochs() * training.chunks();
    return new Trainer(
            model.model(),
            runner,
            compute.workers(),
            rules,
            new TrainingSettings(
                steps,
                CharLmRules.learningRate(settings, rules.optimizer()),
                settings.seed(),
                settings.checkpointEvery()),
            training,
            data.hasValidation()
                ? CharacterModel.evaluationChunks(data.split().validation())
                : null)
        .listener(context.listener())
        .checkpoints(state ->
            Checkpoints.write(
                settings.checkpoint(),
                TrainingStates.toCheckpoint(model.toFile(provenance), state)))
        .stopWhen(context.interruption()::requested);
  }

  private double baseline() {
    if (!data.hasValidation()) {
      return Double.NaN;
    }
    double loss =
        WittenBellModel.train(
                data.split().training(), data.vocabulary().size(), settings.baselineOrder())
            .loss(data.split().validation());
    context
        .log()
        .accept(
            "baseline: a Witten-Bell count model with contexts of 0 to %d characters has a validation loss of %.4f nats (%.3f bits per character)"
                .formatted(settings.baselineOrder(), loss, loss / LN_2));
    return loss;
  }

  private String describe(CharacterModel model, StreamBatcher training) {
    return "training %,d parameters (%s, %d x %d) on %s with %d threads: %,d chunks of %d x %d characters an epoch"
        .formatted(
            model.model().parameters().count(),
            settings.cell(),
            settings.layers(),
            settings.hidden(),
            compute.backend().description(),
            compute.workers().threads(),
            training.chunks(),
            settings.batch(),
            settings.chunk());
  }

  private void save(CharacterModel model, TrainingResult result, double baseline) {
    ModelFile file = model.toFile(provenance);
    file = withMetric(file, "train_loss", result.trainLoss());
    file = withMetric(file, "validation_loss", result.validationLoss());
    file = withMetric(file, "baseline_loss", baseline);
    ModelFiles.write(settings.out(), file);
  }

  private static ModelFile withMetric(ModelFile file, String name, double value) {
    return Double.isFinite(value) ? file.withMetric(name, value) : file;
  }

  private Map<String, @Nullable Object> figures(
      CharacterModel model, TrainingResult result, double baseline, double seconds, long tokens) {
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("task", CharLmSettings.TASK);
    figures.put("steps", result.steps());
    figures.put("tokens", result.tokens());
    figures.put("seconds", seconds);
    figures.put("tokens_per_second", finite(tokens / seconds));
    figures.put("train_loss", finite(result.trainLoss()));
    figures.put("validation_loss", finite(result.validationLoss()));
    figures.put("baseline_loss", finite(baseline));
    figures.put("parameters", model.model().parameters().count());
    figures.put("threads", compute.workers().threads());
    figures.put("backend", compute.backend().name());
    figures.put("model", (result.stopped() ? settings.checkpoint() : settings.out()).toString());
    return figures;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private String summary(
      CharacterModel model, ModelRunner runner, TrainingResult result, double baseline) {
    StringBuilder summary = new StringBuilder();
    if (data.hasValidation()) {
      double loss = result.validationLoss();
      summary
          .append(
              "validation loss %.4f nats (%.3f bits per character), baseline %.4f nats (%.3f): "
                  .formatted(loss, loss / LN_2, baseline, baseline / LN_2))
          .append(
              loss < baseline
                  ? "%.1f %% better%n".formatted(100 * (1 - loss / baseline))
                  : "%.1f %% worse%n".formatted(100 * (loss / baseline - 1)));
    }
    summary.append("saved %s%n".formatted(settings.out()));
    if (settings.sample() > 0) {
      String sample =
          new Generator(model, runner).generate("", settings.sample(), SAMPLER, settings.seed());
      summary.append("sample:%n%s%n".formatted(sample.strip()));
    }
    return summary.toString();
  }
}

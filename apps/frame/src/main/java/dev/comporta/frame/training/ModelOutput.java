package dev.comporta.frame.training;

import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.compute.Compute;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.training.TrainingState;
import java.util.List;
import java.util.Map;

/** The files that a run writes: the model, its checkpoints, and the best model so far. */
final class ModelOutput {
  private final RunFiles files;
  private final Recipe recipe;
  private final Experiment.DataSource data;
  private final TaskContext context;
  private Settings settings;

  ModelOutput(
      RunFiles files,
      Settings settings,
      Recipe recipe,
      Experiment.DataSource data,
      Compute compute,
      TaskContext context) {
    this.files = files;
    this.settings = settings.with(TrainingOptions.BACKEND, compute.backend().name());
    this.recipe = recipe;
    this.data = data;
    this.context = context;
  }

  /** Keeps a learning rate that was found as if it had been given. */
  void found(double learningRate) {
    settings = settings.with(TrainingOptions.LEARNING_RATE, learningRate);
  }

  /** The content of a file with this model. */
  ModelFile file(SequenceModel model) {
    Provenance provenance =
        Provenance.of(
                context.version(),
                settings.get(TrainingOptions.SEED),
                data.name(),
                data.sha256(),
                settings.kept())
            .withProviders(
                UsedProviders.of(
                    context.catalog(),
                    List.of(model.spec(), recipe.loss(), recipe.objective(), settings.kept())));
    ModelFile file =
        new ModelFile(
            model.spec(),
            ModelFile.of(model.spec(), model.parameters(), provenance).tensors(),
            recipe.vocabularies(),
            provenance,
            Map.of());
    return with(file, recipe.constants());
  }

  private static ModelFile with(ModelFile file, Map<String, Double> metrics) {
    ModelFile more = file;
    for (var metric : metrics.entrySet()) {
      if (Double.isFinite(metric.getValue())) {
        more = more.withMetric(metric.getKey(), metric.getValue());
      }
    }
    return more;
  }

  /** Fails now if a file with this model could not be written at the end. */
  void rehearse(SequenceModel model) {
    ModelFiles.rehearse(files.out(), file(model));
  }

  /** Fails now if a checkpoint of this state could not be written later. */
  void rehearse(SequenceModel model, TrainingState state) {
    Checkpoints.rehearse(files.checkpoint(), TrainingStates.toCheckpoint(file(model), state));
  }

  void saveCheckpoint(SequenceModel model, TrainingState state) {
    Checkpoints.write(files.checkpoint(), TrainingStates.toCheckpoint(file(model), state));
  }

  void saveBest(SequenceModel model, double loss) {
    ModelFiles.write(files.best(), file(model).withMetric("validation_loss", loss));
  }

  /** Writes the model file; metrics that are not finite are left out. */
  void save(SequenceModel model, Map<String, Double> metrics) {
    ModelFile file = file(model);
    file.requireFinite("the trained model");
    ModelFiles.write(files.out(), with(file, metrics));
  }
}

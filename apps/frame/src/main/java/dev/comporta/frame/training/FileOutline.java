package dev.comporta.frame.training;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.EstimatedChunk;
import dev.comporta.frame.Task;
import dev.comporta.frame.memory.TrainingOutline;
import dev.comporta.frame.options.Settings;
import dev.comporta.serialization.ModelDescription;
import dev.comporta.serialization.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/** How the model of a file would be trained further. */
@API(status = API.Status.EXPERIMENTAL)
public final class FileOutline {
  private FileOutline() {}

  /**
   * Outlines training by cross-entropy, with the sizes that the model was trained with.
   *
   * @param file a model file or a checkpoint
   * @param given timesteps ({@link TruncationOptions#CHUNK}) and rows ({@link LayerOptions#BATCH})
   *     in place of those, if they were given, and what to compute with
   * @param catalog where the task is found that trained the model
   * @return the outline
   * @throws dev.comporta.api.ComportaException if the file or its settings cannot be used
   */
  public static TrainingOutline of(Path file, Settings given, Catalog catalog) {
    ModelDescription description = ModelFiles.describe(file);
    description.provenance().requireProviders(file.toString(), catalog);
    Spec kept = description.provenance().hyperParameters();
    Task task = catalog.find(Task.KIND, kept.name());
    Settings trained = Start.trained(task, kept, file.toString());
    Task.StepSize size = task.stepSize(trained);
    return new TrainingOutline(
        description.spec(),
        Spec.of("cross-entropy"),
        trained.get(TrainingOptions.OPTIMIZER),
        0,
        List.of(
            EstimatedChunk.training(
                Objects.requireNonNull(
                    given.find(TruncationOptions.CHUNK).orElse(size.timesteps())),
                Objects.requireNonNull(given.find(LayerOptions.BATCH).orElse(size.rows())))),
        TrainingOptions.computeChoice(given));
  }
}

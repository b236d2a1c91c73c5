package dev.comporta.tasks;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.ForecastChunk;
import dev.comporta.serialization.ModelDescription;
import dev.comporta.serialization.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** How the model of a file would go on training. */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelFileOutline {
  private static final int DEFAULT_CHUNK = 64;
  private static final int DEFAULT_BATCH = 16;

  private ModelFileOutline() {}

  /**
   * Outlines a training by cross-entropy. What is not given is as the model was trained, as far as
   * the file tells; else 64 timesteps, 16 rows and Adam.
   *
   * @param file a model file or a checkpoint
   * @param chunk timesteps, or null
   * @param batch rows, or null
   * @param compute with what
   * @return the training
   * @throws dev.comporta.api.ComportaException if the file cannot be used
   */
  public static TrainingOutline of(
      Path file, @Nullable Integer chunk, @Nullable Integer batch, ComputeChoice compute) {
    ModelDescription description = ModelFiles.describe(file);
    OptionReader trained = description.provenance().hyperParameters().reader();
    return new TrainingOutline(
        description.spec(),
        Spec.of("cross-entropy"),
        SpecText.parse("optimizer", trained.text("optimizer", "adam")),
        0,
        List.of(
            ForecastChunk.training(
                chunk == null ? trained.count("chunk", 1, DEFAULT_CHUNK) : chunk,
                batch == null ? trained.count("batch", 1, DEFAULT_BATCH) : batch)),
        compute);
  }
}

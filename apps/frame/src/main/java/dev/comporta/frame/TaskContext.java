package dev.comporta.frame;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.TrainingListener;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a running task.
 *
 * @param command how the user starts Comporta, for hints such as {@code ./comporta}
 * @param version the version of Comporta, for the provenance of models
 * @param catalog where providers are found
 * @param log takes lines for the user, one at a time
 * @param listener receives the events of training
 * @param interruption says whether training should stop
 * @param origin the model from which training continues, whose vocabularies and normalisation the
 *     new one takes over; null for a new model
 */
@API(status = API.Status.EXPERIMENTAL)
public record TaskContext(
    String command,
    String version,
    Catalog catalog,
    Consumer<String> log,
    TrainingListener listener,
    Interruption interruption,
    @Nullable ModelFile origin) {
  /**
   * This context with a model from which training continues.
   *
   * @param file the model
   * @return the new context
   */
  public TaskContext from(@Nullable ModelFile file) {
    return new TaskContext(command, version, catalog, log, listener, interruption, file);
  }
}

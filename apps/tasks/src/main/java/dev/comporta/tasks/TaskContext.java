package dev.comporta.tasks;

import dev.comporta.training.TrainingListener;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * What surrounds a running task.
 *
 * @param version the version of Comporta, for the provenance of models
 * @param log takes lines for the person who watches, one at a time
 * @param listener hears the events of training
 * @param interruption says whether training should stop
 */
@API(status = API.Status.EXPERIMENTAL)
public record TaskContext(
    String version, Consumer<String> log, TrainingListener listener, Interruption interruption) {}

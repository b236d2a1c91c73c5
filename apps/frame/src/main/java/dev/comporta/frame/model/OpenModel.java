package dev.comporta.frame.model;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Task;
import dev.comporta.frame.compute.Compute;
import dev.comporta.frame.options.Settings;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import java.nio.file.Path;

/**
 * A model with everything that its file holds, and what it computes with.
 *
 * @param name the name of its file, for messages
 * @param file the vocabularies, metrics, constants and provenance; after training, its tensors are
 *     those of {@code model}
 * @param model the layers with their parameters
 * @param runner runs the model; used by one thread
 * @param compute the backend and its threads
 * @param catalog where providers are found
 */
public record OpenModel(
    String name,
    ModelFile file,
    SequenceModel model,
    ModelRunner runner,
    Compute compute,
    Catalog catalog) {
  /**
   * {@return the model that a file's content describes}
   *
   * @param name the name of the file, for messages
   * @param file the content
   * @param compute the backend and its threads
   * @param catalog where providers are found
   * @throws dev.comporta.api.ComportaException if the content does not describe a whole model
   */
  public static OpenModel of(String name, ModelFile file, Compute compute, Catalog catalog) {
    SequenceModel model = ModelLoader.load(file, name, catalog);
    return new OpenModel(name, file, model, compute.runner(model), compute, catalog);
  }

  /**
   * {@return the model of a file}
   *
   * @param path a model file
   * @param compute the backend and its threads
   * @param catalog where providers are found
   * @throws dev.comporta.api.ComportaException if the file is damaged or not a model file
   */
  public static OpenModel read(Path path, Compute compute, Catalog catalog) {
    return of(path.toString(), ModelFiles.read(path), compute, catalog);
  }

  /** {@return the name of the task that trained the model, as the provenance has it} */
  public String task() {
    return file.provenance().hyperParameters().name();
  }

  /**
   * {@return the settings that the model was trained with}
   *
   * @param task the task that trained it
   */
  public Settings trained(Task task) {
    Spec kept = task.upgraded(file.provenance().hyperParameters());
    return Settings.of(task.name(), task.options(), kept.options());
  }
}

package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.Task;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.serialization.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a training run starts from.
 *
 * @param settings the settings of this run: those given, over those of the checkpoint
 * @param checkpoint the checkpoint from which it continues, or null for a new run
 */
record Start(Settings settings, @Nullable Checkpoint checkpoint) {
  /**
   * Reads the checkpoint that {@code --resume} names, if it is given.
   *
   * @param task the task
   * @param given the settings that were given
   * @param catalog where providers are found
   * @param log takes a line if the newest checkpoint could not be used
   * @return what to start from
   * @throws ComportaException if there is no whole checkpoint, another task wrote it, it holds a
   *     setting that checkpoints do not hold, or a setting differs that may not
   */
  static Start of(Task task, Settings given, Catalog catalog, Consumer<String> log) {
    if (!given.isGiven(TrainingOptions.RESUME)) {
      return new Start(given, null);
    }
    given.requireNotBoth(TrainingOptions.RESUME, TrainingOptions.FROM);
    given.requireEffective(TrainingOptions.FIND_LEARNING_RATE, "a run without --resume", false);
    Path path = given.get(TrainingOptions.RESUME);
    Checkpoints.Newest newest = Checkpoints.newest(path);
    if (newest.note() != null) {
      log.accept(newest.note());
    }
    Provenance provenance = newest.checkpoint().model().provenance();
    provenance.requireProviders(newest.path().toString(), catalog);
    newest.checkpoint().requireFinite(newest.path().toString());
    Spec kept = provenance.hyperParameters();
    if (!kept.name().equals(task.name())) {
      throw new InvalidOptionException(
          formatted(
              "[%s] %s was written by comporta train %s; resume it with that task",
              task.name(), path, kept.name()));
    }
    Settings trained = trained(task, kept, path.toString());
    Optional<Option<?>> change = given.firstChange(trained);
    if (change.isPresent()) {
      throw new InvalidOptionException(
          formatted(
              "[%s] --%s is %s but the checkpoint was trained with %s; leave it out, or train from the start without --resume",
              task.name(),
              change.get().name(),
              given.text(change.get()),
              trained.text(change.get())));
    }
    announceFiles(trained, given, log);
    Settings settings = trained.under(given);
    if (given.isGiven(TrainingOptions.STEPS)) {
      settings = settings.without(TrainingOptions.EPOCHS);
    } else if (given.isGiven(TrainingOptions.EPOCHS)) {
      settings = settings.without(TrainingOptions.STEPS);
    }
    return new Start(withOut(settings, path), newest.checkpoint());
  }

  /**
   * The settings that a file holds.
   *
   * @param task the task that trained the model
   * @param kept what the file holds of its settings
   * @param from the name of the file, for messages
   * @return the settings
   * @throws ComportaException if the file holds a setting that no run stores, such as a file to
   *     write
   */
  static Settings trained(Task task, Spec kept, String from) {
    Options options = task.options();
    Map<String, Object> values = new LinkedHashMap<>();
    task.upgraded(kept)
        .options()
        .forEach((name, value) -> {
          Option<?> option = options.find(task.name(), name);
          if (option.keeping() == Option.Keeping.NEVER) {
            throw new ComportaException(
                formatted(
                    "[%s] %s sets --%s, which only a command line may set; the file was not written by comporta train",
                    task.name(), from, option.name()));
          }
          values.put(name, value);
        });
    return Settings.of(task.name(), options, values).withLegacyValues();
  }

  /**
   * Says which files are read because a model file or a checkpoint names them, and lets it name no
   * device.
   *
   * @param trained the settings that the file holds
   * @param given the settings of this run, which take precedence
   * @param log takes a line for each file
   * @throws ComportaException if the file names something that is neither a file nor a folder
   */
  static void announceFiles(Settings trained, Settings given, Consumer<String> log) {
    for (Option<?> option : trained.options()) {
      if (!given.isGiven(option)
          && trained.isGiven(option)
          && trained.find(option).orElse(null) instanceof Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
          throw new InvalidOptionException(
              formatted(
                  "[%s] the model was trained with --%s %s, which is neither a file nor a folder; give --%s",
                  trained.owner(), option.name(), path, option.name()));
        }
        log.accept(
            formatted("reading %s, as the model was trained with --%s", path, option.name()));
      }
    }
  }

  /** The model belongs next to its checkpoint, unless the user names another file. */
  private static Settings withOut(Settings settings, Path resume) {
    Path name = resume.getFileName();
    String model = name == null ? "" : name.toString().replaceFirst("\\.previous$", "");
    int end = model.length() - RunFiles.CHECKPOINT.length();
    return settings.isGiven(TrainingOptions.OUT) || end < 1 || !model.endsWith(RunFiles.CHECKPOINT)
        ? settings
        : settings.with(TrainingOptions.OUT, resume.resolveSibling(model.substring(0, end)));
  }
}

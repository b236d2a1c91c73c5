package dev.comporta.tasks.job;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.Checkpoints;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a training starts from.
 *
 * @param settings the settings of this run: those given, over those of the checkpoint
 * @param checkpoint what to go on from, or null for a new training
 */
@API(status = API.Status.EXPERIMENTAL)
public record Resumption(Spec settings, @Nullable Checkpoint checkpoint) {
  private static final String ENDING = ".checkpoint";

  /**
   * Reads the checkpoint that {@code --resume} names, if it is given.
   *
   * @param given the settings that were given
   * @param free the task's own settings that a resumed run may change, beside those of {@link
   *     JobSettings} that no parameter depends on
   * @param log takes a line if the newest checkpoint could not be used
   * @return what to start from
   * @throws dev.comporta.api.ComportaException if there is no whole checkpoint, it is another
   *     task's, or a setting differs that may not
   */
  public static Resumption of(Spec given, Set<String> free, Consumer<String> log) {
    if (!(given.options().get(JobSettings.RESUME) instanceof String resume)) {
      return new Resumption(given, null);
    }
    Path path = Path.of(resume);
    Checkpoints.Newest newest = Checkpoints.newest(path);
    if (newest.note() != null) {
      log.accept(newest.note());
    }
    Spec kept = newest.checkpoint().model().provenance().hyperParameters();
    if (!kept.name().equals(given.name())) {
      throw new InvalidOptionException(
          "[%s] %s was written by comporta train %s; go on with that task"
              .formatted(given.name(), resume, kept.name()));
    }
    return new Resumption(resumed(kept, withOut(given, path), free), newest.checkpoint());
  }

  /** Where the checkpoint lies beside, unless the user says otherwise. */
  private static Spec withOut(Spec given, Path resume) {
    String name = resume.toString().replaceFirst("\\.previous$", "");
    return given.options().containsKey("out") || !name.endsWith(ENDING)
        ? given
        : given.with("out", name.substring(0, name.length() - ENDING.length()));
  }

  private static Spec resumed(Spec kept, Spec given, Set<String> free) {
    Spec settings = kept;
    for (var option : given.options().entrySet()) {
      String name = option.getKey();
      if (name.equals(JobSettings.RESUME)) {
        continue;
      }
      if (free.contains(name) || JobSettings.isFreeOnResume(name)) {
        settings = settings.with(name, option.getValue());
      } else if (!sameValue(option.getValue(), kept.options().get(name))) {
        throw new InvalidOptionException(
            "[%s] --%s is %s but the checkpoint was trained with %s; leave it out, or train anew without --resume"
                .formatted(
                    given.name(),
                    name,
                    option.getValue(),
                    kept.options().getOrDefault(name, "the default")));
      }
    }
    if (given.options().containsKey("steps")) {
      settings = without(settings, "epochs");
    } else if (given.options().containsKey("epochs")) {
      settings = without(settings, "steps");
    }
    return settings;
  }

  private static boolean sameValue(Object given, @Nullable Object kept) {
    return (given instanceof Number a && kept instanceof Number b)
        ? a.doubleValue() == b.doubleValue()
        : given.equals(kept);
  }

  private static Spec without(Spec spec, String option) {
    Spec rest = Spec.of(spec.name());
    for (var entry : spec.options().entrySet()) {
      if (!entry.getKey().equals(option)) {
        rest = rest.with(entry.getKey(), entry.getValue());
      }
    }
    return rest;
  }
}

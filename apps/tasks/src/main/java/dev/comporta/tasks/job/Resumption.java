package dev.comporta.tasks.job;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.Checkpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
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
  /** The options of all tasks that name files to learn from or to measure with. */
  private static final List<String> READ =
      List.of(
          "text",
          "validation-text",
          "series",
          "source",
          "target",
          "validation-source",
          "validation-target");

  /**
   * Reads the checkpoint that {@code --resume} names, if it is given.
   *
   * @param given the settings that were given
   * @param free the task's own settings that a resumed run may change, beside those of {@link
   *     JobSettings} that no parameter depends on
   * @param kept turns settings into what a model file keeps of them; settings that give the same
   *     are the same, however they were typed
   * @param log takes a line if the newest checkpoint could not be used
   * @return what to start from
   * @throws ComportaException if there is no whole checkpoint, it is another task's, or a setting
   *     differs that may not
   */
  public static Resumption of(
      Spec given, Set<String> free, UnaryOperator<Spec> kept, Consumer<String> log) {
    if (!(given.options().get(JobSettings.RESUME) instanceof String resume)) {
      return new Resumption(given, null);
    }
    if (resume.isBlank()) {
      throw new InvalidOptionException(
          formatted("--%s expected a checkpoint but got none", JobSettings.RESUME));
    }
    Path path = Path.of(resume);
    Checkpoints.Newest newest = Checkpoints.newest(path);
    if (newest.note() != null) {
      log.accept(newest.note());
    }
    newest.checkpoint().requireFinite(newest.path().toString());
    Spec trained = newest.checkpoint().model().provenance().hyperParameters();
    if (!trained.name().equals(given.name())) {
      throw new InvalidOptionException(
          formatted(
              "[%s] %s was written by comporta train %s; go on with that task",
              given.name(), resume, trained.name()));
    }
    requireKept(trained, resume, kept);
    Spec settings = resumed(trained, withOut(given, path), free, kept);
    READ.forEach(option -> announce(option, settings, given, log));
    return new Resumption(settings, newest.checkpoint());
  }

  /**
   * Refuses settings that no task keeps. The file is not trusted: where to write, such as {@code
   * out} or {@code csv}, is for the command line alone to say.
   */
  private static void requireKept(Spec trained, String resume, UnaryOperator<Spec> kept) {
    Spec known;
    try {
      known = kept.apply(trained);
    } catch (ComportaException e) {
      throw new ComportaException(
          formatted("[resume] %s has settings that cannot be used: %s", resume, e.getMessage()), e);
    }
    for (String name : trained.options().keySet()) {
      if (!known.options().containsKey(name)) {
        throw new InvalidOptionException(
            formatted(
                "[resume] %s sets '%s', which comporta train %s never keeps in a checkpoint; it was made by another program, so do not go on from it",
                resume, name, trained.name()));
      }
    }
  }

  /** Says which file is read because the checkpoint names it, and lets it name no device. */
  private static void announce(String option, Spec settings, Spec given, Consumer<String> log) {
    if (given.options().containsKey(option)
        || !(settings.options().get(option) instanceof String file)) {
      return;
    }
    Path path = Path.of(file);
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw new InvalidOptionException(
          formatted(
              "[resume] the checkpoint was trained with --%s %s, which is neither a file nor a folder; give --%s",
              option, file, option));
    }
    log.accept(formatted("reading %s, as the checkpoint was trained with --%s", file, option));
  }

  /** Where the checkpoint lies beside, unless the user says otherwise. */
  private static Spec withOut(Spec given, Path resume) {
    Path name = resume.getFileName();
    String model = name == null ? "" : name.toString().replaceFirst("\\.previous$", "");
    return given.options().containsKey("out")
            || !model.endsWith(JobSettings.CHECKPOINT)
            || model.equals(JobSettings.CHECKPOINT)
        ? given
        : given.with(
            "out",
            resume
                .resolveSibling(
                    model.substring(0, model.length() - JobSettings.CHECKPOINT.length()))
                .toString());
  }

  private static Spec resumed(
      Spec trained, Spec given, Set<String> free, UnaryOperator<Spec> kept) {
    Spec settings = trained;
    for (var option : given.options().entrySet()) {
      String name = option.getKey();
      if (name.equals(JobSettings.RESUME)) {
        continue;
      }
      boolean mayChange = free.contains(name) || JobSettings.isFreeOnResume(name);
      if (!mayChange && !same(trained, name, option.getValue(), kept)) {
        throw new InvalidOptionException(
            formatted(
                "[%s] --%s is %s but the checkpoint was trained with %s; leave it out, or train anew without --resume",
                given.name(),
                name,
                option.getValue(),
                trained.options().getOrDefault(name, "the default")));
      }
      settings = settings.with(name, option.getValue());
    }
    if (given.options().containsKey("steps")) {
      settings = without(settings, "epochs");
    } else if (given.options().containsKey("epochs")) {
      settings = without(settings, "steps");
    }
    return settings;
  }

  /** Whether an option changes nothing of what the parameters depend on. */
  private static boolean same(Spec trained, String name, Object value, UnaryOperator<Spec> kept) {
    if (name.equals(RateSearch.NAME)) {
      return value.equals(0L); // what it finds is kept, not that there was a search
    }
    try {
      return kept.apply(trained.with(name, value)).equals(kept.apply(trained));
    } catch (ComportaException e) {
      return false;
    }
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

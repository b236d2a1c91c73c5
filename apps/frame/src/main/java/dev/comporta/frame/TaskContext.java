package dev.comporta.frame;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.Distribution;
import dev.comporta.training.TrainingListener;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a running task.
 *
 * @param command how the user starts Comporta, for hints: {@code ./comporta}, and flags that every
 *     command needs, such as {@code --plugins}
 * @param version the version of Comporta, for the provenance of models
 * @param catalog where providers are found
 * @param log takes lines for the user, one at a time
 * @param listener receives the events of training
 * @param interruption says whether training should stop
 * @param origin the model from which training continues, whose vocabularies and normalisation the
 *     new one takes over, without its tensors; null for a new model
 * @param distribution how training is divided among several trainers, of which this is one
 */
public record TaskContext(
    List<String> command,
    String version,
    Catalog catalog,
    Consumer<String> log,
    TrainingListener listener,
    Interruption interruption,
    @Nullable ModelFile origin,
    Distribution distribution) {
  /** The command is copied. */
  public TaskContext {
    command = List.copyOf(command);
  }

  /** The version in the provenance of a model that a program trained. */
  private static final String PROGRAM = "program";

  /** What a shell takes as one word without quotes. */
  private static final Pattern PLAIN = Pattern.compile("[\\w./\\\\:+-]+");

  /**
   * {@return what surrounds a task that a program runs: nothing is logged or shown, and nothing
   * interrupts it}
   *
   * @param catalog where providers are found
   */
  public static TaskContext of(Catalog catalog) {
    return new TaskContext(
        List.of("comporta"),
        PROGRAM,
        catalog,
        _ -> {},
        _ -> {},
        new Interruption(),
        null,
        Distribution.ALONE);
  }

  /**
   * {@return a command line that the user can type: the command as the user typed it, and the
   * words, quoted where a shell needs it}
   *
   * @param words what follows the command
   */
  public String commandLine(Object... words) {
    return Stream.concat(command.stream(), Stream.of(words).map(Object::toString))
        .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  /**
   * {@return this context with a model from which training continues}
   *
   * @param file the model
   */
  public TaskContext from(@Nullable ModelFile file) {
    return new TaskContext(
        command, version, catalog, log, listener, interruption, file, distribution);
  }

  /**
   * {@return this context with another log}
   *
   * @param other takes lines for the user in place of the log of this context
   */
  public TaskContext loggingTo(Consumer<String> other) {
    return new TaskContext(
        command, version, catalog, other, listener, interruption, origin, distribution);
  }

  /**
   * {@return this context with another listener besides its own}
   *
   * @param other hears every event after the listener of this context
   */
  public TaskContext alsoHeardBy(TrainingListener other) {
    return new TaskContext(
        command,
        version,
        catalog,
        log,
        event -> {
          listener.on(event);
          other.on(event);
        },
        interruption,
        origin,
        distribution);
  }

  /**
   * {@return this context for one of several trainers: only the first of them scores and saves the
   * model}
   *
   * @param other how training is divided among them
   */
  public TaskContext distributed(Distribution other) {
    return new TaskContext(command, version, catalog, log, listener, interruption, origin, other);
  }

  /**
   * Tells the user something.
   *
   * @param line one line
   */
  public void log(String line) {
    log.accept(line);
  }
}

package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.catalog.Plugins;
import dev.comporta.api.catalog.ProviderException;
import dev.comporta.api.catalog.ProviderOrigin;
import dev.comporta.exchange.mapping.LayerMapping;
import dev.comporta.frame.Interruption;
import dev.comporta.frame.Task;
import dev.comporta.inference.LoadedModel;
import dev.comporta.serialization.ModelFormat;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * This application, composed: the catalog of the installed providers and of plug-ins, tasks among
 * them. The catalog is made when it is first asked for, because some commands need none; what is
 * wrong with a jar is a warning then, and stops nothing.
 */
final class Application {
  private final Plugins plugins;
  private final List<String> command;
  private final List<String> words;
  private final Consumer<String> warnings;
  private @Nullable Catalog catalog;
  private @Nullable List<Task> tasks;
  private final Map<String, ProviderException> unusable = new LinkedHashMap<>();

  /** An application without plug-ins, which warns of nothing. */
  Application() {
    this(Plugins.of(List.of()), List.of(), List.of(), _ -> {});
  }

  private Application(
      Plugins plugins, List<String> flags, List<String> words, Consumer<String> warnings) {
    this.plugins = plugins;
    this.command = Stream.concat(Stream.of(BuildVersion.command()), flags.stream()).toList();
    this.words = List.copyOf(words);
    this.warnings = warnings;
  }

  /**
   * An application for one command line.
   *
   * @param paths where plug-ins are, and the words of the command: a provider that they name is no
   *     warning, but an error
   * @param err takes warnings
   * @throws dev.comporta.api.ComportaException if a path of plug-ins cannot be used
   */
  static Application of(PluginPaths paths, PrintWriter err) {
    return new Application(
        Plugins.of(paths.paths()),
        paths.flags(),
        paths.words(),
        sentence -> {
          err.println("comporta: warning: " + Printable.sentence(sentence));
          err.flush();
        });
  }

  /** How the user starts Comporta with the same plug-ins. */
  List<String> command() {
    return command;
  }

  /** The layer of the plug-ins' modules. */
  ModuleLayer layer() {
    return plugins.layer();
  }

  Catalog catalog() {
    if (catalog == null) {
      catalog = Catalog.load(plugins, Task.KIND, ModelFormat.KIND, LayerMapping.KIND);
      warn(catalog);
    }
    return catalog;
  }

  /** The catalog if a command has asked for it. */
  @Nullable Catalog loadedCatalog() {
    return catalog;
  }

  private void warn(Catalog loaded) {
    if (loaded.problems().isEmpty()) {
      return;
    }
    Set<String> errors = new HashSet<>();
    for (Kind<?> kind : loaded.kinds()) {
      for (String word : words) {
        ProviderException error = problem(loaded, kind, word.substring(word.indexOf('=') + 1));
        if (error != null) {
          errors.add(String.valueOf(error.getMessage()));
        }
      }
    }
    for (ProviderException problem : loaded.problems()) {
      String sentence = String.valueOf(problem.getMessage());
      if (!errors.contains(sentence)) {
        warnings.accept(sentence);
      }
    }
  }

  private static @Nullable ProviderException problem(Catalog loaded, Kind<?> kind, String name) {
    try {
      loaded.find(kind, name);
      return null;
    } catch (ProviderException e) {
      return e;
    } catch (UnknownNameException e) {
      return null; // an argument that is no provider's name
    }
  }

  /** The tasks of which commands can be made. */
  List<Task> tasks() {
    if (tasks == null) {
      List<Task> usable = new ArrayList<>();
      for (Task task : catalog().all(Task.KIND)) {
        ProviderException problem = problem(task);
        if (problem == null) {
          usable.add(task);
        } else {
          unusable.put(task.name(), problem);
          if (!words.contains(task.name())) {
            warnings.accept(String.valueOf(problem.getMessage()));
          }
        }
      }
      tasks = List.copyOf(usable);
    }
    return tasks;
  }

  /** What is wrong with the flags of a task: they may have a name that every command has. */
  private @Nullable ProviderException problem(Task task) {
    if (ProviderOrigin.isBuiltIn(task)) {
      return null;
    }
    try {
      TrainCommand.rehearse(this, task, new Interruption());
      EvaluateCommand.rehearse(this, task);
      ConvertCommand.rehearse(this, task);
      AbilityCommand.rehearse(this, task);
      return null;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return new ProviderException(
          formatted("task '%s'", task.name()),
          ProviderOrigin.of(task),
          formatted("no commands can be made of it: %s", ProviderException.reason(e)),
          e);
    }
  }

  /**
   * The task of a name.
   *
   * @throws UnknownNameException if there is none
   * @throws ProviderException if it cannot be used
   */
  Task task(String name) {
    tasks();
    ProviderException problem = unusable.get(name);
    if (problem != null) {
      throw new ProviderException(String.valueOf(problem.getMessage()), problem);
    }
    return catalog().find(Task.KIND, name);
  }

  /**
   * Refuses the name of a task that cannot be used.
   *
   * @throws ProviderException saying what is wrong with it
   */
  void requireNotBroken(String name) {
    tasks();
    ProviderException problem =
        unusable.containsKey(name) ? unusable.get(name) : problem(catalog(), Task.KIND, name);
    if (problem != null) {
      throw problem;
    }
  }

  /** The task that trained a model. */
  Task task(LoadedModel model) {
    if (model.content().isImported()) {
      throw new InvalidOptionException(
          formatted(
              "%s is a model of another tool, which has no task; predict runs it, and 'train TASK --from' continues its training",
              model.name()));
    }
    return task(model.task());
  }
}

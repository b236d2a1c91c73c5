package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.Task;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.training.TrainingOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The options of several tasks as the flags of one command: which of them apply is known only when
 * the model file has been read.
 */
final class Union {
  private Union() {}

  /**
   * Options under their names. What differs between tasks is merged: all aliases, all help lines; a
   * default that differs is left to the model's task.
   */
  static Options of(List<Options> all) {
    Map<String, List<Option<?>>> declared = new LinkedHashMap<>();
    for (Options options : all) {
      for (Option<?> option : options) {
        declared.computeIfAbsent(option.name(), _ -> new ArrayList<>()).add(option);
      }
    }
    Set<String> taken = new HashSet<>(declared.keySet());
    Options union = Options.of();
    for (List<Option<?>> same : declared.values()) {
      union = union.and(merged(same.getFirst(), same, taken));
    }
    return union;
  }

  private static <T> Option<T> merged(Option<T> first, List<Option<?>> same, Set<String> taken) {
    List<String> aliases = new ArrayList<>();
    for (Option<?> option : same) {
      option.aliases().stream().filter(taken::add).forEach(aliases::add);
    }
    List<String> help = same.stream().map(Option::help).distinct().toList();
    List<String> defaults = same.stream().map(Option::defaultText).distinct().toList();
    Option<T> merged = first.alias(aliases.toArray(String[]::new)).help(String.join("; ", help));
    return defaults.size() == 1 ? merged : merged.or(_ -> null, "depends on the model's task");
  }

  /** The options of all tasks that say where a rerun finds the data, and on what it computes. */
  static Options ofTasks(List<Task> tasks) {
    return of(tasks.stream().map(task -> ofRerun(task.options())).toList());
  }

  /** Those of one task; an option of another task may have the same name and mean another thing. */
  static Options ofRerun(Options options) {
    Options free = Options.of();
    for (Option<?> option : options) {
      boolean ofTheRun = option.group() == Group.DATA || option.group() == Group.COMPUTATION;
      if (option.isFree() && ofTheRun && !option.name().equals(TrainingOptions.TEST_DATA.name())) {
        free = free.and(option);
      }
    }
    return free;
  }

  /**
   * The flags that were given.
   *
   * @throws InvalidOptionException if one does not apply to the model
   */
  static Map<String, Object> given(CommandSpec spec, Options union, Options options, String what) {
    Map<String, Object> typed = OptionFlags.typed(spec.commandLine().getParseResult(), union);
    Map<String, Object> given = new LinkedHashMap<>();
    typed.forEach((name, value) -> {
      for (Option<?> option : options) {
        if (option.name().equals(name) || option.aliases().contains(name)) {
          given.put(name, value);
          return;
        }
      }
      throw new InvalidOptionException(
          formatted("--%s does not apply to models of %s; leave it out", name, what));
    });
    return given;
  }
}

package dev.comporta.cli;

import dev.comporta.tasks.ConfigFile;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Settings as flags of a command: the command line's side of {@link TaskOption}. */
final class TaskFlags {
  private static final String CONFIG = "--config";

  private TaskFlags() {}

  /** Adds the flags of a task, and the one that names a file with settings. */
  static void add(CommandSpec spec, Task task) {
    add(spec, task.options());
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .type(Path.class)
            .paramLabel("FILE")
            .description("read settings from a JSON object; flags win")
            .build());
  }

  /** Adds a flag for each option. */
  static void add(CommandSpec spec, List<TaskOption> options) {
    for (TaskOption option : options) {
      String otherwise =
          option.otherwise().isEmpty() ? "" : " (default: " + option.otherwise() + ")";
      spec.addOption(
          OptionSpec.builder("--" + option.name())
              .type(String.class)
              .paramLabel(label(option))
              .description(escaped(option.description() + otherwise))
              .build());
    }
  }

  /** Adds a flag without a value. */
  static void addSwitch(CommandSpec spec, String name, String description) {
    spec.addOption(OptionSpec.builder(name).type(boolean.class).description(description).build());
  }

  /** What was given for a task: the file's settings, and the flags over them. */
  static Map<String, Object> read(ParseResult parsed, Task task) {
    Map<String, Object> settings = new LinkedHashMap<>();
    Path config = parsed.matchedOptionValue(CONFIG, null);
    if (config != null) {
      settings.putAll(ConfigFile.read(config, task));
    }
    settings.putAll(read(parsed, task.options()));
    return settings;
  }

  /** What was given for some options. */
  static Map<String, Object> read(ParseResult parsed, List<TaskOption> options) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (TaskOption option : options) {
      String typed = parsed.matchedOptionValue("--" + option.name(), null);
      if (typed != null) {
        settings.put(option.name(), option.parse(typed));
      }
    }
    return settings;
  }

  private static String label(TaskOption option) {
    return switch (option.type()) {
      case WHOLE -> "N";
      case REAL -> "X";
      case TEXT -> "TEXT";
    };
  }

  /** Picocli formats descriptions. */
  private static String escaped(String text) {
    return text.replace("%", "%%");
  }
}

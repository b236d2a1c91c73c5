package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.options.ConfigFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Options as flags of a command, under the headings of their groups. */
final class OptionFlags {
  private static final String CONFIG = "--config";

  private OptionFlags() {}

  /** Adds a flag for each option. */
  static void add(CommandSpec spec, Options options) {
    Map<Group, ArgGroupSpec.Builder> groups = new EnumMap<>(Group.class);
    for (Option<?> option : options) {
      groups
          .computeIfAbsent(
              option.group(),
              group ->
                  ArgGroupSpec.builder()
                      .heading("%n" + group.heading() + "%n")
                      .validate(false)
                      .order(List.of(Group.values()).indexOf(group)))
          .addArg(flag(option));
    }
    groups.values().forEach(group -> spec.addArgGroup(group.build()));
  }

  private static OptionSpec flag(Option<?> option) {
    String[] names =
        Stream.concat(Stream.of(option.name()), option.aliases().stream())
            .map(name -> "--" + name)
            .toArray(String[]::new);
    String shown = option.defaultText();
    String description =
        option.help() + (shown.isEmpty() ? "" : formatted(" (default: %s)", shown));
    OptionSpec.Builder flag = OptionSpec.builder(names).description(description.replace("%", "%%"));
    return switch (option.type().kind()) {
      case FLAG ->
          flag.type(String.class)
              .arity("0..1")
              .fallbackValue("yes")
              .preprocessor(OptionFlags::withoutValue)
              .paramLabel("yes|no")
              .hideParamSyntax(false)
              .build();
      case LIST ->
          flag.type(List.class)
              .auxiliaryTypes(String.class)
              .arity("1")
              .paramLabel(option.type().label())
              .build();
      default -> flag.type(String.class).paramLabel(option.type().label()).build();
    };
  }

  /** A flag takes a value only after an equals sign: the next word is an argument of its own. */
  private static boolean withoutValue(
      Stack<String> words, CommandSpec command, ArgSpec flag, Map<String, Object> info) {
    if (!"=".equals(info.get("separator"))) {
      words.push("yes");
    }
    return false;
  }

  /** Adds the flag that names a file with settings. */
  static void addConfig(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .type(Path.class)
            .paramLabel("FILE")
            .description("read settings from this JSON object; flags take precedence")
            .build());
  }

  /** Adds a flag without a value. */
  static void addSwitch(CommandSpec spec, String name, String description) {
    spec.addOption(OptionSpec.builder(name).type(boolean.class).description(description).build());
  }

  /** What was given: the settings of the configuration file, and the flags over them. */
  static Map<String, Object> read(ParseResult parsed, String owner, Options options) {
    Map<String, Object> settings = new LinkedHashMap<>();
    Path config =
        parsed.commandSpec().findOption(CONFIG) == null
            ? null
            : parsed.matchedOptionValue(CONFIG, null);
    Map<String, Object> typed = typed(parsed, options);
    if (config != null) {
      ConfigFile.read(config, owner, options)
          .forEach((name, value) -> settings.put(options.find(owner, name).name(), value));
    }
    settings.putAll(typed);
    return settings;
  }

  /** The flags that were given, by the name of their option, as typed. */
  static Map<String, Object> typed(ParseResult parsed, Options options) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Option<?> option : options) {
      String name = "--" + option.name();
      if (parsed.commandSpec().findOption(name) != null && parsed.hasMatchedOption(name)) {
        settings.put(option.name(), parsed.matchedOption(name).getValue());
      }
    }
    return settings;
  }
}

package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Task;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.compute.Compute;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command for an ability, such as {@code comporta predict --model M}: the abilities of that name
 * of all tasks, of which the model's task runs its own.
 */
final class AbilityCommand extends ModelCommand {
  private static final String INPUT = "--input";
  private static final String OUTPUT = "--output";

  private final String name;

  private AbilityCommand(Application application, String name, List<Ability> abilities) {
    super(
        application,
        name,
        description(abilities),
        Union.of(abilities.stream().map(Ability::options).toList()),
        false);
    this.name = name;
    spec.addOption(
        OptionSpec.builder(INPUT)
            .type(Path.class)
            .paramLabel("FILE")
            .description("read new data from this file (default: -, standard input)")
            .build());
    spec.addOption(
        OptionSpec.builder(OUTPUT)
            .type(Path.class)
            .paramLabel("FILE")
            .description("write the answers to this file (default: standard output)")
            .build());
    addJson("print one JSON object per answer, on a line of its own");
    for (Ability ability : abilities) {
      if (!ability.argument().isEmpty()) {
        spec.addPositional(
            PositionalParamSpec.builder()
                .paramLabel(ability.argument())
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("0..*")
                .description("new data, in place of --input")
                .build());
        break;
      }
    }
  }

  /** The first line is what the list of commands shows. */
  private static String[] description(List<Ability> abilities) {
    List<String> different =
        abilities.stream().map(it -> it.description() + ".").distinct().toList();
    return different.size() == 1
        ? new String[] {different.getFirst()}
        : Stream.concat(
                Stream.of("Apply a model to new data. What it does depends on the model's task:"),
                different.stream().map(line -> "- " + line))
            .toArray(String[]::new);
  }

  /** Makes the commands of a task, which fails if its flags cannot be those of a command. */
  static void rehearse(Application application, Task task) {
    for (Ability ability : task.abilities()) {
      new CommandLine(new AbilityCommand(application, ability.name(), List.of(ability)).spec);
    }
    task.examples()
        .ifPresent(examples -> OptionFlags.add(CommandSpec.create(), examples.options()));
  }

  /** Adds a command for each ability that an installed task has. */
  static void addAll(CommandLine root, Application application) {
    Map<String, List<Ability>> byName = new LinkedHashMap<>();
    for (Task task : application.tasks()) {
      for (Ability ability : task.abilities()) {
        byName.computeIfAbsent(ability.name(), _ -> new ArrayList<>()).add(ability);
      }
    }
    byName.forEach((name, abilities) -> {
      if (!root.getSubcommands().containsKey(name)) {
        root.addSubcommand(new CommandLine(new AbilityCommand(application, name, abilities).spec));
      }
    });
  }

  @Override
  public Integer call() {
    try (Compute compute = compute()) {
      LoadedModel model = open(models().getFirst(), compute);
      if (model.content().isImported()) {
        return imported(model);
      }
      Task task = application.task(model);
      Ability ability = own(task, model.name());
      List<String> arguments = parsed().matchedPositionalValue(0, List.of());
      if (!arguments.isEmpty() && ability.argument().isEmpty()) {
        throw new InvalidOptionException(
            formatted(
                "'%s' takes no argument for models of %s; give --input",
                spec.qualifiedName(), task.name()));
      }
      try (CommandExchange exchange =
          new CommandExchange(
              arguments,
              parsed().matchedOptionValue(INPUT, null),
              parsed().matchedOptionValue(OUTPUT, null),
              isJson(),
              spec.commandLine())) {
        Settings settings = settings(ability.options(), task.name());
        exchange.run(models().getFirst(), it -> ability.action().run(model, settings, it));
      }
    }
    return 0;
  }

  /** Models of other tools have no task: what they read are plain sequences. */
  private Integer imported(LoadedModel model) {
    if (!name.equals(Ability.PREDICT)) {
      throw new InvalidOptionException(
          formatted(
              "%s is a model of another tool, which cannot %s; it can %s",
              model.name(), name, Ability.PREDICT));
    }
    List<String> arguments = parsed().matchedPositionalValue(0, List.of());
    if (!arguments.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "'%s' takes no argument for models of other tools; give --input",
              spec.qualifiedName()));
    }
    settings(Options.of(), "other tools");
    try (CommandExchange exchange =
        new CommandExchange(
            List.of(),
            parsed().matchedOptionValue(INPUT, null),
            parsed().matchedOptionValue(OUTPUT, null),
            isJson(),
            spec.commandLine())) {
      exchange.run(models().getFirst(), it -> new SequencePredictions(model, it).run());
    }
    return 0;
  }

  private Ability own(Task task, String model) {
    for (Ability ability : task.abilities()) {
      if (ability.name().equals(name)) {
        return ability;
      }
    }
    List<String> names = task.abilities().stream().map(Ability::name).toList();
    throw new InvalidOptionException(
        formatted(
            "%s was trained by %s, whose models cannot %s; they can %s",
            model, task.name(), name, String.join(", ", names)));
  }
}

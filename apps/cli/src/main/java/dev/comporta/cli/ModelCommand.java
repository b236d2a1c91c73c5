package dev.comporta.cli;

import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.compute.ComputeFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What commands that open trained models share: the flags that name them and what computes. */
abstract class ModelCommand implements Callable<Integer> {
  private static final Options COMPUTATION =
      Options.of(TrainingOptions.THREADS, TrainingOptions.BACKEND, TrainingOptions.EXECUTION);
  private static final String MODEL = "--model";
  private static final String ARCHITECTURE = "--architecture";
  private static final String JSON = "--json";

  final Application application;
  final CommandSpec spec;
  private final Options union;

  ModelCommand(
      Application application, String name, String[] description, Options union, boolean several) {
    this.application = application;
    this.union = union;
    this.spec = CommandSpec.wrapWithoutInspection(this);
    spec.name(name).mixinStandardHelpOptions(true);
    spec.usageMessage().description(description).sortOptions(false);
    OptionSpec.Builder model =
        OptionSpec.builder(MODEL).required(true).paramLabel("FILE").arity("1");
    spec.addOption(
        (several
                ? model
                    .type(List.class)
                    .auxiliaryTypes(Path.class)
                    .description("the model file; several are compared")
                : model.type(Path.class).description("the model file, or a file of another tool"))
            .build());
    spec.addOption(
        OptionSpec.builder(ARCHITECTURE)
            .type(Path.class)
            .paramLabel("FILE")
            .description(
                "a JSON file with the layers, for files of other tools that hold weights only")
            .build());
    OptionFlags.add(spec, union.and(COMPUTATION));
  }

  void addJson(String description) {
    OptionFlags.addSwitch(spec, JSON, description);
  }

  final boolean isJson() {
    return parsed().matchedOptionValue(JSON, false);
  }

  final ParseResult parsed() {
    return spec.commandLine().getParseResult();
  }

  final List<Path> models() {
    Object value = parsed().matchedOptionValue(MODEL, null);
    return value instanceof Path path
        ? List.of(path)
        : parsed().matchedOptionValue(MODEL, List.of());
  }

  final Compute compute() {
    Settings settings =
        Settings.of(spec.name(), COMPUTATION, OptionFlags.typed(parsed(), COMPUTATION));
    return new ComputeFactory(application.catalog()).open(TrainingOptions.computeChoice(settings));
  }

  final LoadedModel open(Path path, Compute compute) {
    return Models.load(
        path, parsed().matchedOptionValue(ARCHITECTURE, null), compute, application.catalog());
  }

  /** The flags that were given, checked against the options that the model's task has. */
  final Settings settings(Options options, String task) {
    return Settings.of(spec.name(), options, Union.given(spec, union, options, task));
  }
}

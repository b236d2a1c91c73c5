package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.frame.Interruption;
import dev.comporta.frame.Task;
import dev.comporta.frame.training.Verification;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * {@code comporta verify MODEL}: trains the model again and compares the bits. Its flags are the
 * union of those that say where the data are now and what computes.
 */
final class VerifyCommand implements Callable<Integer> {
  private static final String JSON = "--json";

  private final Application application;
  private final Interruption interruption;
  private final CommandSpec spec;

  private VerifyCommand(Application application, Interruption interruption) {
    this.application = application;
    this.interruption = interruption;
    this.spec = CommandSpec.wrapWithoutInspection(this);
    spec.name("verify").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description(
            "Train a model again with the settings in its file and compare the parameters bit by bit: exit code 3 if they differ.")
        .sortOptions(false);
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("MODEL")
            .type(Path.class)
            .arity("1")
            .required(true)
            .description("the model file")
            .build());
    OptionFlags.add(spec, Union.ofTasks(application.tasks()));
    OptionFlags.addSwitch(spec, JSON, "print one JSON object");
  }

  static CommandSpec spec(Application application, Interruption interruption) {
    return new VerifyCommand(application, interruption).spec;
  }

  @Override
  public Integer call() throws IOException {
    Path model = spec.commandLine().getParseResult().matchedPositionalValue(0, null);
    ModelFile trained = ModelFiles.read(model);
    trained.provenance().requireProviders(model.toString(), application.catalog());
    Task task = application.task(trained.provenance().hyperParameters().name());
    Map<String, Object> given =
        Union.given(
            spec, Union.ofTasks(application.tasks()), Union.ofRerun(task.options()), task.name());
    Verification result;
    try (ProgressReporter progress = ProgressReporter.of(spec.commandLine().getErr(), task)) {
      result =
          Verification.of(
              model.toString(),
              trained,
              task,
              given,
              TrainCommand.context(application, progress, interruption));
    }
    if (result.stopped()) {
      return InterruptHook.INTERRUPTED;
    }
    print(model, result);
    return result.difference() == null ? 0 : ExitCodes.CHECK_FAILED;
  }

  private void print(Path model, Verification result) {
    PrintWriter out = spec.commandLine().getOut();
    String difference = result.difference();
    if (spec.commandLine().getParseResult().matchedOptionValue(JSON, false)) {
      Map<String, @Nullable Object> figures = new LinkedHashMap<>();
      figures.put("model", model.toString());
      figures.put("same", difference == null);
      figures.put("tensors", result.tensors());
      figures.put("difference", difference);
      out.println(Json.line(figures));
    } else if (difference == null) {
      out.println(
          formatted(
              "%s: trained again with the same bits in all %d tensors", model, result.tensors()));
    } else {
      out.println(
          Printable.line(
              formatted("%s differs from the model trained again: %s", model, difference)));
    }
  }
}

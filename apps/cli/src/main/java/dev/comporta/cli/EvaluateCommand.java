package dev.comporta.cli;

import dev.comporta.tasks.Compute;
import dev.comporta.tasks.LanguageModels;
import dev.comporta.tasks.language.LanguageModel;
import dev.comporta.tasks.language.LanguageModel.Measurement;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code comporta evaluate}: measures a model of language on a text. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Measure a model that train char-lm or train word-lm saved on a text.")
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ComputeOptions compute;

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "the model file")
  private Path model;

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE|DIR|ZIP",
      description = "the text, in UTF-8")
  private Path text;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    Application application = new Application();
    LanguageModel loaded = LanguageModels.read(model, application.catalog());
    Measurement measured;
    try (Compute opened = compute.open(application.computers())) {
      measured = loaded.evaluate(text, opened.runner(loaded.model()), application.catalog());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("model", model.toString());
      figures.put("text", text.toString());
      figures.putAll(measured.figures());
      out.println(Json.line(figures));
    } else {
      out.println(measured.sentence());
    }
    return 0;
  }
}

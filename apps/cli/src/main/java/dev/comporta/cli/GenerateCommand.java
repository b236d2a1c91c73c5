package dev.comporta.cli;

import dev.comporta.api.Printable;
import dev.comporta.api.model.OptionReader;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.LanguageModels;
import dev.comporta.tasks.language.LanguageModel;
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

/** {@code comporta generate}: writes text with a model of language. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = "Write text with a model that train char-lm or train word-lm saved.")
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ComputeOptions compute;

  @Mixin private SamplingOptions sampling;

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "the model file")
  private Path model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "the text to continue (default: a line break)")
  private String prompt = "";

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "characters or words to write (default: ${DEFAULT-VALUE})")
  private int length = 300;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    Numbers.require("--length", length, 1, OptionReader.LARGEST_SIZE);
    Sampler sampler = sampling.sampler();
    Application application = new Application();
    LanguageModel loaded = LanguageModels.read(model, application.catalog());
    String text;
    try (Compute opened = compute.open(application.computers())) {
      text =
          loaded.generate(prompt, length, sampler, sampling.seed(), opened.runner(loaded.model()));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("model", model.toString());
      figures.put("prompt", prompt);
      figures.put("text", text);
      figures.put("seed", sampling.seed());
      out.println(Json.line(figures));
    } else {
      out.println(Printable.text(prompt + text));
    }
    return 0;
  }
}

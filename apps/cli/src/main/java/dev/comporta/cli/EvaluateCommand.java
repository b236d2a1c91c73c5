package dev.comporta.cli;

import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.charlm.CharacterModel;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
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

/** {@code comporta evaluate}: measures a model of characters on a text. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Measure a model that train char-lm saved on a text.")
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
    CharacterModel loaded = CharacterModel.read(model, application.catalog());
    Corpus corpus = CorpusReader.read(text);
    LossResult loss;
    try (Compute opened = compute.open(application.computers())) {
      loss =
          loaded.evaluate(
              corpus.text(), corpus.name(), opened.runner(loaded.model()), application.catalog());
    }
    double bits = loss.mean() / Math.log(2);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("model", model.toString());
      figures.put("text", text.toString());
      figures.put("loss", loss.mean());
      figures.put("bits_per_character", bits);
      figures.put("characters", (long) loss.weight());
      out.println(Json.line(figures));
    } else {
      out.println(
          "loss %.4f nats, %.4f bits per character, over %,d characters"
              .formatted(loss.mean(), bits, (long) loss.weight()));
    }
    return 0;
  }
}

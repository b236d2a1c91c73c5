package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.LanguageModels;
import dev.comporta.tasks.OutputFile;
import dev.comporta.tasks.captions.CaptionEvaluation;
import dev.comporta.tasks.captions.CaptionModel;
import dev.comporta.tasks.captions.CaptionScores;
import dev.comporta.tasks.language.LanguageModel;
import dev.comporta.tasks.language.LanguageModel.Measurement;
import dev.comporta.tasks.translation.LengthPicture;
import dev.comporta.training.metrics.Bleu;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code comporta evaluate}: measures a model of language on a text, models of translation on two
 * files, or a model of captions on drawn scenes.
 */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description =
        "Measure a model on a text, a model of translation on two files of one sentence a line, or a model of captions on scenes that are drawn.")
final class EvaluateCommand implements Callable<Integer> {
  private static final List<String> SEARCHING = List.of("--beam", "--length-penalty");
  private static final List<String> OF_PAIRS =
      List.of("--coverage-penalty", "--tokenize", "--picture");
  private static final List<String> OF_SCENES = List.of("--scenes", "--seed");
  private static final int MOST_SCENES = 1_000_000;

  @Spec private CommandSpec spec;

  @Mixin private ComputeOptions compute;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "the model file; several, each with its own --model, compare models of translation")
  private List<Path> models;

  @Option(
      names = "--text",
      paramLabel = "FILE|DIR|ZIP",
      description = "the text, in UTF-8, for a model of language")
  private @Nullable Path text;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      description = "what to translate, one sentence a line, for a model of translation")
  private @Nullable Path source;

  @Option(
      names = "--target",
      paramLabel = "FILE",
      description = "the translation of --source, line by line")
  private @Nullable Path target;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "hypotheses kept by the search; 1 is greedy (default: ${DEFAULT-VALUE})")
  private int beam = 1;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description =
          "0 ranks by probability, 1 near the mean over tokens (default: ${DEFAULT-VALUE})")
  private double lengthPenalty = 1;

  @Option(
      names = "--coverage-penalty",
      paramLabel = "X",
      description = "how much words never looked at count against (default: ${DEFAULT-VALUE})")
  private double coveragePenalty;

  @Option(
      names = "--tokenize",
      paramLabel = "HOW",
      description = "tokens of BLEU: none, at white space, or 13a (default: ${DEFAULT-VALUE})")
  private String tokenize = "none";

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description =
          "draw BLEU by the length of the source, a line for each model, as .html or .png")
  private @Nullable Path picture;

  @Option(
      names = "--scenes",
      paramLabel = "N",
      description = "scenes drawn for a model of captions (default: ${DEFAULT-VALUE})")
  private int scenes = 2000;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "of these scenes (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    Path textFile = text;
    Path sourceFile = source;
    Path targetFile = target;
    if (sourceFile != null && targetFile != null && textFile == null) {
      return evaluatePairs(sourceFile, targetFile);
    }
    boolean modelAlone = textFile == null && sourceFile == null && targetFile == null;
    Path model = models.getFirst();
    if (modelAlone && Files.isRegularFile(model)) {
      requireOneModel();
      ModelFile file = ModelFiles.read(model);
      if (CaptionModel.isIn(file)) {
        return evaluateCaptions(file, model);
      }
    }
    if (textFile == null || sourceFile != null || targetFile != null) {
      throw new InvalidOptionException(
          "expected either --text, for a model of language, or --source and --target, for one of translation, or neither, for one of captions");
    }
    requireOneModel();
    return evaluateText(textFile, models.getFirst());
  }

  private void requireOneModel() {
    if (models.size() > 1) {
      throw new InvalidOptionException(
          "expected one --model without --source and --target: models of translation alone are compared");
    }
  }

  private void refusePairs() {
    IdleFlags.refuse(spec, OF_PAIRS, "--source and --target");
  }

  private void refuseScenes() {
    IdleFlags.refuse(spec, OF_SCENES, "a model of captions, without a text");
  }

  private int evaluateCaptions(ModelFile file, Path model) {
    refusePairs();
    BeamSettings settings = new BeamSettings(beam, lengthPenalty, 0);
    Application application = new Application();
    CaptionModel loaded = CaptionModel.of(file, model.toString(), application.catalog());
    Numbers.require("--scenes", scenes, 1, MOST_SCENES);
    CaptionEvaluation evaluation = new CaptionEvaluation(loaded, settings, scenes, seed);
    CaptionScores measured;
    try (Compute opened = compute.open(application.computers())) {
      measured = evaluation.measure(opened.runner(loaded.model()));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", model.toString());
    figures.putAll(measured.figures());
    print(figures, measured.text().stripTrailing());
    return 0;
  }

  private int evaluateText(Path textFile, Path model) {
    IdleFlags.refuse(spec, SEARCHING, "--source and --target, or a model of captions");
    refusePairs();
    refuseScenes();
    Application application = new Application();
    LanguageModel loaded = LanguageModels.read(model, application.catalog());
    Measurement measured;
    try (Compute opened = compute.open(application.computers())) {
      measured = loaded.evaluate(textFile, opened.runner(loaded.model()), application.catalog());
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", model.toString());
    figures.put("text", textFile.toString());
    figures.putAll(measured.figures());
    print(figures, measured.sentence());
    return 0;
  }

  private int evaluatePairs(Path sourceFile, Path targetFile) {
    refuseScenes();
    BeamSettings settings = new BeamSettings(beam, lengthPenalty, coveragePenalty);
    ModelComparison comparison =
        new ModelComparison(models, sourceFile, targetFile, settings, tokenization());
    Path drawn = picture;
    if (drawn != null) {
      LengthPicture.requireDrawable(drawn);
      OutputFile.requireWritable("--picture", drawn);
      OutputFile.requireOther("--picture", drawn, "--source", sourceFile);
      OutputFile.requireOther("--picture", drawn, "--target", targetFile);
      for (Path model : models) {
        OutputFile.requireOther("--picture", drawn, "--model", model);
      }
    }
    ModelComparison.Result measured = comparison.measure(compute);
    print(measured.figures(), measured.text());
    if (drawn != null) {
      LengthPicture.write(drawn, measured.lines());
    }
    return 0;
  }

  private Bleu.Tokenization tokenization() {
    return switch (tokenize) {
      case "none" -> Bleu.Tokenization.NONE;
      case "13a" -> Bleu.Tokenization.MTEVAL_13A;
      default ->
          throw new InvalidOptionException(
              formatted("--tokenize expected none or 13a but got '%s'", tokenize));
    };
  }

  private void print(Map<String, Object> figures, String text) {
    spec.commandLine().getOut().println(json ? Json.line(figures) : Printable.text(text));
  }
}

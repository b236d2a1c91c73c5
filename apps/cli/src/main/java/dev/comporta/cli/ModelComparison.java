package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.translation.LengthPicture;
import dev.comporta.tasks.translation.TranslationEvaluation;
import dev.comporta.tasks.translation.TranslationModel;
import dev.comporta.tasks.translation.TranslationScores;
import dev.comporta.training.metrics.Bleu;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Models of translation, one or several, measured on the same two files.
 *
 * @param models different files
 * @param source one sentence a line
 * @param target its translation
 * @param settings of the search
 * @param tokenization of BLEU
 */
record ModelComparison(
    List<Path> models,
    Path source,
    Path target,
    BeamSettings settings,
    Bleu.Tokenization tokenization) {
  private static final int PAIRS_AT_ONCE = 32;

  ModelComparison {
    models = List.copyOf(models);
    Set<Path> seen = new HashSet<>();
    for (Path path : models) {
      if (!seen.add(path.toAbsolutePath().normalize())) {
        throw new InvalidOptionException(
            formatted("--model expected different models but got %s twice; give it once", path));
      }
    }
    if (models.size() > 1) {
      requireRereadable("--source", source);
      requireRereadable("--target", target);
    }
  }

  private static void requireRereadable(String option, Path path) {
    if (Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path)) {
      throw new InvalidOptionException(
          formatted(
              "%s expected a regular file, as every model reads it, but %s is a pipe or a device; save it to a file first",
              option, path));
    }
  }

  Result measure(ComputeOptions compute) {
    Application application = new Application();
    List<TranslationModel> loaded =
        models.stream().map(path -> TranslationModel.read(path, application.catalog())).toList();
    LengthPicture.requireComparable(loaded);
    List<LengthPicture.Line> lines = new ArrayList<>();
    try (Compute opened = compute.open(application.computers())) {
      for (int i = 0; i < loaded.size(); i++) {
        TranslationScores scores =
            new TranslationEvaluation(loaded.get(i), settings, PAIRS_AT_ONCE, tokenization)
                .measure(
                    source, target, opened.runner(loaded.get(i).model()), application.catalog());
        lines.add(new LengthPicture.Line(models.get(i).toString(), scores));
      }
    }
    return new Result(source, target, lines);
  }

  /**
   * What they reached.
   *
   * @param lines in the order of the models
   */
  record Result(Path source, Path target, List<LengthPicture.Line> lines) {
    /** For JSON: those of the model, or a list of them if there are several. */
    Map<String, Object> figures() {
      Map<String, Object> files = new LinkedHashMap<>();
      files.put("source", source.toString());
      files.put("target", target.toString());
      Map<String, Object> figures = new LinkedHashMap<>();
      if (lines.size() == 1) {
        figures.put("model", lines.getFirst().name());
        figures.putAll(files);
        figures.putAll(lines.getFirst().scores().figures());
        return figures;
      }
      figures.putAll(files);
      figures.put("models", lines.stream().map(Result::row).toList());
      return figures;
    }

    private static Map<String, Object> row(LengthPicture.Line line) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("model", line.name());
      row.putAll(line.scores().figures());
      return row;
    }

    /** For people: a table of each model, below its name if there are several. */
    String text() {
      StringBuilder text = new StringBuilder();
      for (LengthPicture.Line line : lines) {
        if (lines.size() > 1) {
          text.append(line.name()).append('\n');
        }
        text.append(line.scores().text());
      }
      return text.toString().stripTrailing();
    }
  }
}

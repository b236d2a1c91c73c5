package dev.comporta.tasks.charlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskReport;
import dev.comporta.tasks.job.TrainingJob;
import dev.comporta.training.TrainingResult;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.WittenBellModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One training from data to model file. */
final class CharLmRun {
  private static final double LN_2 = Math.log(2);
  private static final Sampler SAMPLER = new Sampler(0.8, 0, 1);

  private final CharLmSettings settings;
  private final CharLmData data;
  private final TrainingJob job;
  private final Compute compute;
  private final Catalog catalog;
  private final TaskContext context;

  CharLmRun(
      CharLmSettings settings,
      CharLmData data,
      TrainingJob job,
      Compute compute,
      Catalog catalog,
      TaskContext context) {
    this.settings = settings;
    this.data = data;
    this.job = job;
    this.compute = compute;
    this.catalog = catalog;
    this.context = context;
  }

  TaskReport run() {
    TextModel model =
        new TextModel(job.model(TextModel.spec(settings, data.tokens().size())), data.tokens());
    ModelRunner runner = compute.runner(model.model());
    StreamBatcher training = data.training(settings);
    double baseline = baseline();
    context.log().accept(describe(model, training));
    List<Vocabulary> vocabularies = List.of(data.tokens().forFile());
    job.learningBy(TextModel.loss(catalog, settings.labelSmoothing()));
    TrainingJob.Outcome outcome =
        job.train(
            model.model(),
            runner,
            TextModel.loss(catalog),
            training,
            data.validation(),
            vocabularies);
    TrainingResult result = outcome.result();
    var figures = job.figures(model.model(), outcome, measures(model, result, baseline));
    if (outcome.stopped()) {
      return new TaskReport(figures, "", true);
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train_loss", result.trainLoss());
    metrics.put("validation_loss", result.validationLoss());
    metrics.putAll(measures(model, result, baseline));
    job.save(model.model(), vocabularies, metrics);
    return new TaskReport(figures, summary(model, runner, result, baseline), false);
  }

  private boolean ofCharacters() {
    return data.tokens() instanceof TextTokens.Characters;
  }

  /** Beside the losses of the model, in figures that can be compared with each other. */
  private Map<String, Double> measures(TextModel model, TrainingResult result, double baseline) {
    if (ofCharacters()) {
      return Map.of("baseline_loss", baseline);
    }
    double loss = result.validationLoss();
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("validation_perplexity_per_" + data.tokens().noun(), Math.exp(loss));
    measures.put(
        "validation_bits_per_character",
        data.hasValidation()
            ? model.bitsPerCharacter(loss, data.split().validation())
            : Double.NaN);
    measures.put("baseline_bits_per_character", baseline / LN_2);
    return measures;
  }

  private double baseline() {
    if (!data.hasValidation()) {
      return Double.NaN;
    }
    double loss =
        WittenBellModel.train(
                data.characters().training(), data.vocabulary().size(), settings.baselineOrder())
            .loss(data.characters().validation());
    context
        .log()
        .accept(
            formatted(
                "baseline: a Witten-Bell count model with contexts of 0 to %d characters has a validation loss of %.4f nats (%.3f bits per character)",
                settings.baselineOrder(), loss, loss / LN_2));
    return loss;
  }

  private String describe(TextModel model, StreamBatcher training) {
    return formatted(
        "training %,d parameters (%s, %d x %d) on %s: %,d chunks of %d x %d %ss an epoch",
        model.model().parameters().count(),
        settings.cell(),
        settings.layers(),
        settings.hidden(),
        compute.description(),
        training.chunks(),
        settings.batch(),
        settings.truncation().k1(),
        data.tokens().noun());
  }

  private String summary(
      TextModel model, ModelRunner runner, TrainingResult result, double baseline) {
    StringBuilder summary = new StringBuilder();
    if (data.hasValidation()) {
      summary.append(validation(model, result.validationLoss(), baseline));
    }
    summary.append(formatted("saved %s%n", settings.job().out()));
    if (settings.sample() > 0) {
      String sample = model.generate("", settings.sample(), SAMPLER, settings.job().seed(), runner);
      summary.append(formatted("sample:%n%s%n", sample.strip()));
    }
    return summary.toString();
  }

  private String validation(TextModel model, double loss, double baseline) {
    double bits = model.bitsPerCharacter(loss, data.split().validation());
    double counts = baseline / LN_2;
    String compared =
        bits < counts
            ? formatted("%.1f %% better%n", 100 * (1 - bits / counts))
            : formatted("%.1f %% worse%n", 100 * (bits / counts - 1));
    String measured =
        ofCharacters()
            ? formatted(
                "validation loss %.4f nats (%.3f bits per character), baseline %.4f nats (%.3f): ",
                loss, bits, baseline, counts)
            : formatted(
                "validation loss %.4f nats (perplexity %.2f) per %s, %.3f bits per character, baseline %.3f: ",
                loss, Math.exp(loss), data.tokens().noun(), bits, counts);
    return measured + compared;
  }
}

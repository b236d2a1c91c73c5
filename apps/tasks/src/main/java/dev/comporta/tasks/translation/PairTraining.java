package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskReport;
import dev.comporta.tasks.job.TrainingJob;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.ScheduledSampling;
import dev.comporta.training.TrainingResult;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.metrics.Bleu;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One training from pairs to a model file, and its measurement on pairs that it has not seen. */
final class PairTraining {
  /** Batches whose pairs are sorted by length together. */
  private static final int POOL = 20;

  private static final int SAMPLES = 5;

  private final PairSettings settings;
  private final PairData data;
  private final Catalog catalog;
  private final TaskContext context;

  PairTraining(PairSettings settings, PairData data, Catalog catalog, TaskContext context) {
    this.settings = settings;
    this.data = data;
    this.catalog = catalog;
    this.context = context;
  }

  TaskReport run(Spec kept, @Nullable Checkpoint checkpoint, ComputeFactory computers) {
    try (Compute compute =
        computers.open(
            settings.job().backend(), settings.job().threads(), settings.job().execution())) {
      TrainingJob job =
          new TrainingJob(
              settings.job(),
              kept,
              new TrainingJob.Data(data.name(), data.sha256()),
              checkpoint,
              catalog,
              compute,
              context);
      return train(job, compute);
    }
  }

  private TaskReport train(TrainingJob job, Compute compute) {
    Sides sides = Sides.learn(data.training(), settings.text());
    Side source = sides.source();
    Side target = sides.target();
    TranslationModel model =
        new TranslationModel(
            job.model(settings.model(source.vocabulary().size(), target.vocabulary().size())),
            source,
            target);
    ModelRunner runner = compute.runner(model.model());
    PairExamples training = examples(data.training(), model);
    PairExamples validation =
        data.validation().isEmpty() ? null : examples(data.validation(), model);
    describe(model, training, compute);
    job.learningBy(TranslationModel.loss(catalog, settings.labelSmoothing()))
        .sampling(ScheduledSampling.parse("--scheduled-sampling", settings.scheduledSampling()));
    TrainingJob.Outcome outcome =
        job.train(
            model.model(),
            runner,
            TranslationModel.loss(catalog, 0),
            training,
            validation,
            model.vocabulariesForFile());
    TrainingResult result = outcome.result();
    if (outcome.stopped()) {
      return new TaskReport(job.figures(model.model(), outcome, Map.of()), "", true);
    }
    Map<String, Double> more = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    if (!data.test().isEmpty()) {
      measure(model, runner, more, text);
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train_loss", result.trainLoss());
    metrics.put("validation_loss", result.validationLoss());
    metrics.putAll(more);
    job.save(model.model(), model.vocabulariesForFile(), metrics);
    text.append(formatted("saved %s%n", settings.job().out()));
    return new TaskReport(job.figures(model.model(), outcome, more), text.toString(), false);
  }

  private PairExamples examples(List<PairData.Pair> pairs, TranslationModel model) {
    List<PairExamples.Pair> ids =
        pairs.stream()
            .map(pair ->
                new PairExamples.Pair(
                    model.source().ids(pair.source()), model.target().ids(pair.target())))
            .toList();
    return new PairExamples(
        ids,
        model.target().end(),
        settings.batch(),
        POOL,
        new CounterRandom(settings.job().seed()).stream("pairs"));
  }

  private void describe(TranslationModel model, PairExamples training, Compute compute) {
    context
        .log()
        .accept(
            formatted(
                "training %,d parameters (%s, hidden %d, attention %s) on %s with %d threads: %,d pairs of %s, %,d and %,d different tokens, %,d batches of %d an epoch",
                model.model().parameters().count(),
                settings.cell(),
                settings.hidden(),
                settings.attention(),
                compute.backend().description(),
                compute.workers().threads(),
                data.training().size(),
                data.name(),
                model.source().vocabulary().size(),
                model.target().vocabulary().size(),
                training.chunks(),
                settings.batch()));
  }

  private void measure(
      TranslationModel model, ModelRunner runner, Map<String, Double> figures, StringBuilder text) {
    List<String> sources = data.test().stream().map(PairData.Pair::source).toList();
    List<Translation> translations =
        model.translate(
            sources, BeamSettings.GREEDY, OptionalInt.empty(), settings.batch(), runner);
    Bleu bleu = new Bleu(Bleu.Tokenization.NONE);
    int exact = 0;
    for (int i = 0; i < translations.size(); i++) {
      String answer = translations.get(i).best();
      String expected = data.test().get(i).target();
      exact += answer.equals(expected) ? 1 : 0;
      bleu.add(answer, expected);
      if (i < SAMPLES) {
        text.append(formatted("%s -> %s%n", sources.get(i), answer));
      }
    }
    double share = (double) exact / translations.size();
    figures.put("exact_match", share);
    figures.put("test_pairs", (double) translations.size());
    if (model.target().splitting() != PlainSplitting.CHARACTERS) {
      figures.put("bleu", bleu.score());
    }
    text.append(
        formatted(
            "exact match %.1f %%: %,d of %,d that it has not seen%n",
            100 * share, exact, translations.size()));
  }
}

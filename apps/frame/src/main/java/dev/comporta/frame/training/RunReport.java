package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.inference.compute.Compute;
import dev.comporta.training.TrainingResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run reports: figures for JSON and for the model file, text for people.
 *
 * @param task what was trained
 * @param outcome how training ended
 * @param score on held-out data; null if training was interrupted
 * @param test on {@code --test-data}; null if there are none
 */
record RunReport(
    Task task, TrainingLoop.Outcome outcome, @Nullable Score score, @Nullable Score test) {
  private static final String TEST = "test_";

  /** By name, in order; null where a figure does not exist. */
  Map<String, @Nullable Object> figures(SequenceModel model, Compute compute, Path file) {
    TrainingResult result = outcome.result();
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("task", task.name());
    figures.put("steps", result.steps());
    figures.put("tokens", result.tokens());
    figures.put("seconds", outcome.seconds());
    figures.put("tokens_per_second", Score.finite(outcome.tokens() / outcome.seconds()));
    figures.put("train_loss", Score.finite(result.trainLoss()));
    figures.put("validation_loss", Score.finite(result.validationLoss()));
    if (score != null) {
      figures.putAll(score.report());
    }
    if (test != null) {
      test.figures().forEach((name, value) -> figures.put(TEST + name, Score.finite(value)));
    }
    figures.put("parameters", model.parameters().count());
    figures.put("threads", compute.workers().threads());
    figures.put("backend", compute.backend().name());
    figures.put("model", file.toString());
    return figures;
  }

  /** The figures that the model file keeps. */
  Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train_loss", outcome.result().trainLoss());
    metrics.put("validation_loss", outcome.result().validationLoss());
    add(metrics, "", score);
    if (score != null && score.baseline() != null) {
      metrics.put("baseline_" + score.metric(), score.baseline().value());
    }
    add(metrics, TEST, test);
    return metrics;
  }

  private static void add(Map<String, Double> metrics, String prefix, @Nullable Score score) {
    if (score != null) {
      score
          .figures()
          .forEach((name, value) -> {
            if (value instanceof Number number) {
              metrics.put(prefix + name, number.doubleValue());
            }
          });
    }
  }

  /** For people: the score, how it compares with the baseline, and where the model is. */
  String text(Path file) {
    StringBuilder text = new StringBuilder();
    if (score != null) {
      text.append(score.text()).append(System.lineSeparator());
      score.verdict().ifPresent(line -> text.append(line).append(System.lineSeparator()));
    }
    if (test != null) {
      text.append("test data: ").append(test.text()).append(System.lineSeparator());
    }
    return text.append(formatted("saved %s%n", file)).toString();
  }
}

package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.TaskReport;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model with several seeds and on several parts of the data, and reports the mean and the
 * spread of its scores. The models are not kept.
 */
final class Repetitions {
  /** Options of single runs. */
  private static final List<Option<?>> SINGLE =
      List.of(
          TrainingOptions.OUT,
          TrainingOptions.CHECKPOINT_EVERY,
          TrainingOptions.CSV,
          TrainingOptions.TENSORBOARD,
          TrainingOptions.RESUME);

  private final Task task;
  private final TaskContext context;

  Repetitions(Task task, TaskContext context) {
    this.task = task;
    this.context = context;
  }

  /**
   * One run of several.
   *
   * @param seed its seed
   * @param fold the part that it holds out, from 1; 0 if it holds out what the task does by itself
   * @param run how it ended
   */
  private record Repetition(int seed, int fold, RunReport run) {
    Score score() {
      Score score = run.score();
      if (score == null) {
        throw new IllegalStateException("a run that ended without a score");
      }
      return score;
    }

    Map<String, @Nullable Object> figures() {
      Map<String, @Nullable Object> figures = new LinkedHashMap<>();
      figures.put("seed", seed);
      if (fold > 0) {
        figures.put("fold", fold);
      }
      figures.put("seconds", run.outcome().seconds());
      figures.putAll(score().report());
      if (run.test() != null) {
        run.test()
            .figures()
            .forEach((name, value) -> figures.put("test_" + name, Score.finite(value)));
      }
      return figures;
    }
  }

  /** Runs all of them, each with the settings of this run and its own seed and part. */
  TaskReport run(Settings settings) {
    for (Option<?> option : SINGLE) {
      settings.requireEffective(option, "a single run, without --seeds and --folds", false);
    }
    int first = settings.get(TrainingOptions.SEED);
    int seeds = settings.get(RepetitionOptions.SEEDS);
    if (first > Integer.MAX_VALUE - seeds) {
      settings.requireEffective(RepetitionOptions.SEEDS, "a smaller --seed", false);
    }
    int[] folds =
        RepetitionOptions.hasFolds(settings) && !settings.isGiven(RepetitionOptions.FOLD)
            ? IntStream.rangeClosed(1, settings.get(RepetitionOptions.FOLDS)).toArray()
            : new int[] {0};
    List<Repetition> done = new ArrayList<>();
    int count = seeds * folds.length;
    for (int seed = first; seed < first + seeds; seed++) {
      for (int fold : folds) {
        Settings own = settings.with(TrainingOptions.SEED, seed);
        if (fold > 0) {
          own = own.with(RepetitionOptions.FOLD, fold);
        }
        RunReport run = once(own);
        if (run.score() == null) {
          context.log(formatted("stopped in run %d of %d", done.size() + 1, count));
          Map<String, @Nullable Object> figures = new LinkedHashMap<>();
          figures.put("task", task.name());
          figures.put("runs", done.stream().map(Repetition::figures).toList());
          return new TaskReport(figures, "", true);
        }
        Repetition repetition = new Repetition(seed, fold, run);
        done.add(repetition);
        context.log(
            formatted(
                "run %d of %d, seed %d%s: %s %.4g",
                done.size(),
                count,
                seed,
                fold > 0 ? formatted(", fold %d", fold) : "",
                words(repetition.score().metric()),
                repetition.score().value()));
      }
    }
    return report(done, seeds, folds);
  }

  private RunReport once(Settings settings) {
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      return new TrainingRun(task, context)
          .once(
              settings
                  .with(TrainingOptions.OUT, folder.path().resolve("model.comporta"))
                  .with(TrainingOptions.CHECKPOINT_EVERY, 0),
              true)
          .run();
    }
  }

  private TaskReport report(List<Repetition> done, int seeds, int[] folds) {
    Score first = done.getFirst().score();
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("task", task.name());
    figures.put("seeds", seeds);
    figures.put("folds", folds[0] > 0 ? folds.length : 0);
    StringBuilder text = new StringBuilder();
    text.append(
        formatted(
            "%d runs, with %d %s%s: mean, standard deviation, lowest and highest%n",
            done.size(),
            seeds,
            seeds == 1 ? "seed" : "seeds",
            folds[0] > 0 ? formatted(" and %d folds", folds.length) : ""));
    for (String name : done.getFirst().figures().keySet()) {
      List<Double> values = values(done, name);
      if (values.size() == done.size() && !name.equals("seed") && !name.equals("fold")) {
        Spread spread = Spread.of(values);
        figures.put(name, Score.finite(spread.mean()));
        figures.put(name + "_deviation", Score.finite(spread.deviation()));
        text.append(
            formatted(
                "  %-20s %10.4f %10.4f %10.4f %10.4f%n",
                words(name), spread.mean(), spread.deviation(), spread.lowest(), spread.highest()));
      }
    }
    figures.put("metric", first.metric());
    if (first.baseline() != null) {
      figures.put("baseline", first.baseline().name());
      long better = done.stream().filter(it -> it.score().beatsBaseline()).count();
      figures.put("runs_that_beat_the_baseline", better);
      text.append(
          formatted(
              "%d of %d runs beat the baseline, %s%n",
              better, done.size(), first.baseline().name()));
    }
    figures.put("runs", done.stream().map(Repetition::figures).toList());
    return new TaskReport(figures, text.toString(), false);
  }

  /** The values of a figure that is a number in every run. */
  private static List<Double> values(List<Repetition> done, String name) {
    List<Double> values = new ArrayList<>();
    for (Repetition one : done) {
      if (one.figures().get(name) instanceof Number number) {
        values.add(number.doubleValue());
      }
    }
    return values;
  }

  private static String words(String figure) {
    return figure.replace('_', ' ');
  }

  /** Values in a few figures; the deviation is that of a sample, with n - 1. */
  record Spread(double mean, double deviation, double lowest, double highest) {
    static Spread of(List<Double> values) {
      double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      return new Spread(
          mean,
          values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)),
          values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
          values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
    }
  }
}

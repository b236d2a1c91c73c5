package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.FigureSpread;
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
import java.util.Set;
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
   * @param part what the part that it holds out is called
   * @param number of this part, from 1; 0 if it holds out what the task does by itself
   * @param run how it ended
   */
  private record Repetition(int seed, String part, int number, RunReport run) {
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
      if (number > 0) {
        figures.put(part, number);
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
      settings.requireEffective(option, RepetitionOptions.SINGLE, false);
    }
    int first = settings.get(TrainingOptions.SEED);
    int seeds = settings.get(RepetitionOptions.SEEDS);
    if (first > Integer.MAX_VALUE - seeds) {
      settings.requireEffective(RepetitionOptions.SEEDS, "a smaller --seed", false);
    }
    RepetitionOptions.Parts parts = RepetitionOptions.parts(settings);
    int[] numbers =
        parts == null || settings.isGiven(parts.one())
            ? new int[] {0}
            : IntStream.rangeClosed(1, settings.get(parts.all())).toArray();
    String part = parts == null ? "" : parts.one().name();
    List<Repetition> done = new ArrayList<>();
    int count = seeds * numbers.length;
    for (int seed = first; seed < first + seeds; seed++) {
      for (int number : numbers) {
        Settings own = settings.with(TrainingOptions.SEED, seed);
        if (parts != null && number > 0) {
          own = own.with(parts.one(), number);
        }
        RunReport run = once(own);
        if (run.score() == null) {
          context.log(formatted("stopped in run %d of %d", done.size() + 1, count));
          Map<String, @Nullable Object> figures = new LinkedHashMap<>();
          figures.put("task", task.name());
          figures.put("runs", done.stream().map(Repetition::figures).toList());
          return new TaskReport(figures, "", true);
        }
        Repetition repetition = new Repetition(seed, part, number, run);
        done.add(repetition);
        context.log(
            formatted(
                "run %d of %d, seed %d%s: %s %.4g",
                done.size(),
                count,
                seed,
                number > 0 ? formatted(", %s %d", part, number) : "",
                words(repetition.score().metric()),
                repetition.score().value()));
      }
    }
    return report(done, seeds, part, numbers);
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

  private TaskReport report(List<Repetition> done, int seeds, String part, int[] numbers) {
    Score first = done.getFirst().score();
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("task", task.name());
    figures.put("seeds", seeds);
    boolean divided = numbers[0] > 0;
    figures.put(divided ? part + "s" : "folds", divided ? numbers.length : 0);
    StringBuilder text = new StringBuilder();
    text.append(
        formatted(
            "%d runs, with %d %s%s: mean, standard deviation, lowest and highest%n",
            done.size(),
            seeds,
            seeds == 1 ? "seed" : "seeds",
            divided ? formatted(" and %d %ss", numbers.length, part) : ""));
    FigureSpread spread =
        FigureSpread.of(
            done.stream().map(Repetition::figures).toList(), Set.of("seed", "fold", "origin"));
    figures.putAll(spread.figures());
    text.append(spread.text());
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

  private static String words(String figure) {
    return figure.replace('_', ' ');
  }
}

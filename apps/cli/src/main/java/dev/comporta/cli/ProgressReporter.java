package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Task;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingEvent.Checkpointed;
import dev.comporta.training.TrainingEvent.Checkpointing;
import dev.comporta.training.TrainingEvent.Exchanged;
import dev.comporta.training.TrainingEvent.Finished;
import dev.comporta.training.TrainingEvent.Started;
import dev.comporta.training.TrainingEvent.Stepped;
import dev.comporta.training.TrainingEvent.Stopped;
import dev.comporta.training.TrainingEvent.Validated;
import dev.comporta.training.TrainingListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

/** Shows on standard error how training goes: the loss, the speed, the time that is left. */
abstract sealed class ProgressReporter implements TrainingListener, AutoCloseable
    permits ProgressLines, TerminalProgress {
  /** Set by the launcher to the columns of the terminal if standard error is one. */
  static final String COLUMNS = "comporta.terminal.columns";

  /** The shortest time from which a pace follows. */
  private static final long MEASURED = Duration.ofSeconds(2).toNanos();

  /**
   * The first steps are slow: classes are loaded, and code is compiled. A pace is believed once a
   * step no longer took this many times as long just before.
   */
  private static final double WARMING_UP = 1.25;

  /** How much of the pace is that of the newest steps. */
  private static final double NEWEST_PACE = 0.3;

  /** How much of the shown loss is that of the newest step. */
  private static final double NEWEST = 0.05;

  private final Task task;
  private long totalSteps;
  private long firstStep;
  private long paceStep;
  private long paceBegun;
  private double perStep = Double.NaN;
  private boolean warm;
  private long begun;
  private long count;
  private double loss = Double.NaN;

  ProgressReporter(Task task) {
    this.task = task;
  }

  /** A bar if the launcher says that standard error is a terminal, else plain lines. */
  static ProgressReporter of(PrintWriter err, Task task) {
    Integer columns = Integer.getInteger(COLUMNS);
    return columns == null || columns < 40 || "dumb".equals(System.getenv("TERM"))
        ? new ProgressLines(err, task)
        : new TerminalProgress(err, task, columns);
  }

  /** Prints a line for the person who watches. */
  abstract void log(String line);

  /** Training begins. */
  abstract void started(long step, long total);

  /** A step is done. */
  abstract void stepped(long step, long total);

  /** Training has ended. */
  abstract void ended();

  @Override
  public final void on(TrainingEvent event) {
    switch (event) {
      case Started started -> {
        totalSteps = started.totalSteps();
        firstStep = started.step();
        begun = System.nanoTime();
        paceStep = firstStep;
        paceBegun = begun;
        if (firstStep > 0) {
          log(formatted("continuing after step %,d of %,d", firstStep, totalSteps));
        }
        started(firstStep, totalSteps);
      }
      case Stepped stepped -> {
        count += stepped.count();
        if (stepped.count() > 0) {
          loss =
              Double.isNaN(loss) ? stepped.loss() : (1 - NEWEST) * loss + NEWEST * stepped.loss();
        }
        pace(stepped.step(), System.nanoTime());
        stepped(stepped.step(), totalSteps);
      }
      case Validated validated ->
          log(
              formatted(
                  "step %,d, epoch %d: validation %s",
                  validated.step(), validated.epoch(), task.describe(validated.loss())));
      case Checkpointing checkpointing -> {}
      case Checkpointed checkpointed -> {}
      case Exchanged exchanged -> {}
      case Finished finished -> ended();
      case Stopped stopped -> ended();
    }
  }

  /** Measures how long a step takes now; the time of a validation counts as well. */
  final void pace(long step, long now) {
    if (step <= paceStep || now - paceBegun < MEASURED) {
      return;
    }
    double newest = (double) (now - paceBegun) / (step - paceStep);
    warm = warm || perStep < WARMING_UP * newest;
    perStep = warm ? (1 - NEWEST_PACE) * perStep + NEWEST_PACE * newest : newest;
    paceStep = step;
    paceBegun = now;
  }

  /** The figures of the moment, such as {@code loss 1.5203 nats, 2.193 bits per character, ...}. */
  final String figures() {
    return task.describe(loss) + ", " + speed();
  }

  /** The first figure of the moment, for a short line. */
  final String shortFigure() {
    String all = task.describe(loss);
    int end = all.indexOf(", ");
    return end < 0 ? all : all.substring(0, end);
  }

  /** Such as {@code 12,345 characters/s}. */
  final String speed() {
    double seconds = (System.nanoTime() - begun) / 1e9;
    return formatted("%,.0f %ss/s", count / seconds, task.timestep());
  }

  /** The time that the remaining steps take; nothing until a pace is known. */
  final Optional<Duration> timeLeft(long step) {
    return warm
        ? Optional.of(Duration.ofNanos((long) (perStep * (totalSteps - step))))
        : Optional.empty();
  }

  /** The time left as {@code 0:01:30 left}; empty until a pace is known. */
  final String clockLeft(long step) {
    return timeLeft(step)
        .map(left ->
            formatted(
                "%d:%02d:%02d left", left.toHours(), left.toMinutesPart(), left.toSecondsPart()))
        .orElse("");
  }

  @Override
  public abstract void close();
}

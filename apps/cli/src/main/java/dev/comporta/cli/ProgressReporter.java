package dev.comporta.cli;

import dev.comporta.frame.Task;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingEvent.Checkpointed;
import dev.comporta.training.TrainingEvent.Checkpointing;
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

  /** The first steps are slow: classes are loaded, and code is compiled. */
  private static final long WARM_UP = Duration.ofSeconds(3).toNanos();

  /** The shortest time from which a pace follows. */
  private static final long MEASURED = Duration.ofSeconds(2).toNanos();

  /** How much of the shown loss is that of the newest step. */
  private static final double NEWEST = 0.05;

  private final Task task;
  private long totalSteps;
  private long firstStep;
  private long paceStep = -1;
  private long paceBegun;
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
        if (firstStep > 0) {
          log("going on after step %,d of %,d".formatted(firstStep, totalSteps));
        }
        started(firstStep, totalSteps);
      }
      case Stepped stepped -> {
        count += stepped.count();
        if (stepped.count() > 0) {
          loss =
              Double.isNaN(loss) ? stepped.loss() : (1 - NEWEST) * loss + NEWEST * stepped.loss();
        }
        long now = System.nanoTime();
        if (paceStep < 0 && now - begun >= WARM_UP) {
          paceStep = stepped.step();
          paceBegun = now;
        }
        stepped(stepped.step(), totalSteps);
      }
      case Validated validated ->
          log(
              "step %,d, epoch %d: validation %s"
                  .formatted(validated.step(), validated.epoch(), task.describe(validated.loss())));
      case Checkpointing checkpointing -> {}
      case Checkpointed checkpointed -> {}
      case Finished finished -> ended();
      case Stopped stopped -> ended();
    }
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
    return "%,.0f %ss/s".formatted(count / seconds, task.unit());
  }

  /** The time that the remaining steps take; nothing until a pace is known. */
  final Optional<Duration> timeLeft(long step) {
    long elapsed = System.nanoTime() - paceBegun;
    if (paceStep < 0 || step <= paceStep || elapsed < MEASURED) {
      return Optional.empty();
    }
    double perStep = (double) elapsed / (step - paceStep);
    return Optional.of(Duration.ofNanos((long) (perStep * (totalSteps - step))));
  }

  /** The time left as {@code 0:01:30 left}; empty until a pace is known. */
  final String clockLeft(long step) {
    return timeLeft(step)
        .map(left ->
            "%d:%02d:%02d left"
                .formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart()))
        .orElse("");
  }

  @Override
  public abstract void close();
}

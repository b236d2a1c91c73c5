package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.tasks.Task;
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

/** Shows on standard error how training goes: the loss, the speed, the time that is left. */
abstract sealed class ProgressReporter implements TrainingListener, AutoCloseable
    permits ProgressLines, TerminalProgress {
  /** Set by the launcher to the columns of the terminal if standard error is one. */
  static final String COLUMNS = "comporta.terminal.columns";

  /** How much of the shown loss is that of the newest step. */
  private static final double NEWEST = 0.05;

  private final Task task;
  private long totalSteps;
  private long firstStep;
  private long begun;
  private long count;
  private double loss = Double.NaN;

  ProgressReporter(Task task) {
    this.task = task;
  }

  /** A bar if the launcher says that standard error is a terminal, else plain lines. */
  static ProgressReporter of(PrintWriter err, Task task) {
    Integer columns = Integer.getInteger(COLUMNS);
    return columns == null || columns < 40
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
          log(formatted("going on after step %,d of %,d", firstStep, totalSteps));
        }
        started(firstStep, totalSteps);
      }
      case Stepped stepped -> {
        count += stepped.count();
        if (stepped.count() > 0) {
          loss =
              Double.isNaN(loss) ? stepped.loss() : (1 - NEWEST) * loss + NEWEST * stepped.loss();
        }
        stepped(stepped.step(), totalSteps);
      }
      case Validated validated ->
          log(
              formatted(
                  "step %,d, epoch %d: validation %s",
                  validated.step(), validated.epoch(), task.describe(validated.loss())));
      case Checkpointing checkpointing -> {}
      case Checkpointed checkpointed -> {}
      case Finished finished -> ended();
      case Stopped stopped -> ended();
    }
  }

  /** The figures of the moment, such as {@code loss 1.5203 nats, 2.193 bits per character, ...}. */
  final String figures() {
    double seconds = (System.nanoTime() - begun) / 1e9;
    return formatted("%s, %,.0f %ss/s", task.describe(loss), count / seconds, task.unit());
  }

  /** The time that the remaining steps take at the pace so far. */
  final Duration timeLeft(long step) {
    long elapsed = System.nanoTime() - begun;
    double perStep = (double) elapsed / Math.max(1, step - firstStep);
    return Duration.ofNanos((long) (perStep * (totalSteps - step)));
  }

  @Override
  public abstract void close();
}

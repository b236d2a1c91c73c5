package dev.comporta.cli;

import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingEvent.Checkpointed;
import dev.comporta.training.TrainingEvent.Finished;
import dev.comporta.training.TrainingEvent.Started;
import dev.comporta.training.TrainingEvent.Stepped;
import dev.comporta.training.TrainingEvent.Stopped;
import dev.comporta.training.TrainingEvent.Validated;
import dev.comporta.training.TrainingListener;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * Shows on standard error how training goes: the loss, its bits, the speed, the time that is left.
 */
abstract sealed class ProgressReporter implements TrainingListener, AutoCloseable
    permits ProgressLines, TerminalProgress {
  /** Set by the launcher to the columns of the terminal if standard error is one. */
  static final String COLUMNS = "comporta.terminal.columns";

  private static final double LN_2 = Math.log(2);

  /** How much of the shown loss is that of the newest step. */
  private static final double NEWEST = 0.05;

  private final String unit;
  private long totalSteps;
  private long firstStep;
  private long begun;
  private long count;
  private double loss = Double.NaN;

  ProgressReporter(String unit) {
    this.unit = unit;
  }

  /** A bar if the launcher says that standard error is a terminal, else plain lines. */
  static ProgressReporter of(PrintWriter err, String unit) {
    Integer columns = Integer.getInteger(COLUMNS);
    return columns == null || columns < 40
        ? new ProgressLines(err, unit)
        : new TerminalProgress(err, unit, columns);
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
        loss = Double.isNaN(loss) ? stepped.loss() : (1 - NEWEST) * loss + NEWEST * stepped.loss();
        stepped(stepped.step(), totalSteps);
      }
      case Validated validated ->
          log(
              "step %,d, epoch %d: validation loss %.4f nats, %.3f bits per %s"
                  .formatted(
                      validated.step(),
                      validated.epoch(),
                      validated.loss(),
                      validated.loss() / LN_2,
                      unit));
      case Checkpointed checkpointed -> {}
      case Finished finished -> ended();
      case Stopped stopped -> ended();
    }
  }

  /** The figures of the moment, such as {@code loss 1.52, 2.19 bits per character, 31,000 ...}. */
  final String figures() {
    double seconds = (System.nanoTime() - begun) / 1e9;
    return "loss %.3f, %.3f bits per %s, %,.0f %ss/s"
        .formatted(loss, loss / LN_2, unit, count / seconds, unit);
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

package dev.comporta.cli;

import dev.comporta.api.Printable;
import dev.comporta.tasks.Task;
import java.io.PrintWriter;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress for people: one bar at the bottom of the terminal, messages above it. */
final class TerminalProgress extends ProgressReporter {
  private static final int UPDATE_MILLIS = 250;

  private final PrintWriter err;
  private final int columns;
  private @Nullable ProgressBar bar;
  private volatile long step;

  TerminalProgress(PrintWriter err, Task task, int columns) {
    super(task);
    this.err = err;
    this.columns = columns;
  }

  @Override
  void log(String line) {
    synchronized (err) {
      if (bar != null) {
        err.print("\r" + " ".repeat(columns - 1) + "\r");
      }
      err.println(Printable.line(line));
      err.flush();
    }
  }

  @Override
  void started(long first, long total) {
    step = first;
    bar =
        new ProgressBarBuilder()
            .setTaskName("train")
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setEtaFunction(state -> Optional.of(timeLeft(step)))
            .setConsumer(new Line())
            .build();
    bar.stepTo(first);
  }

  @Override
  void stepped(long now, long total) {
    step = now;
    if (bar != null) {
      bar.stepTo(now);
      bar.setExtraMessage(" " + figures());
    }
  }

  @Override
  void ended() {
    close();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
      err.println();
    }
    err.flush();
  }

  /** Writes the bar over itself. */
  private final class Line implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return columns - 1;
    }

    @Override
    public void accept(String rendered) {
      synchronized (err) {
        err.print("\r" + rendered);
        err.flush();
      }
    }

    @Override
    public void close() {}
  }
}

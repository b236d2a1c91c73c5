package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.frame.Task;
import java.io.PrintWriter;
import java.time.Duration;

/** Progress for logs: a plain line every few seconds. */
final class ProgressLines extends ProgressReporter {
  private static final long INTERVAL = Duration.ofSeconds(5).toNanos();

  private final PrintWriter err;
  private long last;

  ProgressLines(PrintWriter err, Task task) {
    super(task);
    this.err = err;
  }

  @Override
  void log(String line) {
    err.println(Printable.line(line));
    err.flush();
  }

  @Override
  void started(long step, long total) {
    last = System.nanoTime();
  }

  @Override
  void stepped(long step, long total) {
    long now = System.nanoTime();
    if (now - last >= INTERVAL) {
      last = now;
      String left = clockLeft(step);
      log(
          formatted(
              "step %,d of %,d: %s%s", step, total, figures(), left.isEmpty() ? "" : ", " + left));
    }
  }

  @Override
  void ended() {}

  @Override
  public void close() {
    err.flush();
  }
}

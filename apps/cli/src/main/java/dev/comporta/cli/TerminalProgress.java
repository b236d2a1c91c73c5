package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.frame.Task;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import org.jspecify.annotations.Nullable;

/** Progress for people: one bar at the bottom of the terminal, messages above it. */
final class TerminalProgress extends ProgressReporter {
  private static final int UPDATE_MILLIS = 250;
  private static final int SHORTEST_BAR = 12;

  /** A line that has become too long for a resized window is cut off there, not continued below. */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final int columns;
  private @Nullable ProgressBar bar;
  private volatile String text = "";

  TerminalProgress(PrintWriter err, Task task, int columns) {
    super(task);
    this.err = err;
    this.columns = columns;
  }

  @Override
  void log(String line) {
    synchronized (err) {
      if (bar != null) {
        err.print(CLEAR);
      }
      err.println(Printable.line(line));
      err.flush();
    }
  }

  @Override
  void started(long first, long total) {
    bar =
        new ProgressBarBuilder()
            .setTaskName("train")
            .setInitialMax(total)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setRenderer((state, most) -> text)
            .setConsumer(new Line())
            .build();
    bar.stepTo(first);
  }

  @Override
  void stepped(long now, long total) {
    if (bar != null) {
      text = rendered(now, total, columns - 1);
      bar.stepTo(now);
    }
  }

  /** What matters most comes first: the loss, the part done, the time left, then the rest. */
  private String rendered(long now, long total, int most) {
    StringBuilder line = new StringBuilder(shortFigure());
    line.append(formatted("  %d%%", total == 0 ? 100 : 100 * now / total));
    for (String part : new String[] {clockLeft(now), formatted("%,d/%,d", now, total), speed()}) {
      if (!part.isEmpty() && line.length() + 2 + part.length() <= most) {
        line.append("  ").append(part);
      }
    }
    int room = most - line.length() - 4;
    if (room >= SHORTEST_BAR) {
      int done = total == 0 ? room : (int) (room * now / total);
      line.append("  [").append("=".repeat(done)).append(" ".repeat(room - done)).append(']');
    }
    return line.substring(0, Math.min(line.length(), most));
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
        err.print(NO_WRAP + CLEAR + rendered + WRAP);
        err.flush();
      }
    }

    @Override
    public void close() {}
  }
}

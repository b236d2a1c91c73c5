package dev.comporta.frame.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A log whose lines wait until a run has passed all checks, so that a refusal is one line. */
final class HeldLog implements Consumer<String> {
  private final Consumer<String> log;
  private @Nullable List<String> held = new ArrayList<>();

  /**
   * A log that holds its lines.
   *
   * @param log takes the lines when they are released
   */
  HeldLog(Consumer<String> log) {
    this.log = log;
  }

  @Override
  public void accept(String line) {
    if (held == null) {
      log.accept(line);
    } else {
      held.add(line);
    }
  }

  /** Passes the lines on, and from now on each line at once. */
  void release() {
    if (held != null) {
      held.forEach(log);
      held = null;
    }
  }
}

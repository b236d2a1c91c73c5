package dev.comporta.frame;

import java.util.function.Supplier;

/**
 * A request to stop, such as Ctrl-C, and whether running work will act on it. Safe for use by
 * several threads.
 */
public final class Interruption {
  private boolean requested;
  private boolean heeded;

  /** Creates one that has not been requested. */
  public Interruption() {}

  /**
   * Asks for a stop.
   *
   * @return true if work is running that will end by itself and keep what it has
   */
  public synchronized boolean request() {
    requested = true;
    return heeded;
  }

  /** {@return whether a stop was asked for} */
  public synchronized boolean requested() {
    return requested;
  }

  /**
   * Runs work that looks at {@link #requested} from time to time. A caller of {@link #request}
   * during the work waits for the process to end by itself.
   *
   * @param work what to run
   * @param <T> its result
   * @return its result
   */
  public <T> T heeding(Supplier<T> work) {
    setHeeded(true);
    try {
      return work.get();
    } finally {
      setHeeded(false);
    }
  }

  private synchronized void setHeeded(boolean value) {
    heeded = value;
  }
}

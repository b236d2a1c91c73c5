package dev.comporta.cli;

import dev.comporta.frame.Interruption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns Ctrl-C into a request: the JVM's shutdown is held up until the running step is done and its
 * checkpoint written. If no run reacts to the request, the JVM ends at once, as usual.
 */
final class InterruptHook {
  /** 128 + SIGINT, what shells report for a command that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  private final CountDownLatch done = new CountDownLatch(1);
  private final AtomicInteger code = new AtomicInteger();
  private final Thread thread;

  private InterruptHook(Interruption interruption) {
    this.thread = new Thread(() -> waitForEnd(interruption), "interrupt");
  }

  static InterruptHook install(Interruption interruption) {
    InterruptHook hook = new InterruptHook(interruption);
    Runtime.getRuntime().addShutdownHook(hook.thread);
    return hook;
  }

  private void waitForEnd(Interruption interruption) {
    if (interruption.request()) {
      System.err.println("stopping after this step");
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      Runtime.getRuntime().halt(afterInterrupt(code.get()));
    }
  }

  /** A failure stays one: 130 says that the work up to here is kept. */
  static int afterInterrupt(int exitCode) {
    return exitCode == 0 ? INTERRUPTED : exitCode;
  }

  /**
   * Ends the JVM: with this code, or as interrupted if the shutdown has begun and all went well.
   */
  void exit(int exitCode) {
    if (mayStillExit()) {
      System.exit(exitCode);
    }
    code.set(exitCode);
    done.countDown(); // the hook ends the JVM
  }

  private boolean mayStillExit() {
    try {
      return Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      return false; // documented: the shutdown has begun
    }
  }
}

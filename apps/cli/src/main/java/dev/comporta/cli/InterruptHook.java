package dev.comporta.cli;

import dev.comporta.tasks.Interruption;
import java.util.concurrent.CountDownLatch;

/**
 * Turns Ctrl-C into a request: the JVM's shutdown is held up until the running step is done and its
 * checkpoint written. Where nobody heeds the request, the JVM ends at once as it always does.
 */
final class InterruptHook {
  /** 128 + SIGINT, what shells report for a command that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread thread;
  private volatile int code;

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
      Runtime.getRuntime().halt(code == 0 ? INTERRUPTED : code); // a checkpoint may have failed
    }
  }

  /** Ends the JVM: with this code, or as interrupted if the shutdown has begun. */
  void exit(int code) {
    if (mayStillExit()) {
      System.exit(code);
    }
    this.code = code;
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

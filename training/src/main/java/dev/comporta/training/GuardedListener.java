package dev.comporta.training;

import org.jspecify.annotations.Nullable;

/**
 * Tells a listener what happens and keeps its first failure, so that the trainer can complete the
 * update and write a checkpoint before it throws. After a failure nothing more is told.
 */
final class GuardedListener {
  private TrainingListener listener = event -> {};
  private @Nullable RuntimeException failure;

  void set(TrainingListener newListener) {
    listener = newListener;
  }

  /** Tells again, whatever failed before. */
  void begin() {
    failure = null;
  }

  void tell(TrainingEvent event) {
    if (failure == null) {
      run(() -> listener.on(event));
    }
  }

  /** Does what may fail without harm to the update that is under way. */
  void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      if (failure == null) {
        failure = e; // thrown by the trainer, after its checkpoint
      } else {
        failure.addSuppressed(e);
      }
    }
  }

  /** What was thrown first, or null. */
  @Nullable RuntimeException failure() {
    return failure;
  }
}

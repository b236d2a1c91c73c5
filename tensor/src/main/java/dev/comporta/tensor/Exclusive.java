package dev.comporta.tensor;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Guards an object that has state and is for one thread at a time: a call that begins while another
 * thread's call is under way is refused before it touches anything, so the first one is not harmed.
 * Different threads may use the object one after the other. Entering and leaving allocate nothing.
 *
 * <pre>{@code
 * exclusive.enter();
 * try {
 *   ...
 * } finally {
 *   exclusive.leave();
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Exclusive {
  private static final VarHandle USER;

  static {
    try {
      USER = MethodHandles.lookup().findVarHandle(Exclusive.class, "user", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String operation;
  private final String advice;

  @SuppressWarnings("unused") // by USER
  private @Nullable Thread user;

  /**
   * Creates a guard that is free.
   *
   * @param operation what the message begins with, such as {@code session}
   * @param advice what to do instead, such as {@code give each thread a session of its own}
   */
  public Exclusive(String operation, String advice) {
    this.operation = operation;
    this.advice = advice;
  }

  /**
   * Begins a call.
   *
   * @throws ComportaException if another call is under way, whose thread is then the only one to
   *     {@link #leave}
   */
  public void enter() {
    if (!USER.compareAndSet(this, null, Thread.currentThread())) {
      throw refusal((Thread) USER.getOpaque(this));
    }
  }

  /** Ends the call; only after an {@link #enter} that succeeded. */
  public void leave() {
    USER.setRelease(this, null);
  }

  /**
   * Whether the call under way is one of this thread.
   *
   * @return true between {@link #enter} and {@link #leave} of this thread
   */
  public boolean isMine() {
    return USER.getOpaque(this) == Thread.currentThread();
  }

  private ComportaException refusal(@Nullable Thread other) {
    return new ComportaException(
        formatted(
            "[%s] expected one call at a time but thread '%s' called while %s was still at work; %s",
            operation,
            Thread.currentThread().getName(),
            other == null ? "another thread" : "thread '" + other.getName() + "'",
            advice));
  }
}

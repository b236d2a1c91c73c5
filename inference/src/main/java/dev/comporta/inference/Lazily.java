package dev.comporta.inference;

import dev.comporta.api.ComportaException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A part of the typed API, made when it is first asked for, or the reason why there is none. */
final class Lazily<T> {
  private final Supplier<T> create;
  private @Nullable T value;
  private @Nullable ComportaException refusal;

  Lazily(Supplier<T> create) {
    this.create = create;
  }

  /** The part; throws the reason if the model has none. */
  synchronized T get() {
    if (refusal != null) {
      throw new ComportaException(String.valueOf(refusal.getMessage()), refusal);
    }
    T made = value;
    if (made == null) {
      try {
        made = create.get();
        value = made;
      } catch (ComportaException e) {
        refusal = e;
        throw e;
      }
    }
    return made;
  }

  /** Whether the model has the part. */
  synchronized boolean isPossible() {
    if (value == null && refusal == null) {
      try {
        value = create.get();
      } catch (ComportaException e) {
        refusal = e;
      }
    }
    return value != null;
  }
}

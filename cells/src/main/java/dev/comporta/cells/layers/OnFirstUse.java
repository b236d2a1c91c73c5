package dev.comporta.cells.layers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made when it is first asked for, and kept. A layer that stands in an untrusted
 * specification takes no memory this way before it has been compared with the model's parameters.
 *
 * @param <T> the value
 */
final class OnFirstUse<T> implements Supplier<T> {
  private final Supplier<T> make;
  private volatile @Nullable T value;

  OnFirstUse(Supplier<T> make) {
    this.make = make;
  }

  @Override
  public T get() {
    T made = value;
    if (made == null) {
      made = make.get(); // two threads may both make it, and make the same
      value = made;
    }
    return made;
  }
}

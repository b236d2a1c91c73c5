package dev.comporta.cells.plan.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/** The numbered buffers of a program. */
public final class Buffers {
  private final List<Buffer> all = new ArrayList<>();
  private final Map<Buffer, Integer> numbers = new HashMap<>();

  /** Adds a buffer, even if there is an equal one, and returns its number. */
  public int add(Buffer buffer) {
    all.add(buffer);
    return all.size() - 1;
  }

  /** The number of a buffer, which is added on first use. */
  public int of(Buffer buffer) {
    return numbers.computeIfAbsent(buffer, this::add);
  }

  /** All buffers, by number. */
  public List<Buffer> all() {
    return all;
  }

  /** Calls back for all buffers of a kind, with their numbers. */
  public <B extends Buffer> void each(Class<B> kind, ObjIntConsumer<B> action) {
    for (int i = 0; i < all.size(); i++) {
      if (kind.isInstance(all.get(i))) {
        action.accept(kind.cast(all.get(i)), i);
      }
    }
  }
}

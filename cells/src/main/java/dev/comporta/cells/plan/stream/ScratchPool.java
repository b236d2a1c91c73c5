package dev.comporta.cells.plan.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The scratch memory that all single streams of a plan share: one for each call that is under way
 * at the same time. Threads start their search at different places, so that they rarely meet, and
 * find the memory that they used last. Thread-safe; taking allocates only while the number of calls
 * at the same time grows.
 */
final class ScratchPool {
  private final StreamPlan plan;
  private volatile StreamScratch[] all = {};

  ScratchPool(StreamPlan plan) {
    this.plan = plan;
  }

  /** Takes memory that no other call uses; {@link StreamScratch#giveBack} returns it. */
  StreamScratch take() {
    StreamScratch found = free(all);
    return found == null ? added() : found;
  }

  private static @Nullable StreamScratch free(StreamScratch[] known) {
    int first = (int) Thread.currentThread().threadId();
    for (int i = 0; i < known.length; i++) {
      StreamScratch scratch = known[Integer.remainderUnsigned(first + i, known.length)];
      if (scratch.take()) {
        return scratch;
      }
    }
    return null;
  }

  private synchronized StreamScratch added() {
    StreamScratch[] known = all;
    StreamScratch found = free(known); // another thread may have added or returned one
    if (found != null) {
      return found;
    }
    StreamScratch scratch = new StreamScratch(plan, 1, 1);
    scratch.take();
    StreamScratch[] more = Arrays.copyOf(known, known.length + 1);
    more[known.length] = scratch;
    all = more;
    return scratch;
  }
}

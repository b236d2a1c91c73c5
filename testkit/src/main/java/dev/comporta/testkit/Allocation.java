package dev.comporta.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.apiguardian.api.API;

/** What code allocates on the heap once it is warm, counted by the virtual machine. */
@API(status = API.Status.EXPERIMENTAL)
public final class Allocation {
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private Allocation() {}

  /**
   * The least that one of many repetitions allocates on the caller's thread. While code is not yet
   * compiled it allocates more, so repetitions go on until one is within the limit; code that
   * always allocates more never is.
   *
   * @param limit bytes that are low enough
   * @param most how many repetitions are tried
   * @param body what is repeated
   * @return bytes of the repetition that allocated least
   */
  public static long least(long limit, int most, Runnable body) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < most && least > limit; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      body.run();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}

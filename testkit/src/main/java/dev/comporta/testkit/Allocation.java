package dev.comporta.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.apiguardian.api.API;

/** Measures the heap allocation of warmed-up code with the JVM's own counter. */
@API(status = API.Status.EXPERIMENTAL)
public final class Allocation {
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private Allocation() {}

  /**
   * The minimum allocation of one repetition on the caller's thread. Code allocates more before it
   * is compiled, so the body is repeated until one repetition stays within the limit or the maximum
   * number is reached.
   *
   * @param limit the number of bytes at which to stop
   * @param most the maximum number of repetitions
   * @param body the code to measure
   * @return the bytes of the repetition that allocated least
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

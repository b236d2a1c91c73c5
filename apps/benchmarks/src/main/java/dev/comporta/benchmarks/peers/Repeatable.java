package dev.comporta.benchmarks.peers;

/** Work that can be repeated, whose time is measured in this process. */
public interface Repeatable extends Timed, AutoCloseable {
  /** Does the work once. */
  void execute();

  @Override
  default double[] time(int samples, int executions) {
    double[] nanos = new double[samples];
    for (int sample = 0; sample < samples; sample++) {
      long start = System.nanoTime();
      for (int i = 0; i < executions; i++) {
        execute();
      }
      nanos[sample] = (double) (System.nanoTime() - start) / executions;
    }
    return nanos;
  }

  /** Releases the memory. */
  @Override
  void close();
}

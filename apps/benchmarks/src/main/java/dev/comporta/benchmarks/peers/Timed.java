package dev.comporta.benchmarks.peers;

/** Work whose time can be measured. */
public interface Timed {
  /**
   * Measures the time of the work. If an execution is short, several form one sample, so that the
   * overhead of reading the clock is negligible.
   *
   * @param samples the number of samples
   * @param executions the number of executions per sample, 1 or more
   * @return for each sample, the mean nanoseconds per execution
   */
  double[] time(int samples, int executions);
}

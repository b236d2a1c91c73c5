package dev.comporta.benchmarks;

import dev.comporta.benchmarks.peers.Measurement;
import dev.comporta.benchmarks.peers.Timed;
import java.util.stream.DoubleStream;

/** Takes blocks of time samples of one run, after warm-up. */
final class TimeSampler {
  /** The minimum duration of a sample; shorter work is repeated. */
  private static final double LEAST_SAMPLE_NANOS = 100_000;

  /** The minimum warm-up as a multiple of the measured time; less for native libraries. */
  private static final double LEAST_WARM_UP = 2;

  private static final double LEAST_WARM_UP_OF_A_PEER = 0.5;

  /** Warm-up continues while it helps, at most for this multiple of the measured time. */
  private static final double MOST_WARM_UP = 10;

  private static final int MOST_EXECUTIONS = 4096;
  private static final int MOST_SAMPLES = 5000;

  /** The minimum number of executions in warm-up, because the JIT compilers count executions. */
  private static final int LEAST_EXECUTIONS = 60;

  /** The ratio of times below which a block counts as faster than the previous one. */
  private static final double FASTER = 0.98;

  private final Timed run;
  private int executions = 1;
  private double executionNanos;

  TimeSampler(Timed run) {
    this.run = run;
  }

  /** A warm sampler of a run of Comporta that is going to be measured for so many seconds. */
  static TimeSampler ofOurs(Timed run, double seconds) {
    return warm(run, LEAST_WARM_UP * seconds, MOST_WARM_UP * seconds);
  }

  /** A warm sampler of a run of a peer that is going to be measured for so many seconds. */
  static TimeSampler ofPeer(Timed run, double seconds) {
    return warm(run, LEAST_WARM_UP_OF_A_PEER * seconds, MOST_WARM_UP * seconds);
  }

  private static TimeSampler warm(Timed run, double least, double most) {
    TimeSampler sampler = new TimeSampler(run);
    sampler.warmUp(least, most);
    return sampler;
  }

  /**
   * Repeats the work for a minimum time and number of executions, then for as long as it still gets
   * faster.
   *
   * @param least the minimum duration in seconds
   * @param most the maximum duration in seconds
   */
  void warmUp(double least, double most) {
    long start = System.nanoTime();
    executionNanos = run.time(1, 1)[0];
    double best = Double.POSITIVE_INFINITY;
    int withoutGain = 0;
    long count = 1;
    while (true) {
      double[] block = block(least / 8);
      count += (long) block.length * executions;
      double median = new Measurement(block).medianMicros();
      withoutGain = median < FASTER * best ? 0 : withoutGain + 1;
      best = Math.min(best, median);
      double seconds = (System.nanoTime() - start) / 1e9;
      boolean steady = count >= LEAST_EXECUTIONS && withoutGain >= 3;
      if (seconds > most || (seconds > least && steady)) {
        return;
      }
    }
  }

  /** One block of samples of approximately this duration. */
  double[] block(double seconds) {
    executions =
        (int) Math.clamp(Math.ceil(LEAST_SAMPLE_NANOS / executionNanos), 1, MOST_EXECUTIONS);
    int samples = (int) Math.clamp(seconds * 1e9 / (executionNanos * executions), 1, MOST_SAMPLES);
    double[] nanos = run.time(samples, executions);
    executionNanos = Math.max(1, DoubleStream.of(nanos).average().orElseThrow());
    return nanos;
  }
}

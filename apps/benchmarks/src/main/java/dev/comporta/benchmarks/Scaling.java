package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.benchmarks.ours.Comporta;
import dev.comporta.benchmarks.peers.PeerProcess;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows that compare several threads of Comporta with one; the ratio is the speed-up. */
final class Scaling {
  /** The name in the peer column. */
  static final String ONE_THREAD = "one-thread";

  private Scaling() {}

  /** The numbers of threads: the powers of two up to the number of processors, and that number. */
  static List<Integer> threads(int processors) {
    List<Integer> threads = new ArrayList<>();
    for (int n = 1; n < processors; n *= 2) {
      threads.add(n);
    }
    threads.add(processors);
    return threads;
  }

  /** The name of a row, such as {@code scaling-medium-threads-2}. */
  static String name(Workload workload, int threads) {
    return formatted("scaling-%s-threads-%d", workload.name(), threads);
  }

  /**
   * Measures both sides in alternating turns, each in a JVM of its own.
   *
   * @throws IllegalStateException if the results have different bits
   */
  static Row measure(Workload workload, int threads, long seed, double seconds) {
    Problem problem = Problem.of(workload, seed);
    try (PeerProcess many = PeerProcess.start(Comporta.launch(), _ -> true, threads);
        PeerProcess single = PeerProcess.start(Comporta.launch(), _ -> true, 1);
        Run ours = many.start(problem);
        Run one = single.start(problem)) {
      ours.execute();
      one.execute();
      if (!Arrays.equals(ours.result(), one.result())) {
        throw new IllegalStateException(
            formatted(
                "[%s] expected the same bits from %d threads and from one but they differ",
                workload.name(), threads));
      }
      TimeSampler several = TimeSampler.ofOurs(ours, seconds);
      TimeSampler alone = TimeSampler.ofOurs(one, seconds);
      Comparison comparison = Comparison.alternate(several, alone, seconds);
      return Row.of("scaling", name(workload, threads), ONE_THREAD, comparison, workload.flops());
    }
  }
}

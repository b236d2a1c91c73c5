package dev.comporta.benchmarks;

import dev.comporta.benchmarks.peers.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;

/**
 * The result of two libraries that run the same workload in alternating turns.
 *
 * @param ours all samples of Comporta
 * @param peer all samples of the peer
 * @param spread half the interquartile range of the ratios of the turns, as a fraction of their
 *     median
 */
record Comparison(Measurement ours, Measurement peer, double spread) {
  private static final int TURNS = 9;

  /** The pause between turns, in which spinning threads go to sleep. */
  private static final long PAUSE_MILLIS = 50;

  /** The peer's time divided by ours. */
  double ratio() {
    return peer.medianMicros() / ours.medianMicros();
  }

  /**
   * Measures both sides in alternating turns.
   *
   * @param seconds the time for each side, over all turns
   */
  static Comparison alternate(TimeSampler ours, TimeSampler peer, double seconds) {
    List<double[]> oursNanos = new ArrayList<>();
    List<double[]> peerNanos = new ArrayList<>();
    double[] ratios = new double[TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
      pause();
      oursNanos.add(ours.block(seconds / TURNS));
      pause();
      peerNanos.add(peer.block(seconds / TURNS));
      ratios[turn] =
          new Measurement(peerNanos.getLast()).medianMicros()
              / new Measurement(oursNanos.getLast()).medianMicros();
    }
    return new Comparison(joined(oursNanos), joined(peerNanos), new Measurement(ratios).spread());
  }

  /** Measures Comporta without a peer. */
  static Measurement alone(TimeSampler ours, double seconds) {
    List<double[]> nanos = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      pause();
      nanos.add(ours.block(seconds / TURNS));
    }
    return joined(nanos);
  }

  private static Measurement joined(List<double[]> blocks) {
    return new Measurement(blocks.stream().flatMapToDouble(DoubleStream::of).toArray());
  }

  private static void pause() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
    for (long rest = end - System.nanoTime(); rest > 0; rest = end - System.nanoTime()) {
      LockSupport.parkNanos(rest);
    }
  }
}

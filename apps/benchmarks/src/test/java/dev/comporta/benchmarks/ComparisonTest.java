package dev.comporta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.benchmarks.peers.Measurement;
import dev.comporta.benchmarks.peers.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Medians, spreads and turns of runs with simulated times. */
class ComparisonTest {
  /** A run that reports the given times and records its turns. */
  private record Claimed(String name, double nanos, List<String> turns) implements Run {
    @Override
    public void execute() {}

    @Override
    public float[] result() {
      return new float[0];
    }

    @Override
    public double[] time(int samples, int executions) {
      turns.add(name);
      double[] times = new double[samples];
      Arrays.fill(times, nanos);
      return times;
    }

    @Override
    public void close() {}
  }

  @Test
  void librariesTakeTurnsAndTheRatioIsThePeersTimeByOurs() {
    List<String> turns = new ArrayList<>();
    TimeSampler ours = new TimeSampler(new Claimed("ours", 2e6, turns));
    TimeSampler peer = new TimeSampler(new Claimed("peer", 5e6, turns));
    ours.warmUp(0.01, 0.05);
    peer.warmUp(0.01, 0.05);
    turns.clear();

    Comparison comparison = Comparison.alternate(ours, peer, 0.5);

    assertThat(comparison.ratio()).isEqualTo(2.5);
    assertThat(comparison.spread()).isZero();
    assertThat(turns).hasSizeGreaterThan(10);
    for (int i = 0; i < turns.size(); i++) {
      assertThat(turns.get(i)).isEqualTo(i % 2 == 0 ? "ours" : "peer");
    }
  }

  @Test
  void mediansAndQuartiles() {
    Measurement times = new Measurement(new double[] {5e3, 1e3, 3e3, 2e3, 4e3});

    assertThat(times.minimumMicros()).isEqualTo(1);
    assertThat(times.medianMicros()).isEqualTo(3);
    assertThat(times.spread()).isCloseTo(1.0 / 3, within(1e-12));
  }
}

package dev.comporta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.benchmarks.peers.Workloads;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bounds of rows on a machine whose rates are made up. */
class BoundsTest {
  private static final long CACHE = 1 << 20;

  /** 50 GFLOP/s per thread and 100 in all; 80 GB/s from L2 with one thread, 60 beyond with two. */
  private static final Bounds BOUNDS =
      new Bounds(
          50,
          100,
          CACHE,
          List.of(
              new Bounds.Bandwidth(1 << 15, 120, 240),
              new Bounds.Bandwidth(CACHE, 80, 160),
              new Bounds.Bandwidth(4 * CACHE, 20, 60)));

  private static Bound bound(String workload, double micros) {
    return BOUNDS.of(Workloads.named(workload), micros);
  }

  @Test
  void aStreamReadsAllItsWeightsInEachStep() {
    double bytes = 4 * 4 * 128 * (64 + 128); // float32, gates, H, I + H
    double rate = 120 + (80 - 120) * (bytes - (1 << 15)) / (CACHE - (1 << 15));

    Bound bound = bound("lstm-h128-t1-b1", 10);

    assertThat(bound.by()).isEqualTo("bandwidth");
    assertThat(bound.micros()).isCloseTo(bytes / rate / 1e3, within(1e-9));
    assertThat(bound.share()).isCloseTo(bound.micros() / 10, within(1e-12));
    assertThat(bound.text()).matches("\\d+ % of bandwidth");
  }

  @Test
  void weightsThatOutgrowTheCacheOfOneCoreAreReadByAllThreads() {
    double bytes = 4 * 4 * 512 * (512 + 512);

    assertThat(bound("lstm-h512-t1-b1", 100).micros()).isCloseTo(bytes / 60 / 1e3, within(1e-9));
    assertThat(BOUNDS.bandwidth(CACHE, false)).isEqualTo(80);
    assertThat(BOUNDS.bandwidth(2 * CACHE, true)).isBetween(20.0, 80.0);
    assertThat(BOUNDS.bandwidth(1, false)).isEqualTo(120);
  }

  @Test
  void aSequenceReadsItsRecurrentWeightsAtEachTimestep() {
    double bytes = 4 * 3 * 256 * 256;

    Bound bound = bound("gru-h256-t100-b1", 1000);

    assertThat(bound.by()).isEqualTo("bandwidth");
    assertThat(bound.micros())
        .isCloseTo(100 * bytes / BOUNDS.bandwidth((long) bytes, false) / 1e3, within(1e-9));
  }

  @Test
  void batchesAndTrainingAreBoundByArithmetic() {
    for (String name : List.of("lstm-h512-t64-b32", "char-lstm", "translation-h128")) {
      Workload workload = Workloads.named(name);
      Bound bound = BOUNDS.of(workload, 1e5);
      assertThat(bound.by()).isEqualTo("fma");
      assertThat(bound.micros()).isCloseTo(workload.flops() / 100 / 1e3, within(1e-6));
    }
  }

  @Test
  void aPackedProductHasOneThread() {
    Workload packed = Workloads.named("packed-32x256x1024");
    Workload plain = Workloads.named("matmul-32x256x1024");

    assertThat(BOUNDS.of(packed, 1e3).micros()).isCloseTo(packed.flops() / 50 / 1e3, within(1e-9));
    assertThat(BOUNDS.of(plain, 1e3).micros()).isCloseTo(plain.flops() / 100 / 1e3, within(1e-9));
  }
}

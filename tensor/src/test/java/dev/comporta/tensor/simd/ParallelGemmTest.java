package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.testkit.backend.Samples.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.WorkerPool;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Products on several threads have the same bits as on one thread. */
@Tag("lanes")
class ParallelGemmTest {
  private static final int[][] SHAPES = {
    {0, 5, 5},
    {1, 1, 1},
    {1, 4096, 512},
    {1, PANEL + 1, 20011},
    {2, 4099, 257},
    {3, 2053, 300},
    {5, 31 * PANEL, 331},
    {16, 1024, 256},
    {31, 1021, 263},
    {64, 96, 256},
    {257, 521, 300},
    {1031, PANEL - 1, 600},
    {40, 4100, 700},
  };

  @Test
  void threadsDoNotChangeTheBits() {
    try (WorkerPool one = new WorkerPool(1);
        WorkerPool two = new WorkerPool(2);
        WorkerPool three = new WorkerPool(3)) {
      for (int[] shape : SHAPES) {
        check(shape, 1, one, two, three);
      }
    }
  }

  /** More threads than the machine has, so that many grids occur; tasks run in sequence. */
  @Test
  void anyGridCoversTheResultOnce() {
    CountingWorkers[] all = {
      new CountingWorkers(5),
      new CountingWorkers(8),
      new CountingWorkers(13),
      new CountingWorkers(64)
    };
    for (int[] shape : SHAPES) {
      check(shape, 3, all);
    }
    for (CountingWorkers workers : all) {
      assertThat(workers.jobs).allMatch(tasks -> tasks >= 1 && tasks <= workers.threads());
      assertThat(workers.jobs).anyMatch(tasks -> tasks == workers.threads());
    }
  }

  @Test
  void smallProductsStayOnTheCallingThread() {
    CountingWorkers workers = new CountingWorkers(2);
    check(new int[] {1, 96, 64}, 4, workers);
    assertThat(workers.jobs).isEmpty();
  }

  /** What {@code explain} counts. */
  @Test
  void theScratchMemoryIsKnownBefore() {
    for (int threads : new int[] {1, 2, 3, 8}) {
      for (int[] shape : SHAPES) {
        for (int transpositions = 0; transpositions < 4; transpositions++) {
          Product x =
              new Product(
                  (transpositions & 1) != 0,
                  (transpositions & 2) != 0,
                  shape[0],
                  shape[1],
                  shape[2],
                  5);
          MatrixProduct sizes =
              MatrixProduct.dense(x.m, x.n, x.k, x.transposedA, x.transposedB, false);
          ParallelGemm gemm = new ParallelGemm(new CountingWorkers(threads));
          gemm.general(
              x.transposedA,
              x.transposedB,
              x.m,
              x.n,
              x.k,
              x.a,
              0,
              sizes.strideA(),
              x.b,
              0,
              sizes.strideB(),
              false,
              x.c,
              0,
              sizes.strideC());
          long known =
              ParallelGemm.sharedScratch(sizes, threads)
                  + ParallelGemm.threadScratch(sizes, threads);
          assertThat(gemm.grown()).as("%s on %d threads", x, threads).isEqualTo(known);
        }
      }
    }
  }

  /** Threads keep their instance, which would otherwise keep the storage of a whole model. */
  @Test
  void operandsAreNotKept() throws InterruptedException {
    ParallelGemm gemm = new ParallelGemm(new CountingWorkers(2));
    for (boolean transposedA : new boolean[] {false, true}) {
      List<WeakReference<float[]>> used = used(gemm, transposedA);
      for (int i = 0; i < 100 && used.stream().anyMatch(it -> it.get() != null); i++) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(used).allMatch(it -> it.get() == null);
    }
  }

  private static List<WeakReference<float[]>> used(ParallelGemm gemm, boolean transposedA) {
    Product x = new Product(transposedA, false, 64, 96, 256, 6);
    shared(x, false, gemm);
    return Stream.of(x.a, x.b, x.c).map(WeakReference::new).toList();
  }

  private static void check(int[] shape, int seed, Workers... sharers) {
    for (int transpositions = 0; transpositions < 4; transpositions++) {
      boolean transposedA = (transpositions & 1) != 0;
      boolean transposedB = (transpositions & 2) != 0;
      Product x = new Product(transposedA, transposedB, shape[0], shape[1], shape[2], seed);
      for (boolean accumulate : new boolean[] {false, true}) {
        x.reset();
        alone(x, accumulate);
        float[] expected = x.c;
        for (Workers workers : sharers) {
          x.reset();
          shared(x, accumulate, new ParallelGemm(workers));
          assertSameBits(expected, x.c, () -> x + " on %d threads".formatted(workers.threads()));
        }
      }
    }
  }

  private static void alone(Product x, boolean accumulate) {
    Gemm.general(
        x.transposedA,
        x.transposedB,
        x.m,
        x.n,
        x.k,
        x.a,
        x.ao,
        x.lda,
        x.b,
        x.bo,
        x.ldb,
        accumulate,
        x.c,
        x.co,
        x.ldc,
        new GemmScratch());
  }

  private static void shared(Product x, boolean accumulate, ParallelGemm gemm) {
    gemm.general(
        x.transposedA,
        x.transposedB,
        x.m,
        x.n,
        x.k,
        x.a,
        x.ao,
        x.lda,
        x.b,
        x.bo,
        x.ldb,
        accumulate,
        x.c,
        x.co,
        x.ldc);
  }

  private static final class CountingWorkers implements Workers {
    final List<Integer> jobs = new ArrayList<>();
    private final int threads;

    CountingWorkers(int threads) {
      this.threads = threads;
    }

    @Override
    public int threads() {
      return threads;
    }

    @Override
    public void run(int tasks, IntConsumer task) {
      jobs.add(tasks);
      for (int i = tasks - 1; i >= 0; i--) {
        task.accept(i);
      }
    }
  }
}

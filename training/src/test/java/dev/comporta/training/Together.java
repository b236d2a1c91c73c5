package dev.comporta.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Trainers on threads of one JVM, which exchange what they sum. */
final class Together {
  private final CyclicBarrier barrier;
  private final Object[] given;

  private Together(int ranks) {
    this.barrier = new CyclicBarrier(ranks);
    this.given = new Object[ranks];
  }

  /** Runs something for each rank, and returns what it returned, in the order of ranks. */
  static <T> List<T> run(int ranks, Function<Exchange, T> each) throws Exception {
    Together together = new Together(ranks);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> running = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        Exchange own = together.rank(rank);
        running.add(threads.submit(() -> each.apply(own)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private Exchange rank(int rank) {
    return new Exchange() {
      @Override
      public int rank() {
        return rank;
      }

      @Override
      public int ranks() {
        return given.length;
      }

      @Override
      public void sum(float[] values, double[] numbers) {
        List<Object> all = all(rank, List.of(values.clone(), numbers.clone()));
        TreeSum sum = new TreeSum(values.length, numbers.length);
        for (Object one : all) {
          List<?> pair = (List<?>) one;
          sum.add(1, (float[]) pair.get(0), (double[]) pair.get(1));
        }
        sum.finish(values, numbers);
      }

      @Override
      public List<byte[]> gather(byte[] own) {
        return all(rank, own).stream().map(byte[].class::cast).toList();
      }
    };
  }

  private List<Object> all(int rank, Object own) {
    given[rank] = own;
    await();
    List<Object> all = List.of(given);
    await();
    return all;
  }

  private void await() {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.comporta.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Trainers on threads of one JVM, which exchange bytes. */
final class Together {
  private final CyclicBarrier barrier;
  private final List<List<byte[]>> given;

  private Together(int ranks) {
    this.barrier = new CyclicBarrier(ranks);
    this.given = new ArrayList<>(Collections.nCopies(ranks, List.of()));
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
        return given.size();
      }

      @Override
      public List<byte[]> allToAll(List<byte[]> messages) {
        given.set(rank, messages);
        await();
        List<byte[]> own = given.stream().map(it -> it.get(rank)).toList();
        await();
        return own;
      }
    };
  }

  private void await() {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}

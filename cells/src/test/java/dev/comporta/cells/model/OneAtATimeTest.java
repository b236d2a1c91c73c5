package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Objects for one thread at a time refuse a second thread and do not harm the first. */
class OneAtATimeTest {
  private static final int I = 5;
  private static final int T = 40;

  private static SequenceModel model() {
    return Models.onFeatures(I, Models.recurrent("lstm", 12), Models.dense(3));
  }

  private static TensorBackend backend() {
    return Models.CATALOG.backend("reference");
  }

  private static Batch batch(int rows) {
    return Batch.ofValues(T, rows, I, Problems.normal(T * rows * I, 1, 3, "x"), null)
        .targets(3, new float[T * rows * 3]);
  }

  /** Workers that hold a call until another thread has done what it wants. */
  private static class Holding implements Workers {
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public int threads() {
      return 1;
    }

    @Override
    public void run(int tasks, IntConsumer task) {
      inside.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      for (int i = 0; i < tasks; i++) {
        task.accept(i);
      }
    }
  }

  @Test
  void aRunnerAtWorkRefusesEveryOtherCall() throws Exception {
    SequenceModel model = model();
    Holding held = new Holding();
    ModelRunner runner = new ModelRunner(model, backend(), held, Execution.PLAN);
    Carry carry = runner.newCarry(2);
    Carry other = runner.newCarry(2);
    Loss loss = (prediction, target) -> new Loss.Value(prediction.sum(), 1);
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<float[]> rightful = executor.submit(() -> runner.predict(batch(2), carry));
      held.inside.await();
      ModelRunner second = new ModelRunner(model, backend(), Workers.ALONE, Execution.PLAN);
      Map<String, Runnable> calls =
          Map.of(
              "predict", () -> runner.predict(batch(2), other),
              "predict into", () -> runner.predict(batch(2), other, new float[T * 2 * 3]),
              "answers", () -> runner.answers(batch(2), other),
              "train", () -> runner.train(batch(2), loss, other, new CounterRandom(1)),
              "advance", () -> runner.advance(batch(2), other, new CounterRandom(1)),
              "evaluate", () -> runner.evaluate(batch(2), loss, other),
              "observe", () -> runner.observe(batch(2), other),
              "encode", () -> runner.encode(batch(2)),
              "first broken output", runner::firstBrokenOutput);
      calls.forEach((name, call) ->
          assertThatThrownBy(call::run)
              .as(name)
              .isInstanceOf(ComportaException.class)
              .hasMessageStartingWith("[model] expected one call at a time but thread ")
              .hasMessageEndingWith(
                  "give each thread a runner of its own, which may share the model"));
      Map<String, Runnable> onTheCarry =
          Map.of(
              "another runner", () -> second.predict(batch(2), carry),
              "copy", carry::copy,
              "rows", () -> carry.rows(0),
              "set", () -> carry.set(other),
              "reset", carry::reset,
              "reset a row", () -> carry.resetRow(0));
      onTheCarry.forEach((name, call) ->
          assertThatThrownBy(call::run)
              .as(name)
              .isInstanceOf(ComportaException.class)
              .hasMessageStartingWith("[carry] expected one call at a time but thread "));
      second.predict(batch(2), other); // was not left behind as used
      held.goOn.countDown();
      ModelRunner alone = new ModelRunner(model, backend(), Workers.ALONE, Execution.PLAN);
      assertThat(rightful.get()).isEqualTo(alone.predict(batch(2), alone.newCarry(2)));
    }
    runner.predict(batch(2), carry); // by another thread, one after the other
  }

  @Test
  void sessionsAnswerRightlyOrRefuse() throws Exception {
    StreamingModel streaming = new StreamingModel(model(), backend());
    float[] x = Problems.normal(I, 1, 3, "x");
    Session one = streaming.newSession();
    List<float[]> expected = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      float[] y = new float[3];
      one.step(x, y);
      expected.add(y);
    }
    Session shared = streaming.newSession();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    List<Future<?>> users = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (int user = 0; user < 4; user++) {
        users.add(
            executor.submit(() -> {
              float[] y = new float[3];
              for (int i = 0; i < 5_000; i++) {
                try {
                  shared.step(x, y);
                  done.incrementAndGet();
                } catch (ComportaException e) {
                  assertThat(e).hasMessageStartingWith("[session] expected one call at a time");
                  refused.incrementAndGet();
                }
              }
            }));
      }
      for (Future<?> user : users) {
        user.get();
      }
    }
    assertThat(done.get() + refused.get()).isEqualTo(20_000);
    float[] y = new float[3];
    shared.step(x, y); // the state is that of the steps that were not refused
    assertThat(y).isEqualTo(expected.get(Math.min(done.get(), 19_999)));
  }

  @Test
  void aSessionAtWorkRefusesEveryOtherCall() throws Exception {
    SequenceModel large = Models.onFeatures(I, Models.recurrent(Spec.of("lstm"), 300));
    Holding held =
        new Holding() {
          @Override
          public int threads() {
            return 2;
          }
        };
    StreamingModel streaming = new StreamingModel(large, backend(), held);
    Session session = streaming.newSession();
    float[] inputs = Problems.normal(T * I, 1, 3, "x");
    float[] outputs = new float[T * 300];
    float[] other = new float[300];
    Session.Snapshot start = session.snapshot();
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> rightful = executor.submit(() -> session.run(inputs, T, outputs));
      held.inside.await();
      List<Runnable> calls =
          List.of(
              () -> session.step(inputs, other),
              () -> session.run(inputs, 1, other),
              session::reset,
              session::snapshot,
              session::fork,
              session::close,
              () -> session.restore(start));
      for (Runnable call : calls) {
        assertThatThrownBy(call::run)
            .isInstanceOf(ComportaException.class)
            .hasMessageStartingWith("[session] expected one call at a time but thread ");
      }
      held.goOn.countDown();
      rightful.get();
    }
    float[] expected = new float[outputs.length];
    new StreamingModel(large, backend()).newSession().run(inputs, T, expected);
    assertThat(outputs).isEqualTo(expected);
  }
}

package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.WorkerPool;
import dev.comporta.testkit.Allocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Many timesteps at once, and several threads, give the same bits as single steps. */
class SharedSessionTest {
  /** More timesteps than are processed at once, and not a multiple of any block size. */
  private static final int T = 75;

  private static final int I = 40;

  static Stream<Arguments> layers() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      // 300 is divisible by two and three threads, 241 by neither
      for (int hidden : backend.equals("simd") ? new int[] {300, 241} : new int[] {252}) {
        for (Spec cell :
            List.of(
                Spec.of("lstm"),
                Spec.of("gru"),
                Spec.of("gru").with("reset", "before"),
                Spec.of("lstm").with("peepholes", true),
                Spec.of("layer-norm-lstm"),
                Spec.of("rnn"))) {
          all.add(
              Arguments.of(
                  backend, hidden, new Spec[] {Models.recurrent(cell, hidden), Models.dense(6)}));
        }
      }
      all.add(
          Arguments.of(
              backend,
              264,
              new Spec[] {
                Models.recurrent(Spec.of("lstm"), 264).with("learn-initial-state", true),
                Spec.of("layer-norm"),
                Spec.of("activation").with("function", "tanh"),
                Models.recurrent(Spec.of("gru"), 228).with("zoneout", 0.2),
                Models.dense(312)
              }));
    }
    return all.stream();
  }

  private static float[] input(int timesteps) {
    return Problems.normal(timesteps * I, 1, 3, "shared");
  }

  private static float[] stepByStep(StreamingModel model, float[] input) {
    int timesteps = input.length / I;
    float[] output = new float[timesteps * model.outputSize()];
    try (Session session = model.newSession()) {
      for (int t = 0; t < timesteps; t++) {
        session.step(input, t * I, output, t * model.outputSize());
      }
    }
    return output;
  }

  private static float[] inRuns(StreamingModel model, float[] input, int... lengths) {
    float[] output = new float[input.length / I * model.outputSize()];
    int done = 0;
    try (Session session = model.newSession()) {
      for (int length : lengths) {
        float[] part = new float[length * model.outputSize()];
        session.run(Arrays.copyOfRange(input, done * I, (done + length) * I), length, part);
        System.arraycopy(part, 0, output, done * model.outputSize(), part.length);
        done += length;
      }
    }
    assertThat(done).isEqualTo(input.length / I);
    return output;
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("layers")
  void runsAndThreadsHaveTheBitsOfSteps(String backendName, int hidden, Spec[] layers) {
    TensorBackend backend = Models.CATALOG.backend(backendName);
    SequenceModel model = Models.onFeatures(I, layers);
    float[] input = input(T);
    StreamingModel alone = new StreamingModel(model, backend);
    float[] expected = stepByStep(alone, input);
    assertThat(inRuns(alone, input, T)).isEqualTo(expected);
    assertThat(inRuns(alone, input, 1, 0, 2, 57, 14, 1)).isEqualTo(expected);
    for (int threads : new int[] {2, 3}) {
      try (WorkerPool pool = new WorkerPool(threads)) {
        StreamingModel shared = new StreamingModel(model, backend, pool);
        assertThat(stepByStep(shared, input)).as("%d threads", threads).isEqualTo(expected);
        assertThat(inRuns(shared, input, T)).as("%d threads", threads).isEqualTo(expected);
        assertThat(inRuns(shared, input, 3, 72)).as("%d threads", threads).isEqualTo(expected);
      }
    }
  }

  private static SequenceModel large() {
    return Models.onFeatures(
        I, Models.recurrent(Spec.of("lstm"), 300), Models.recurrent(Spec.of("gru"), 256));
  }

  private static TensorBackend simd() {
    return Models.CATALOG.backend("simd");
  }

  @Test
  void sharedStepsAndRunsAllocateNothing() {
    float[] input = input(60);
    float[] output = new float[60 * 256];
    try (WorkerPool pool = new WorkerPool(2);
        Session session = new StreamingModel(large(), simd(), pool).newSession()) {
      long least =
          Allocation.least(
              0,
              200,
              () -> {
                for (int i = 0; i < 5; i++) {
                  session.run(input, 60, output);
                  session.step(input, 0, output, 0);
                }
              });
      assertThat(least).isZero();
    }
  }

  @Test
  void sharedSessionsContinueFromSnapshots() {
    float[] input = input(90);
    try (WorkerPool pool = new WorkerPool(2)) {
      StreamingModel shared = new StreamingModel(large(), simd(), pool);
      float[] expected = stepByStep(new StreamingModel(large(), simd()), input);
      float[] output = new float[90 * 256];
      Session session = shared.newSession();
      session.run(input, 61, output);
      Session fork = session.fork();
      session.reset();
      fork.run(Arrays.copyOfRange(input, 61 * I, 90 * I), 29, output);
      assertThat(Arrays.copyOf(output, 29 * 256))
          .isEqualTo(Arrays.copyOfRange(expected, 61 * 256, 90 * 256));
      session.run(input, 90, output);
      assertThat(output).isEqualTo(expected);
    }
  }

  /** A run starts at the start of its arrays, wherever the step before it read and wrote. */
  @Test
  void aRunAfterAStepInTheMiddleOfArraysStartsAtTheirStart() {
    float[] input = input(3);
    float[] expected = stepByStep(new StreamingModel(large(), simd()), input);
    try (WorkerPool pool = new WorkerPool(2);
        Session session = new StreamingModel(large(), simd(), pool).newSession()) {
      float[] shifted = new float[I + 7];
      System.arraycopy(input, 0, shifted, 7, I);
      float[] output = new float[256 + 5];
      for (int i = 0; i < 20; i++) { // until a step is shared
        session.reset();
        session.step(shifted, 7, output, 5);
      }
      float[] next = new float[256];
      session.run(Arrays.copyOfRange(input, I, 2 * I), 1, next);
      assertThat(next).isEqualTo(Arrays.copyOfRange(expected, 256, 2 * 256));
    }
  }

  @Test
  void aSessionWhoseWorkersAreBusyRunsAlone() {
    float[] input = input(70);
    SequenceModel model = large();
    float[] expected = stepByStep(new StreamingModel(model, simd()), input);
    try (WorkerPool pool = new WorkerPool(2)) {
      StreamingModel shared = new StreamingModel(model, simd(), pool);
      float[][] got = new float[4][];
      pool.run(4, i -> got[i] = inRuns(shared, input, 70));
      for (float[] each : got) {
        assertThat(each).isEqualTo(expected);
      }
    }
  }

  /** Workers that fail in the second participating thread, as if the heap were full. */
  private record FailingWorkers(WorkerPool pool) implements Workers {
    @Override
    public int threads() {
      return pool.threads();
    }

    @Override
    public void run(int tasks, IntConsumer task) {
      pool.run(
          tasks,
          number -> {
            if (number == 0) {
              throw new IllegalStateException("no helper today");
            }
            task.accept(number);
          });
    }
  }

  @Test
  void aFailingHelperEndsTheRunWithItsException() {
    try (WorkerPool pool = new WorkerPool(2);
        Session session =
            new StreamingModel(large(), simd(), new FailingWorkers(pool)).newSession()) {
      assertThatThrownBy(() -> session.run(input(100), 100, new float[100 * 256]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no helper today");
    }
  }

  @Test
  void predictionsAreWrittenToTheCallersArray() {
    SequenceModel model = large();
    Batch batch = Batch.ofValues(7, 3, I, Problems.normal(7 * 3 * I, 1, 4, "batch"), null);
    ModelRunner runner = new ModelRunner(model, simd(), Workers.ALONE, Execution.PLAN);
    float[] expected = runner.predict(batch, runner.newCarry(3));
    float[] got = new float[expected.length + 1];
    runner.predict(batch, runner.newCarry(3), got);
    assertThat(Arrays.copyOf(got, expected.length)).isEqualTo(expected);
    assertThatThrownBy(() -> runner.predict(batch, runner.newCarry(3), new float[5]))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[model.predict] expected space for %d floats of output from offset 0 but the array has 5"
                .formatted(expected.length));
  }

  @Test
  void predictionsUseChangedParameters() {
    SequenceModel model = large();
    Batch batch = Batch.ofValues(7, 3, I, Problems.normal(7 * 3 * I, 1, 4, "batch"), null);
    ModelRunner runner = new ModelRunner(model, simd(), Workers.ALONE, Execution.PLAN);
    ModelRunner fresh = new ModelRunner(model, simd(), Workers.ALONE, Execution.PLAN);
    float[] before = runner.predict(batch, runner.newCarry(3));
    assertThat(runner.predict(batch, runner.newCarry(3))).isEqualTo(before);
    for (int i = 0; i < model.parameters().count(); i++) {
      model.parameters().values()[i] *= 0.5f;
    }
    model.parameters().changed();
    float[] after = runner.predict(batch, runner.newCarry(3));
    assertThat(after).isNotEqualTo(before).isEqualTo(fresh.predict(batch, fresh.newCarry(3)));
  }
}

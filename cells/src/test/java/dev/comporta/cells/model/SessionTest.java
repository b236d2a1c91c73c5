package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.testkit.Allocation;
import dev.comporta.testkit.RelativeError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams give the same results as whole sequences, regardless of concurrent streams. */
class SessionTest {
  private static final int T = 9;
  private static final int I = 5;
  private static final int H = 7;
  private static final int V = 11;
  private static final int OUT = 3;

  static Stream<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      Cells.all().forEach((name, spec) -> all.add(Arguments.of(backend, name, spec)));
    }
    return all.stream();
  }

  static Stream<String> backends() {
    return Models.CATALOG.names(Kind.BACKEND).stream();
  }

  private static Spec[] stack(Spec cell) {
    return new Spec[] {
      Models.recurrent(cell, H)
          .with("zoneout", cell.name().equals("jordan") ? 0 : 0.1)
          .with("learn-initial-state", true),
      Spec.of("dropout"),
      Spec.of("layer-norm"),
      Models.recurrent(cell, H),
      Models.dense(OUT)
    };
  }

  private static SequenceModel onFeatures(Spec cell) {
    return Models.onFeatures(I, stack(cell));
  }

  private static SequenceModel onIds(Spec cell) {
    List<Spec> layers = new ArrayList<>(List.of(stack(cell)));
    layers.addFirst(Models.embedding(V, I));
    return Models.onIds(layers.toArray(Spec[]::new));
  }

  private static SequenceModel lstm() {
    return onFeatures(Spec.of("lstm"));
  }

  private static TensorBackend backend(String name) {
    return Models.CATALOG.backend(name);
  }

  private static float[] input(int row) {
    return Problems.normal(T * I, 1, 3, "input." + row);
  }

  private static double[] exact(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static float[] run(StreamingModel model, float[] input) {
    float[] output = new float[T * model.outputSize()];
    try (Session session = model.newSession()) {
      session.run(input, T, output);
    }
    return output;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cells")
  void streamsMatchSequences(String backend, String name, Spec cell) {
    SequenceModel model = onFeatures(cell);
    ModelRunner runner =
        new ModelRunner(model, backend(backend), Workers.ALONE, Execution.DEFINITION);
    float[] expected = runner.predict(Batch.ofValues(T, 1, I, input(0), null), runner.newCarry(1));
    float[] got = run(new StreamingModel(model, backend(backend)), input(0));
    RelativeError.require("outputs", got, exact(expected), RelativeError.OUTPUT);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cells")
  void streamsOfIdsMatchSequences(String backend, String name, Spec cell) {
    SequenceModel model = onIds(cell);
    int[] ids = Models.ids(T, V, "ids");
    ModelRunner runner = new ModelRunner(model, backend(backend), Workers.ALONE, Execution.PLAN);
    float[] expected = runner.predict(Batch.ofIds(new Ids(T, 1, ids), null), runner.newCarry(1));
    StreamingModel streaming = new StreamingModel(model, backend(backend));
    float[] got = new float[T * OUT];
    float[] output = new float[OUT];
    try (Session session = streaming.newSession()) {
      for (int t = 0; t < T; t++) {
        session.step(ids[t], output);
        System.arraycopy(output, 0, got, t * OUT, OUT);
      }
    }
    assertThat(streaming.vocabulary()).isEqualTo(V);
    assertThat(streaming.inputSize()).isEqualTo(I);
    RelativeError.require("outputs", got, exact(expected), RelativeError.OUTPUT);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cells")
  void aStreamInAGroupHasTheSameBitsAsAlone(String backend, String name, Spec cell) {
    StreamingModel model = new StreamingModel(onFeatures(cell), backend(backend));
    for (int streams : new int[] {1, 2, 5, 17}) {
      SessionGroup group = model.newGroup(streams);
      float[] inputs = new float[streams * I];
      float[] outputs = new float[streams * OUT];
      float[][] got = new float[streams][T * OUT];
      for (int t = 0; t < T; t++) {
        for (int i = 0; i < streams; i++) {
          System.arraycopy(input(i), t * I, inputs, i * I, I);
        }
        group.step(inputs, outputs);
        for (int i = 0; i < streams; i++) {
          System.arraycopy(outputs, i * OUT, got[i], t * OUT, OUT);
        }
      }
      for (int i = 0; i < streams; i++) {
        assertThat(got[i]).as("stream %d of %d", i, streams).isEqualTo(run(model, input(i)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aGroupOfIdsHasTheSameBitsAsSessions(String backend) {
    StreamingModel model = new StreamingModel(onIds(Spec.of("gru")), backend(backend));
    int[] ids = Models.ids(3 * T, V, "ids");
    SessionGroup group = model.newGroup(3);
    List<Session> sessions = Stream.generate(model::newSession).limit(3).toList();
    float[] outputs = new float[3 * OUT];
    float[] output = new float[OUT];
    for (int t = 0; t < T; t++) {
      group.step(Arrays.copyOfRange(ids, 3 * t, 3 * t + 3), outputs);
      for (int i = 0; i < 3; i++) {
        sessions.get(i).step(ids[3 * t + i], output);
        assertThat(Arrays.copyOfRange(outputs, i * OUT, (i + 1) * OUT)).isEqualTo(output);
      }
    }
    group.reset();
    sessions.getFirst().reset();
    group.step(new int[] {4, 5, 6}, outputs);
    sessions.getFirst().step(4, output);
    assertThat(Arrays.copyOf(outputs, OUT)).isEqualTo(output);
  }

  @Test
  void laterChangesOfTheModelHaveNoEffect() {
    SequenceModel model = lstm();
    StreamingModel streaming = new StreamingModel(model, backend("simd"));
    float[] before = run(streaming, input(0));
    Arrays.fill(model.parameters().values(), 1);
    model.parameters().changed();
    assertThat(run(streaming, input(0))).isEqualTo(before);
  }

  @Test
  void aResetSessionEqualsANewOne() {
    StreamingModel model = new StreamingModel(lstm(), backend("simd"));
    float[] first = new float[T * OUT];
    float[] again = new float[T * OUT];
    try (Session session = model.newSession()) {
      session.run(input(1), 4, first);
      session.reset();
      session.run(input(0), T, first);
      session.reset();
      session.run(input(0), T, again);
    }
    assertThat(first).isEqualTo(run(model, input(0)));
    assertThat(again).isEqualTo(first);
  }

  @Test
  void sessionsContinueFromSnapshotsAndForks() {
    StreamingModel model = new StreamingModel(lstm(), backend("simd"));
    float[] expected = run(model, input(0));
    float[] rest = Arrays.copyOfRange(input(0), 4 * I, T * I);
    float[] expectedRest = Arrays.copyOfRange(expected, 4 * OUT, T * OUT);
    float[] output = new float[4 * OUT];
    Session session = model.newSession();
    session.run(input(0), 4, output);
    Session.Snapshot snapshot = session.snapshot();
    Session fork = session.fork();
    Session other = model.newSession();
    other.run(input(2), 3, output);
    session.run(input(3), 4, output);

    other.restore(snapshot);
    for (Session each : List.of(fork, other)) {
      float[] got = new float[expectedRest.length];
      each.run(rest, T - 4, got);
      assertThat(got).isEqualTo(expectedRest);
    }
    // The snapshot is unchanged, also for the session that it was taken from.
    session.restore(snapshot);
    float[] got = new float[expectedRest.length];
    session.run(rest, T - 4, got);
    assertThat(got).isEqualTo(expectedRest);
  }

  @Test
  void stepsMayReadAndWriteInTheMiddleOfArrays() {
    StreamingModel model = new StreamingModel(lstm(), backend("simd"));
    float[] expected = run(model, input(0));
    float[] shifted = new float[T * I + 3];
    System.arraycopy(input(0), 0, shifted, 3, T * I);
    float[] output = new float[OUT + 4];
    Arrays.fill(output, -7);
    try (Session session = model.newSession()) {
      session.step(shifted, 3, output, 2);
    }
    assertThat(Arrays.copyOfRange(output, 2, 2 + OUT)).isEqualTo(Arrays.copyOf(expected, OUT));
    assertThat(new float[] {output[0], output[1], output[2 + OUT], output[3 + OUT]})
        .containsOnly(-7f);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void manySessionsOnManyThreadsHaveTheBitsOfOneAlone(String backend) throws Exception {
    int threads = 8;
    int sessions = 200;
    StreamingModel model = new StreamingModel(lstm(), backend(backend));
    List<float[]> expected =
        IntStream.range(0, sessions).mapToObj(i -> run(model, input(i))).toList();
    Callable<Void> task =
        () -> {
          List<Session> open = Stream.generate(model::newSession).limit(sessions).toList();
          float[][] got = new float[sessions][T * OUT];
          float[][] inputs =
              IntStream.range(0, sessions).mapToObj(i -> input(i)).toArray(float[][]::new);
          for (int t = 0; t < T; t++) {
            for (int i = 0; i < sessions; i++) {
              open.get(i).step(inputs[i], t * I, got[i], t * OUT);
            }
          }
          for (int i = 0; i < sessions; i++) {
            assertThat(got[i]).as("session %d", i).isEqualTo(expected.get(i));
          }
          return null;
        };
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(task));
      }
      for (Future<Void> each : running) {
        each.get();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aStepAllocatesNothing(String backend) {
    StreamingModel onIds = new StreamingModel(onIds(Spec.of("lstm")), backend(backend));
    StreamingModel onFeatures = new StreamingModel(onFeatures(Spec.of("gru")), backend(backend));
    float[] output = new float[OUT];
    float[] outputs = new float[3 * OUT];
    float[] input = input(0);
    Session ids = onIds.newSession();
    Session features = onFeatures.newSession();
    SessionGroup group = onFeatures.newGroup(3);
    long least =
        Allocation.least(
            0,
            2_000, // a busy machine compiles late
            () -> {
              for (int i = 0; i < 200; i++) {
                ids.step(i % V, output);
                features.step(input, output);
                group.step(input, outputs);
              }
            });
    assertThat(least).isZero();
  }

  @Test
  void aClosedSessionIsReported() {
    Session session = new StreamingModel(lstm(), backend("reference")).newSession();
    session.close();
    for (Runnable use :
        List.<Runnable>of(
            () -> session.step(new float[I], new float[OUT]),
            () -> session.step(0, new float[OUT]),
            () -> session.run(new float[I], 1, new float[OUT]),
            session::reset,
            session::snapshot,
            session::fork)) {
      assertThatThrownBy(use::run)
          .isInstanceOf(ComportaException.class)
          .hasMessage(
              "[session] expected an open session but this one is closed; create another with"
                  + " newSession");
    }
  }

  @Test
  void aSnapshotOfAnotherModelIsRejected() {
    Session session = new StreamingModel(lstm(), backend("reference")).newSession();
    Session other = new StreamingModel(lstm(), backend("reference")).newSession();
    assertThatThrownBy(() -> session.restore(other.snapshot()))
        .hasMessage(
            "[session.restore] expected a snapshot of this session's model but got one of another;"
                + " take it from a session of the same StreamingModel");
  }

  @Test
  void wrongSizesAreReported() {
    StreamingModel model = new StreamingModel(lstm(), backend("reference"));
    Session session = model.newSession();
    assertThatThrownBy(() -> session.step(new float[I - 1], new float[OUT]))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[session.step] expected space for 5 floats of input from offset 0 but the array has 4");
    assertThatThrownBy(() -> session.step(new float[I], 1, new float[OUT], 0))
        .hasMessage(
            "[session.step] expected space for 5 floats of input from offset 1 but the array has 5");
    assertThatThrownBy(() -> session.step(new float[I], 0, new float[OUT], -1))
        .hasMessage(
            "[session.step] expected space for 3 floats of output from offset -1 but the array has"
                + " 3");
    assertThatThrownBy(() -> session.run(new float[2 * I], 3, new float[3 * OUT]))
        .hasMessage(
            "[session.run] expected space for 15 floats of inputs from offset 0 but the array has"
                + " 10");
    assertThatThrownBy(() -> model.newGroup(2).step(new float[2 * I], new float[OUT]))
        .hasMessage(
            "[group.step] expected space for 6 floats of outputs from offset 0 but the array has 3");
    assertThatThrownBy(() -> model.newGroup(0))
        .hasMessage("[session] expected a group of 1 stream or more but got 0");
  }

  @Test
  void wrongIdsAreReported() {
    StreamingModel model = new StreamingModel(onIds(Spec.of("rnn")), backend("reference"));
    float[] output = new float[OUT];
    assertThatThrownBy(() -> model.newSession().step(V, output))
        .hasMessage("[session.step] expected an id between 0 and 10 but got 11");
    assertThatThrownBy(() -> model.newSession().step(-1, output))
        .hasMessage("[session.step] expected an id between 0 and 10 but got -1");
    assertThatThrownBy(() -> model.newGroup(2).step(new int[] {1}, new float[2 * OUT]))
        .hasMessage("[group.step] expected 2 ids but got 1");
    StreamingModel onFeatures = new StreamingModel(lstm(), backend("reference"));
    assertThatThrownBy(() -> onFeatures.newSession().step(1, output))
        .hasMessage("[session.step] expected features but got an id; this model has no embedding");
  }

  @Test
  void layersThatNeedAWholeSequenceAreNamed() {
    TensorBackend backend = backend("reference");
    SequenceModel reversed =
        Models.onFeatures(I, Models.recurrent("gru", H).with("reverse", true), Models.dense(OUT));
    assertThatThrownBy(() -> new StreamingModel(reversed, backend))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[session] this model cannot run timestep by timestep: a layer reads the sequence from"
                + " its end, which is not possible in a stream; run whole sequences instead");
    for (String layer : List.of("pool-time", "reverse")) {
      SequenceModel model =
          Models.onFeatures(I, Models.recurrent("gru", H), Spec.of(layer), Models.dense(OUT));
      assertThatThrownBy(() -> new StreamingModel(model, backend))
          .hasMessage(
              "[session] this model cannot run timestep by timestep: layers.1 (%s) reads several timesteps at once, which is not possible in a stream; run whole sequences instead"
                  .formatted(layer.equals("reverse") ? "ReverseLayer" : "PoolTimeLayer"));
    }
    SequenceModel unplanned =
        SequenceModel.build(
            Spec.of("sequential")
                .with("input-size", OddCells.SIZE)
                .with("layers", List.of(Models.recurrent("turned", OddCells.SIZE))),
            Models.CATALOG.with(Kind.CELL, List.of(new Turned())));
    assertThatThrownBy(() -> new StreamingModel(unplanned, backend))
        .hasMessage(
            "[session] this model cannot run timestep by timestep: the step of Odd uses 'transpose', which plans do not cover, and a stream needs a plan; run whole sequences instead");
  }

  /** A cell whose step mixes the rows of the batch. */
  private record Turned() implements CellProvider {
    @Override
    public String name() {
      return "turned";
    }

    @Override
    public String description() {
      return "A cell of a test";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return OddCells.of((sum, _) -> sum.transpose().transpose());
    }
  }

  @Test
  void negativeCountsAndMissingArraysAreSaid() {
    StreamingModel model = new StreamingModel(lstm(), backend("reference"));
    Session session = model.newSession();
    assertThatThrownBy(() -> session.run(new float[I], -5, new float[OUT]))
        .isInstanceOf(ShapeException.class)
        .hasMessage("[session.run] expected 0 timesteps or more but got -5");
    assertThatThrownBy(() -> session.run(new float[I], Integer.MIN_VALUE, new float[OUT]))
        .hasMessage("[session.run] expected 0 timesteps or more but got -2147483648");
    assertThatThrownBy(() -> session.run(null, 1, new float[OUT]))
        .hasMessage("[session.run] expected room for 5 floats of inputs but got no array");
    assertThatThrownBy(() -> session.step(new float[I], null))
        .hasMessage("[session.step] expected room for 3 floats of output but got no array");
    assertThatThrownBy(() -> model.newGroup(2).step((int[]) null, new float[2 * OUT]))
        .hasMessage("[group.step] expected 2 ids but got no array");
    session.run(new float[0], 0, new float[0]);
  }

  /** Layers on ids however they are nested: the embedding is asked for, not taken to be first. */
  @Test
  void embeddingsInLayersInLayersAreFound() {
    Spec embedding = Models.embedding(V, 4);
    Spec gru = Models.recurrent("gru", 9);
    for (List<Spec> layers :
        List.of(
            List.of(embedding),
            List.of(sequential(embedding), gru, Models.dense(OUT)),
            List.of(sequential(embedding, gru), Models.dense(OUT)),
            List.of(sequential(sequential(embedding, gru), Models.dense(OUT))),
            List.of(sequential(sequential(embedding))))) {
      for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
        SequenceModel model = Models.onIds(layers.toArray(Spec[]::new));
        int[] ids = {1, 10, 4, 2};
        ModelRunner runner =
            new ModelRunner(model, backend(backend), Workers.ALONE, Execution.PLAN);
        float[] expected =
            runner.predict(Batch.ofIds(new Ids(ids.length, 1, ids), null), runner.newCarry(1));
        StreamingModel streaming = new StreamingModel(model, backend(backend));
        assertThat(streaming.vocabulary()).isEqualTo(V);
        Session session = streaming.newSession();
        int width = model.outputSize();
        for (int t = 0; t < ids.length; t++) {
          float[] output = new float[width];
          session.step(ids[t], output);
          for (int i = 0; i < width; i++) {
            assertThat(output[i]).isCloseTo(expected[t * width + i], offset(1e-6f));
          }
        }
      }
    }
  }

  private static Spec sequential(Spec... layers) {
    return Spec.of("sequential").with("layers", List.of(layers));
  }

  /** Chains of products, whose buffers are used again and again within one timestep. */
  @Test
  void chainsOfProductsAreNotMistakenForOne() {
    Spec dense = Models.dense(I);
    Spec residual = Spec.of("residual").with("layers", List.of(dense));
    Spec narrow = Spec.of("conv1d").with("filters", I).with("width", 1);
    for (Spec layer : List.of(dense, residual, narrow, dense.with("bias", false))) {
      for (int depth = 1; depth < 10; depth++) {
        SequenceModel model =
            Models.onFeatures(I, Spec.of("stack").with("layer", layer).with("depth", depth));
        for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
          ModelRunner runner =
              new ModelRunner(model, backend(backend), Workers.ALONE, Execution.DEFINITION);
          float[] x = Problems.normal(I, 1, 3, "chain");
          float[] expected = runner.predict(Batch.ofValues(1, 1, I, x, null), runner.newCarry(1));
          float[] output = new float[I];
          new StreamingModel(model, backend(backend)).newSession().step(x, output);
          for (int i = 0; i < I; i++) {
            assertThat(output[i])
                .as("%s of depth %d on %s", layer, depth, backend)
                .isCloseTo(expected[i], offset(1e-5f * (1 + Math.abs(expected[i]))));
          }
        }
      }
    }
  }

  /** Two planes that lie side by side, and a function that is applied to one of them twice. */
  @Test
  void aFunctionOfItselfIsNotMistakenForOneCall() {
    for (String function : List.of("sigmoid", "tanh", "softplus")) {
      Spec again = Spec.of("activation").with("function", function);
      for (int times = 1; times < 5; times++) {
        List<Spec> inner = new ArrayList<>(List.of(Models.dense(2)));
        inner.addAll(Collections.nCopies(times, again));
        inner.add(Models.dense(I));
        SequenceModel model = Models.onFeatures(I, Spec.of("highway").with("layers", inner));
        for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
          ModelRunner runner =
              new ModelRunner(model, backend(backend), Workers.ALONE, Execution.DEFINITION);
          float[] x = Problems.normal(I, 1, 3, "twice");
          float[] expected = runner.predict(Batch.ofValues(1, 1, I, x, null), runner.newCarry(1));
          float[] output = new float[I];
          new StreamingModel(model, backend(backend)).newSession().step(x, output);
          for (int i = 0; i < I; i++) {
            assertThat(output[i])
                .as("%s %d times on %s", function, times, backend)
                .isCloseTo(expected[i], offset(1e-5f * (1 + Math.abs(expected[i]))));
          }
        }
      }
    }
  }
}

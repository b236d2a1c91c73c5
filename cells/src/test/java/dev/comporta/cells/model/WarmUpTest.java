package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.tensor.WorkerPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Warming up changes no result, and ends. */
@Tag("full")
class WarmUpTest {
  private static final Duration SHORT = Duration.ofMillis(60);
  private static final int I = 3;
  private static final int V = 7;

  static Stream<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      Cells.all().forEach((name, spec) -> all.add(Arguments.of(backend, name, spec)));
    }
    return all.stream();
  }

  private static StreamingModel model(String backend, Object cell) {
    return new StreamingModel(
        Models.onFeatures(
            I, Models.recurrent(cell, 5), Spec.of("layer-norm"), Models.recurrent(cell, 4)),
        backend(backend));
  }

  private static TensorBackend backend(String name) {
    return Models.CATALOG.backend(name);
  }

  private static float[] steps(Session session, int inputSize, int outputSize) {
    float[] input = Problems.normal(6 * inputSize, 1, 3, "warm");
    float[] output = new float[6 * outputSize];
    for (int t = 0; t < 6; t++) {
      session.step(input, t * inputSize, output, t * outputSize);
    }
    return output;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cells")
  void resultsStayTheSame(String backend, String name, Spec cell) {
    float[] expected = steps(model(backend, cell).newSession(), I, 4);
    StreamingModel model = model(backend, cell);
    Session before = model.newSession();
    model.warmUp(SHORT);
    assertThat(steps(before, I, 4)).isEqualTo(expected);
    assertThat(steps(model.newSession(), I, 4)).isEqualTo(expected);
  }

  @Test
  void modelsOnIdsAndSharedOnesWarmUp() {
    StreamingModel onIds =
        new StreamingModel(
            Models.onIds(Models.embedding(V, I), Models.recurrent("gru", 5)), backend("simd"));
    onIds.warmUp(SHORT);
    try (WorkerPool pool = new WorkerPool(2)) {
      SequenceModel large = Models.onFeatures(40, Models.recurrent("lstm", 300));
      StreamingModel shared = new StreamingModel(large, backend("simd"), pool);
      shared.warmUp(SHORT);
      assertThat(steps(shared.newSession(), 40, 300))
          .isEqualTo(steps(new StreamingModel(large, backend("simd")).newSession(), 40, 300));
    }
  }

  @Test
  void itEndsByItselfAtOnceOrWhenInterrupted() {
    StreamingModel model = model("reference", "lstm");
    model.warmUp();
    model.warmUp(Duration.ZERO);
    Thread.currentThread().interrupt();
    try {
      model.warmUp(Duration.ofSeconds(Long.MAX_VALUE));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThatThrownBy(() -> model.warmUp(Duration.ofMillis(-1)))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[session.warmUp] expected a time of zero or more but got PT-0.001S");
  }
}

package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import dev.comporta.testkit.Safetensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolution and pooling: compared with PyTorch, row by row, chunk by chunk and in streams. */
class ConvolutionTest {
  private static final int I = 4;

  /** A reference case with x as {@code [T, B, features]} and w as {@code [inputs, filters]}. */
  private static void requireAgreement(
      Safetensors file, Spec spec, Shape input, int[] xOrder, int[] yOrder) {
    Layer layer = Cells.layer(spec, input.size(2));
    Safetensors.Entry w = file.tensor("w");
    int filters = w.shape().size(0);
    int[] wOrder = wOrder(spec, w.shape());
    Map<String, float[]> values = new LinkedHashMap<>();
    values.put("x", floats(file.tensor("x"), xOrder));
    values.put("W", floats(w, wOrder));
    values.put("b", file.tensor("b").floats());
    Problem problem = Problems.random(layer, input, null, true, 1).with(values);
    Map<String, float[]> cotangents = Map.of("y", floats(file.tensor("cot.y"), yOrder));
    assertThat(layer.parameters().getFirst().shape().size(1)).isEqualTo(filters);
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      LayerRunner.Products run = TapeRun.of(problem, backend, Execution.PLAN, cotangents);
      require(backend + ": y", run.outputs().get("y"), file, "y", yOrder, RelativeError.OUTPUT);
      Map<String, float[]> gradients = run.gradients();
      require(backend, gradients.get("x"), file, "grad.x", xOrder, RelativeError.GRADIENT);
      require(backend, gradients.get("W"), file, "grad.w", wOrder, RelativeError.GRADIENT);
      RelativeError.require(
          backend + ": gradient of b",
          gradients.get("b"),
          file.tensor("grad.b").values(),
          RelativeError.GRADIENT);
    }
  }

  /** {@code [O, I, K] -> [K I, O]} over time, {@code [O, C, KH, KW] -> [C KH KW, O]} for images. */
  private static int[] wOrder(Spec spec, Shape w) {
    int filters = w.size(0);
    int inner = w.count() / filters;
    if (spec.name().equals("conv2d")) {
      return order(inner, filters, 1, (i, o, _) -> o * inner + i);
    }
    int taps = w.size(2);
    return order(taps, w.size(1), filters, (k, i, o) -> o * inner + i * taps + k);
  }

  private static void require(
      String backend, float[] got, Safetensors file, String name, int[] order, double limit) {
    double[] values = file.tensor(name).values();
    double[] exact = Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
    RelativeError.require(backend + " " + name, got, exact, limit);
  }

  private static float[] floats(Safetensors.Entry entry, int[] order) {
    float[] from = entry.floats();
    float[] to = new float[order.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[order[i]];
    }
    return to;
  }

  /** The index of an element in PyTorch's layout. */
  private interface Place {
    int of(int first, int second, int third);
  }

  private static int[] order(int first, int second, int third, Place place) {
    int[] order = new int[first * second * third];
    for (int i = 0; i < order.length; i++) {
      order[i] = place.of(i / third / second, i / third % second, i % third);
    }
    return order;
  }

  /** {@code [B, C, L]} converted to {@code [L, B, C]}. */
  private static int[] timeMajor(Shape shape) {
    int batch = shape.size(0);
    int channels = shape.size(1);
    int length = shape.size(2);
    return order(length, batch, channels, (t, b, c) -> (b * channels + c) * length + t);
  }

  @Test
  void convolutionOverTimeMatchesPyTorch() {
    Safetensors file = Safetensors.pytorch("conv1d");
    Map<String, Object> settings = file.describedCase();
    Shape x = file.tensor("x").shape(); // [B, C, L]
    Shape w = file.tensor("w").shape(); // [O, C, K]
    Spec spec =
        Spec.of("conv1d")
            .with("filters", w.size(0))
            .with("width", w.size(2))
            .with("stride", settings.get("stride"))
            .with("pad", settings.get("padding"));
    requireAgreement(
        file,
        spec,
        Shape.of(x.size(2), x.size(0), x.size(1)),
        timeMajor(x),
        timeMajor(file.tensor("y").shape()));
  }

  @Test
  void convolutionOverImagesMatchesPyTorch() {
    Safetensors file = Safetensors.pytorch("conv2d");
    Map<String, Object> settings = file.describedCase();
    Shape x = file.tensor("x").shape(); // [B, C, height, width]
    Shape w = file.tensor("w").shape(); // [O, C, KH, KW]
    Spec spec =
        Spec.of("conv2d")
            .with("height", x.size(2))
            .with("width", x.size(3))
            .with("filters", w.size(0))
            .with("kernel-height", w.size(2))
            .with("kernel-width", w.size(3))
            .with("stride", settings.get("stride"))
            .with("pad", settings.get("padding"));
    int features = x.count() / x.size(0);
    int[] same = order(x.count(), 1, 1, (i, _, _) -> i);
    int[] sameY = order(file.tensor("y").shape().count(), 1, 1, (i, _, _) -> i);
    requireAgreement(file, spec, Shape.of(1, x.size(0), features), same, sameY);
    requireAgreement(file, spec, Shape.of(x.size(0), 1, features), same, sameY);
  }

  private static Spec images() {
    return Spec.of("conv3d")
        .with("height", 2)
        .with("width", 2)
        .with("filters", 2)
        .with("kernel", 2)
        .with("pad", 1);
  }

  static Stream<Arguments> overTime() {
    Spec conv = Spec.of("conv1d").with("filters", 3);
    Spec images = images().with("kernel-time", 3);
    return Stream.of(
            conv.with("width", 3),
            conv.with("width", 4).with("stride", 2),
            conv.with("width", 3).with("padding", "none"),
            conv.with("width", 3).with("pad", 1).with("stride", 3),
            conv.with("width", 3).with("dilation", 2).with("padding", "causal"),
            images,
            images.with("kernel-time", 2).with("stride-time", 2),
            images.with("padding-time", "none"),
            images.with("padding-time", "causal").with("dilation-time", 2),
            Spec.of("pool1d").with("width", 2),
            Spec.of("pool1d").with("width", 3).with("stride", 1).with("mode", "mean"))
        .map(spec -> Arguments.of(spec.toString(), spec));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("overTime")
  void aRowInABatchEqualsTheRowAlone(String name, Spec spec) {
    int timesteps = 9;
    int[] lengths = {4, 9, 0, 3, 8, 1};
    int batch = lengths.length;
    Layer layer = Cells.layer(spec, I);
    Problem problem = Problems.random(layer, Shape.of(timesteps, batch, I), lengths, false, 3);
    Sequence together = run(problem);
    float[] all = together.values().toArray();
    int width = layer.outputSize();
    int compared = 0;
    for (int row = 0; row < batch; row++) {
      int answers = answers(together, row);
      if (lengths[row] == 0 || answers == 0) {
        assertThat(answers).isZero();
        continue;
      }
      float[] x = new float[lengths[row] * I];
      for (int t = 0; t < lengths[row]; t++) {
        System.arraycopy(problem.values().get("x"), (t * batch + row) * I, x, t * I, I);
      }
      Sequence alone = run(alone(problem, row, x));
      assertThat(alone.timesteps()).as("timesteps of row %d", row).isEqualTo(answers);
      float[] expected = alone.values().toArray();
      for (int t = 0; t < answers; t++) {
        int from = (t * batch + row) * width;
        assertThat(Arrays.copyOfRange(all, from, from + width))
            .as("window %d of row %d", t, row)
            .isEqualTo(Arrays.copyOfRange(expected, t * width, (t + 1) * width));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(4);
  }

  private static int answers(Sequence sequence, int row) {
    int @Nullable [] lengths = sequence.lengths();
    return lengths == null ? sequence.timesteps() : lengths[row];
  }

  private static Problem alone(Problem problem, int row, float[] x) {
    Map<String, float[]> carry = new LinkedHashMap<>();
    problem
        .layer()
        .carry()
        .forEach(part -> {
          String name = Problem.carry(part.name());
          int size = part.size();
          carry.put(
              name, Arrays.copyOfRange(problem.values().get(name), row * size, (row + 1) * size));
        });
    return problem.with(Shape.of(x.length / I, 1, I), x, null).with(carry);
  }

  private static Sequence run(Problem problem) {
    Tape tape = new Tape(Models.CATALOG.backend("reference"), Workers.ALONE);
    Map<String, Tensor> in = new LinkedHashMap<>();
    problem
        .values()
        .forEach((name, data) -> in.put(name, tape.variable(problem.shape(name), data)));
    Map<String, Tensor> carry = new LinkedHashMap<>();
    problem
        .layer()
        .carry()
        .forEach(part -> carry.put(part.name(), in.get(Problem.carry(part.name()))));
    RunContext context =
        new RunContext(tape, Unroller.of(Execution.PLAN), in, false, new CounterRandom(1));
    return problem
        .layer()
        .forward(Sequence.of(in.get("x"), problem.lengths()), CellState.of(carry), context)
        .sequence();
  }

  private static SequenceModel causal() {
    return Models.onFeatures(
        I,
        images().with("kernel-time", 3).with("dilation-time", 2).with("padding-time", "causal"),
        images()
            .with("height", 3)
            .with("width", 3)
            .with("kernel-time", 2)
            .with("padding-time", "causal")
            .with("activation", "tanh"),
        Spec.of("conv1d").with("filters", 5).with("width", 3).with("padding", "causal"),
        Spec.of("conv1d")
            .with("filters", 3)
            .with("width", 2)
            .with("dilation", 3)
            .with("padding", "causal")
            .with("activation", "relu"),
        Models.recurrent("gru", 3));
  }

  @Test
  void aCausalConvolutionMayBeChunkedAndStreamed() {
    int timesteps = 11;
    SequenceModel model = causal();
    float[] x = Problems.normal(timesteps * I, 1, 5, "x");
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend("simd"), Workers.ALONE, Execution.PLAN);
    float[] whole = runner.predict(Batch.ofValues(timesteps, 1, I, x, null), runner.newCarry(1));
    for (int cut = 1; cut < timesteps; cut++) {
      Carry carry = runner.newCarry(1);
      float[] first = runner.predict(Batch.ofValues(cut, 1, I, x, null), carry);
      float[] rest = Arrays.copyOfRange(x, cut * I, x.length);
      float[] second = runner.predict(Batch.ofValues(timesteps - cut, 1, I, rest, null), carry);
      float[] joined = Arrays.copyOf(first, whole.length);
      System.arraycopy(second, 0, joined, first.length, second.length);
      assertThat(joined).as("cut at %d", cut).isEqualTo(whole);
    }
    float[] streamed = new float[whole.length];
    try (Session session = new StreamingModel(model, Models.CATALOG.backend("simd")).newSession()) {
      session.run(x, timesteps, streamed);
    }
    double[] exact = new double[whole.length];
    Arrays.setAll(exact, i -> whole[i]);
    RelativeError.require("stream", streamed, exact, RelativeError.OUTPUT);
  }

  static Stream<Spec> ofFourTimesteps() {
    return Stream.of(
        Spec.of("conv1d").with("filters", 3).with("width", 4).with("padding", "causal"),
        images().with("kernel-time", 4).with("padding-time", "causal"));
  }

  @ParameterizedTest
  @MethodSource("ofFourTimesteps")
  void aCausalConvolutionIgnoresTheFuture(Spec spec) {
    int timesteps = 8;
    Layer layer = Cells.layer(spec, I);
    int size = layer.outputSize();
    Problem problem = Problems.random(layer, Shape.of(timesteps, 1, I), null, false, 3);
    float[] before = run(problem).values().toArray();
    for (int t = 0; t < timesteps; t++) {
      float[] x = problem.values().get("x").clone();
      Arrays.fill(x, t * I, (t + 1) * I, 7);
      float[] after = run(problem.with(Map.of("x", x))).values().toArray();
      List<Integer> changed = new ArrayList<>();
      for (int s = 0; s < timesteps; s++) {
        int from = s * size;
        if (!Arrays.equals(before, from, from + size, after, from, from + size)) {
          changed.add(s);
        }
      }
      List<Integer> seen = new ArrayList<>();
      for (int s = t; s < Math.min(timesteps, t + 4); s++) {
        seen.add(s);
      }
      assertThat(changed).isEqualTo(seen);
    }
  }

  @Test
  void lossesCountTheOutputTimestepsOfAConvolution() {
    SequenceModel model =
        Models.onFeatures(
            8,
            Spec.of("conv2d")
                .with("height", 4)
                .with("width", 2)
                .with("filters", 2)
                .with("kernel", 2)
                .with("activation", "relu"),
            Spec.of("pool2d")
                .with("height", 3)
                .with("width", 1)
                .with("kernel", 1)
                .with("stride", 2),
            Spec.of("conv1d").with("filters", 3).with("width", 3).with("stride", 2),
            Models.recurrent("lstm", 4),
            Models.dense(5));
    int[] lengths = {7, 3, 4};
    List<int[]> seen = new ArrayList<>();
    Loss loss =
        (prediction, target) -> {
          seen.add(target.lengths());
          assertThat(prediction.shape()).isEqualTo(Shape.of(4, 3, 5));
          return new Loss.Value(prediction.apply(new Op.CrossEntropy(target.labels())).sum(), 1);
        };
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend("simd"), Workers.ALONE, Execution.PLAN);
    Batch batch =
        Batch.ofValues(7, 3, 8, Problems.normal(7 * 3 * 8, 1, 5, "x"), lengths)
            .labels(new Ids(4, 3, Models.ids(12, 5, "labels")));
    runner.train(batch, loss, runner.newCarry(3), new CounterRandom(1));
    assertThat(seen).singleElement().isEqualTo(new int[] {4, 2, 2});
    assertThat(runner.gradients()).doesNotContain(Float.NaN);
    model
        .parameterSpecs()
        .forEach(spec -> {
          var parameter = model.parameters().get(spec.name());
          assertThat(Arrays.copyOfRange(runner.gradients(), parameter.offset(), parameter.end()))
              .as(spec.name())
              .isNotEqualTo(new float[parameter.shape().count()]);
        });
  }

  @Test
  void aCausalConvolutionHasAPlan() {
    Loss squares = (prediction, target) -> new Loss.Value(prediction.square().sum(), 1);
    EstimateSettings settings =
        new EstimateSettings(
            EstimatedChunk.training(6, 2),
            List.of(),
            3,
            0,
            Execution.PLAN,
            1,
            Models.CATALOG.backend("reference"));
    ModelEstimate.of(causal(), squares, settings)
        .layers()
        .forEach(layer ->
            assertThat(layer.cells())
                .as(layer.name())
                .singleElement()
                .satisfies(cell -> assertThat(cell.plan()).as(cell.reason()).isNotNull()));
  }

  @Test
  void aCausalConvolutionIsPlannedOnce() {
    SequenceModel model = causal();
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend("simd"), Workers.ALONE, Execution.PLAN);
    Loss squares = (prediction, target) -> new Loss.Value(prediction.square().sum(), 1);
    Batch batch =
        Batch.ofValues(6, 2, I, Problems.normal(6 * 2 * I, 1, 5, "x"), null)
            .targets(3, new float[6 * 2 * 3]);
    Carry carry = runner.newCarry(2);
    List<Long> held = new ArrayList<>();
    for (int step = 0; step < 4; step++) {
      runner.train(batch, squares, carry, new CounterRandom(step));
      runner.predict(batch, carry);
      held.add(runner.heldFloats());
    }
    assertThat(held.subList(2, 4)).as("no plan more with every step").containsOnly(held.get(1));
  }

  @Test
  void estimatesUseTheOutputTimesteps() {
    Loss labels =
        (prediction, target) -> {
          assertThat(target.labels().timesteps()).isEqualTo(3);
          assertThat(target.lengths()).isEqualTo(new int[] {3, 1});
          return new Loss.Value(prediction.apply(new Op.CrossEntropy(target.labels())).sum(), 1);
        };
    EstimateSettings settings =
        new EstimateSettings(
            EstimatedChunk.training(6, 2).withLengths(new int[] {6, 2}),
            List.of(),
            0,
            0,
            Execution.PLAN,
            1,
            Models.CATALOG.backend("reference"));
    SequenceModel model = Models.onFeatures(I, Spec.of("pool1d").with("width", 2));
    assertThat(ModelEstimate.of(model, labels, settings).memory().stepWorkspace()).isPositive();
  }

  @Test
  void sequencesShorterThanAWindowAreReported() {
    Spec time = Spec.of("conv1d").with("width", 4).with("filters", 2).with("padding", "none");
    Spec pool = Spec.of("pool1d").with("width", 4);
    Spec images = images().with("kernel-time", 4).with("padding-time", "none");
    for (Spec spec : List.of(time, pool, images)) {
      Problem problem = Problems.random(Cells.layer(spec, I), Shape.of(3, 2, I), null, false, 3);
      assertThatThrownBy(() -> run(problem))
          .isInstanceOf(ShapeException.class)
          .hasMessage(
              "[%s] expected at least 4 timesteps, the span of a window, but got [3, 2, 4] (axis 0: timesteps); pad the sequences or use a narrower window"
                  .formatted(spec.name()));
    }
  }
}

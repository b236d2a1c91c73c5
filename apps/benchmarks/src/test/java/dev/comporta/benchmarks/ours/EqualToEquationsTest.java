package dev.comporta.benchmarks.ours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.benchmarks.peers.CellKind;
import dev.comporta.benchmarks.peers.DoubleCell;
import dev.comporta.benchmarks.peers.DoubleTranslator;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Loss;
import dev.comporta.benchmarks.peers.Pairs;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Translator;
import dev.comporta.benchmarks.peers.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Comporta's results for problems in PyTorch's layout equal those of the equations in double: the
 * first loss, and every answer. Weights are asymmetric, biases are non-zero.
 */
class EqualToEquationsTest {
  private static final int I = 5;
  private static final int H = 7;
  private static final int B = 3;
  private static final int T = 6;
  private static final int V = 4;
  private static final long SEED = 11;
  private static final Translator TRANSLATOR = new Translator(H, I, 19, 23);

  private final Comporta ours = new Comporta(2);

  static Stream<Workload.Training> training() {
    List<Workload.Training> workloads = new ArrayList<>();
    for (CellKind cell : CellKind.values()) {
      for (Formulation formulation : formulations(cell)) {
        for (Loss loss : Loss.values()) {
          for (int layers : new int[] {1, 2}) {
            workloads.add(
                new Workload.Training("test", formulation, cell, layers, H, I, B, T, V, loss));
          }
        }
      }
    }
    return workloads.stream();
  }

  private static List<Formulation> formulations(CellKind cell) {
    return switch (cell) {
      case GRU, TANH_RNN -> List.of(Formulation.BUILT_IN);
      case LSTM, LAYER_NORM_LSTM, MINIMAL_GATED_UNIT ->
          List.of(Formulation.BUILT_IN, Formulation.WRITTEN_OUT);
    };
  }

  @ParameterizedTest
  @MethodSource("training")
  void firstLoss(Workload.Training workload) {
    Problem problem = Problem.of(workload, SEED);
    try (Run run = ours.start(problem)) {
      run.execute();
      double first = run.result()[0];
      assertThat(first).isCloseTo(loss(problem, workload), within(2e-6));
      assertThat(run.time(2, 20)).hasSize(2).doesNotContain(0);
      assertThat((double) run.result()[0]).as("the loss falls").isLessThan(first);
    }
  }

  static Stream<Workload.Inference> inference() {
    List<Workload.Inference> workloads = new ArrayList<>();
    for (CellKind cell : CellKind.values()) {
      for (Formulation formulation : formulations(cell)) {
        for (int[] run : new int[][] {{1, 1}, {T, 1}, {T, B}}) {
          workloads.add(new Workload.Inference("test", formulation, cell, I, H, run[0], run[1]));
        }
      }
    }
    return workloads.stream();
  }

  @ParameterizedTest
  @MethodSource("inference")
  void answers(Workload.Inference w) {
    Problem problem = Problem.of(w, SEED);
    int calls = 3;
    double[] expected =
        w.streams()
            ? hidden(problem, w.cell(), 1, repeated(problem.inputs(), calls), calls, 1)
            : hidden(problem, w.cell(), 1, doubles(problem.inputs()), w.timesteps(), w.batch());
    try (Run run = ours.start(problem)) {
      run.time(1, calls);
      float[] actual = run.result();
      assertThat(actual).hasSize(w.timesteps() * w.batch() * H);
      double[] last =
          Arrays.copyOfRange(expected, expected.length - actual.length, expected.length);
      for (int i = 0; i < last.length; i++) {
        assertThat((double) actual[i]).as("element %d", i).isCloseTo(last[i], within(2e-6));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lossesOfTranslations(boolean even) {
    Workload.PairTraining w =
        new Workload.PairTraining("test", Formulation.BUILT_IN, TRANSLATOR, B, 3, even, 0.1);
    Problem problem = Problem.of(w, SEED);
    DoubleTranslator equations = new DoubleTranslator(problem, TRANSLATOR);
    List<Pairs> batches = Pairs.of(problem, w.lengths());
    assertThat(batches).hasSize(3);
    try (Run run = ours.start(problem)) {
      run.execute();
      float[] losses = run.result();
      assertThat(losses).hasSize(3);
      assertThat((double) losses[0]).isCloseTo(equations.loss(batches.get(0), 0.1), within(2e-6));
      // The second batch follows an update.
      assertThat((double) losses[1]).isCloseTo(equations.loss(batches.get(1), 0.1), within(0.1));
      assertThat(run.time(2, 20)).hasSize(2).doesNotContain(0);
      assertThat(run.result()[0]).as("the loss falls").isLessThan(losses[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, B})
  void tokensOfTranslations(int batch) {
    Workload.Translation w = new Workload.Translation("test", TRANSLATOR, batch, 6);
    Problem problem = Problem.of(w, SEED);
    DoubleTranslator equations = new DoubleTranslator(problem, TRANSLATOR);
    int[][] sources = Pairs.of(problem, w.lengths()).getFirst().sources();
    int[] expected =
        Arrays.stream(sources)
            .flatMapToInt(source -> Arrays.stream(equations.translate(source, 6)))
            .toArray();
    assertThat(Arrays.stream(expected).distinct().count()).isGreaterThan(2);
    try (Run run = ours.start(problem)) {
      run.execute();
      assertThat(run.result()).hasSize(6 * batch).isEqualTo(floats(expected));
    }
  }

  private static float[] floats(int[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  @Test
  void repeatsUntilATimeOfDay() {
    Workload.Training workload =
        new Workload.Training(
            "test", Formulation.BUILT_IN, CellKind.LSTM, 1, H, I, B, T, V, Loss.CROSS_ENTROPY);
    try (Run run = ours.start(Problem.of(workload, SEED))) {
      assertThat(run.repeatUntil(System.currentTimeMillis() + 300)).isPositive();
      assertThat(run.repeatUntil(System.currentTimeMillis() - 1)).isZero();
    }
  }

  @Test
  void productsPackedAndPlain() {
    for (boolean packed : new boolean[] {true, false}) {
      Workload.Product w = new Workload.Product("test", 3, 17, 5, packed);
      Problem problem = Problem.of(w, SEED);
      float[] left = problem.inputs();
      float[] right = problem.parameter("right");
      try (Run run = ours.start(problem)) {
        run.time(1, 2);
        for (int i = 0; i < w.rows(); i++) {
          for (int j = 0; j < w.columns(); j++) {
            double sum = 0;
            for (int k = 0; k < w.inner(); k++) {
              sum += (double) left[i * w.inner() + k] * right[k * w.columns() + j];
            }
            assertThat((double) run.result()[i * w.columns() + j]).isCloseTo(sum, within(1e-5));
          }
        }
      }
    }
  }

  private static double loss(Problem problem, Workload.Training w) {
    double[] h =
        hidden(problem, w.cell(), w.layers(), doubles(problem.inputs()), w.timesteps(), w.batch());
    float[] weight = problem.parameter("linear.weight");
    float[] bias = problem.parameter("linear.bias");
    double sum = 0;
    int rows = w.timesteps() * w.batch();
    for (int row = 0; row < rows; row++) {
      double[] y = new double[V];
      for (int v = 0; v < V; v++) {
        y[v] = bias[v];
        for (int j = 0; j < H; j++) {
          y[v] += weight[v * H + j] * h[row * H + j];
        }
      }
      sum += rowLoss(problem, w, row, y);
    }
    return sum / rows;
  }

  private static double rowLoss(Problem problem, Workload.Training w, int row, double[] y) {
    float[] targets = problem.targets();
    return switch (w.loss()) {
      case CROSS_ENTROPY -> Math.log(Arrays.stream(y).map(Math::exp).sum()) - y[(int) targets[row]];
      case MEAN_SQUARED_ERROR -> {
        double squares = 0;
        for (int v = 0; v < V; v++) {
          squares += Math.pow(y[v] - targets[row * V + v], 2);
        }
        yield squares / V;
      }
    };
  }

  /** The last layer's hidden states {@code [T, B, H]}. */
  private static double[] hidden(
      Problem problem, CellKind kind, int layers, double[] inputs, int timesteps, int batch) {
    double[] x = inputs;
    for (int layer = 0; layer < layers; layer++) {
      String suffix = "_l" + layer;
      List<double[]> parameters =
          problem.parameters().entrySet().stream()
              .filter(entry -> entry.getKey().endsWith(suffix))
              .map(entry -> doubles(entry.getValue()))
              .toList();
      DoubleCell cell = new DoubleCell(kind, H, parameters);
      int size = x.length / (timesteps * batch);
      double[] y = new double[timesteps * batch * H];
      for (int b = 0; b < batch; b++) {
        double[] h = new double[H];
        double[] c = new double[H];
        for (int t = 0; t < timesteps; t++) {
          int row = t * batch + b;
          cell.step(Arrays.copyOfRange(x, row * size, (row + 1) * size), h, c);
          System.arraycopy(h, 0, y, row * H, H);
        }
      }
      x = y;
    }
    return x;
  }

  private static double[] repeated(float[] values, int times) {
    double[] result = new double[values.length * times];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i % values.length];
    }
    return result;
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}

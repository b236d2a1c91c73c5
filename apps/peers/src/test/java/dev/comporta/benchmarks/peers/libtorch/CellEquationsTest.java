package dev.comporta.benchmarks.peers.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.comporta.benchmarks.peers.CellKind;
import dev.comporta.benchmarks.peers.DoubleCell;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Loss;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hidden states and gradients of libtorch's programs equal those of the equations, with asymmetric
 * weights and non-zero biases and initial states.
 */
class CellEquationsTest {

  private static final int T = 7;
  private static final int B = 3;
  private static final int I = 5;
  private static final int H = 6;
  private static final double DELTA = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "LSTM, BUILT_IN",
    "LSTM, SCRIPTED",
    "LSTM, WRITTEN_OUT",
    "LAYER_NORM_LSTM, SCRIPTED",
    "LAYER_NORM_LSTM, WRITTEN_OUT",
    "MINIMAL_GATED_UNIT, SCRIPTED",
    "MINIMAL_GATED_UNIT, WRITTEN_OUT",
    "GRU, BUILT_IN",
    "TANH_RNN, BUILT_IN"
  })
  void hiddenStatesAndGradients(CellKind kind, Formulation formulation) {
    List<double[]> leaves = leaves(kind, formulation);
    double[] cotangent = random(T * B * H, 17);
    try (PtNDManager manager = new Libtorch(1).manager()) {
      List<NDArray> arrays = arrays(manager, leaves, kind);
      NDArray y = outputs(manager, kind, formulation, arrays);
      assertClose("y", outputs(kind, leaves), y.toFloatArray());
      JniUtils.setGradMode(true);
      NDArray objective = y.mul(manager.create(floats(cotangent), new Shape(T, B, H))).sum();
      JniUtils.backward((PtNDArray) objective, (PtNDArray) manager.create(1f), false, false);
      JniUtils.setGradMode(false);
      for (int leaf = 0; leaf < leaves.size(); leaf++) {
        checkGradient(kind, leaves, leaf, cotangent, arrays.get(leaf).getGradient());
      }
    }
  }

  /** Compares the gradient with the central difference along one random direction. */
  private static void checkGradient(
      CellKind kind, List<double[]> leaves, int leaf, double[] cotangent, NDArray gradient) {
    double[] direction = random(leaves.get(leaf).length, 23 + leaf);
    double difference =
        (objective(kind, moved(leaves, leaf, direction, DELTA), cotangent)
                - objective(kind, moved(leaves, leaf, direction, -DELTA), cotangent))
            / (2 * DELTA);
    float[] values = gradient.toFloatArray();
    assertEquals(direction.length, values.length);
    double along = 0;
    for (int i = 0; i < values.length; i++) {
      along += values[i] * direction[i];
    }
    assertEquals(difference, along, 2e-5 * Math.max(1, Math.abs(difference)), "leaf " + leaf);
  }

  private static List<double[]> moved(
      List<double[]> leaves, int leaf, double[] direction, double by) {
    List<double[]> result = new ArrayList<>(leaves);
    double[] values = leaves.get(leaf).clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += by * direction[i];
    }
    result.set(leaf, values);
    return result;
  }

  private static double objective(CellKind kind, List<double[]> leaves, double[] cotangent) {
    double[] y = outputs(kind, leaves);
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += y[i] * cotangent[i];
    }
    return sum;
  }

  /** The leaves: x, h0, c0 if there is one, then the cell's parameters. */
  private static List<double[]> leaves(CellKind kind, Formulation formulation) {
    Workload.Training workload =
        new Workload.Training("test", formulation, kind, 1, H, I, B, T, 2, Loss.MEAN_SQUARED_ERROR);
    Problem problem = Problem.of(workload, 5);
    List<double[]> leaves = new ArrayList<>();
    leaves.add(doubles(problem.inputs()));
    leaves.add(doubles(floats(random(B * H, 11))));
    if (kind.hasCellState()) {
      leaves.add(doubles(floats(random(B * H, 13))));
    }
    problem
        .parameters()
        .forEach((name, values) -> {
          if (!name.startsWith("linear")) {
            leaves.add(doubles(values));
          }
        });
    return leaves;
  }

  private static double[] outputs(CellKind kind, List<double[]> leaves) {
    int states = kind.hasCellState() ? 2 : 1;
    DoubleCell cell = new DoubleCell(kind, H, leaves.subList(1 + states, leaves.size()));
    double[] y = new double[T * B * H];
    for (int b = 0; b < B; b++) {
      double[] h = Arrays.copyOfRange(leaves.get(1), b * H, (b + 1) * H);
      double[] c = Arrays.copyOfRange(leaves.get(states), b * H, (b + 1) * H);
      for (int t = 0; t < T; t++) {
        int row = t * B + b;
        cell.step(Arrays.copyOfRange(leaves.get(0), row * I, (row + 1) * I), h, c);
        System.arraycopy(h, 0, y, row * H, H);
      }
    }
    return y;
  }

  private static List<NDArray> arrays(PtNDManager manager, List<double[]> leaves, CellKind kind) {
    int states = kind.hasCellState() ? 2 : 1;
    long rows = (long) kind.gates() * H;
    List<NDArray> arrays = new ArrayList<>();
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      Shape shape =
          leaf == 0
              ? new Shape(T, B, I)
              : leaf <= states
                  ? new Shape(1, B, H)
                  : leaf == 1 + states
                      ? new Shape(rows, I)
                      : leaf == 2 + states
                          ? new Shape(rows, H)
                          : new Shape(leaves.get(leaf).length);
      NDArray array = manager.create(floats(leaves.get(leaf)), shape);
      array.setRequiresGradient(true);
      arrays.add(array);
    }
    return arrays;
  }

  private static NDArray outputs(
      PtNDManager manager, CellKind kind, Formulation formulation, List<NDArray> arrays) {
    int states = kind.hasCellState() ? 2 : 1;
    List<NDArray> state = arrays.subList(1, 1 + states);
    List<NDArray> cell = arrays.subList(1 + states, arrays.size());
    if (formulation == Formulation.WRITTEN_OUT) {
      JniUtils.setGradMode(true);
      NDArray y = WrittenOutCell.outputs(kind, arrays.get(0), state, cell);
      JniUtils.setGradMode(false);
      return y;
    }
    try (TorchProgram program =
        new TorchProgram(manager, TorchPrograms.inference(formulation, kind))) {
      TorchProgram.asList("state", state);
      TorchProgram.asList("cell", cell);
      NDList arguments = new NDList(program.method("outputs"), arrays.get(0));
      arguments.addAll(state);
      arguments.addAll(cell);
      return program.differentiate(arguments).get(0);
    }
  }

  private static void assertClose(String what, double[] expected, float[] actual) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 2e-6, what + " [" + i + "]");
    }
  }

  private static double[] random(int size, long seed) {
    return new SplittableRandom(seed).doubles(size, -1, 1).toArray();
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
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

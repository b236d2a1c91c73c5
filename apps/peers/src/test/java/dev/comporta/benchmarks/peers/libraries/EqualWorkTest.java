package dev.comporta.benchmarks.peers.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.comporta.benchmarks.peers.CellKind;
import dev.comporta.benchmarks.peers.DoubleTranslator;
import dev.comporta.benchmarks.peers.EqualWork;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.benchmarks.peers.Loss;
import dev.comporta.benchmarks.peers.Pairs;
import dev.comporta.benchmarks.peers.Peer;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Translator;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.benchmarks.peers.Workloads;
import dev.comporta.benchmarks.peers.dl4j.Deeplearning4j;
import dev.comporta.benchmarks.peers.libtorch.Libtorch;
import dev.comporta.benchmarks.peers.onnxruntime.OnnxRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All libraries give the same result for the same problem. */
class EqualWorkTest {

  private static final long SEED = 3;
  private static final Translator TRANSLATOR = new Translator(7, 5, 19, 23);

  private static float[] result(Peer peer, Problem problem, int executions) {
    try (Run run = peer.start(problem)) {
      run.time(1, executions);
      return run.result();
    }
  }

  static Stream<Workload.Inference> inference() {
    return Workloads.inference().stream()
        .filter(w -> w.hidden() <= 256 && w.formulation() == Formulation.BUILT_IN);
  }

  @ParameterizedTest
  @MethodSource("inference")
  void libtorchAndOnnxRuntimeAnswerAlike(Workload.Inference workload) {
    Problem problem = Problem.of(workload, SEED);
    float[] expected = result(new Libtorch(1), problem, 3);
    assertEquals(workload.timesteps() * workload.batch() * workload.hidden(), expected.length);
    EqualWork.require(workload, expected, result(new OnnxRuntime(1), problem, 3));
  }

  static Stream<Workload.Inference> streaming() {
    return inference().filter(w -> w.streams() && w.cell() == CellKind.LSTM);
  }

  @ParameterizedTest
  @MethodSource("streaming")
  void onnxRuntimeStreamsAlikeInBothWays(Workload.Inference workload) {
    Problem problem = Problem.of(workload, SEED);
    float[] expected = result(new OnnxRuntime(1), problem, 5);
    System.setProperty(Library.MAPPED, "true");
    try {
      OnnxRuntime mapped = new OnnxRuntime(1);
      assertEquals("onnxruntime-map", mapped.name());
      EqualWork.require(workload, expected, result(mapped, problem, 5));
    } finally {
      System.clearProperty(Library.MAPPED);
    }
  }

  @ParameterizedTest
  @MethodSource("streaming")
  void deeplearning4jStreamsAlike(Workload.Inference workload) {
    Problem problem = Problem.of(workload, SEED);
    float[] expected = result(new Libtorch(1), problem, 3);
    EqualWork.require(workload, expected, result(new Deeplearning4j(1), problem, 3));
  }

  @Test
  void streamsCarryTheirState() {
    Problem problem = Problem.of(Workloads.named("lstm-h32-t1-b1"), SEED);
    for (Peer peer : List.of(new Libtorch(1), new OnnxRuntime(1))) {
      float[] first = result(peer, problem, 1);
      float[] second = result(peer, problem, 2);
      assertThrows(
          IllegalStateException.class, () -> EqualWork.require(problem.workload(), first, second));
    }
  }

  static Stream<Workload.Training> formulations() {
    return Stream.of(CellKind.LSTM, CellKind.LAYER_NORM_LSTM, CellKind.MINIMAL_GATED_UNIT)
        .map(EqualWorkTest::small);
  }

  private static Workload.Training small(CellKind cell) {
    return with(cell, Formulation.SCRIPTED);
  }

  private static Workload.Training with(CellKind cell, Formulation formulation) {
    return new Workload.Training("test", formulation, cell, 1, 24, 10, 4, 7, 5, Loss.CROSS_ENTROPY);
  }

  @ParameterizedTest
  @MethodSource("formulations")
  void writtenOutAndScriptedCellsTrainAlike(Workload.Training scripted) {
    Problem problem = Problem.of(scripted, SEED);
    Problem writtenOut =
        new Problem(
            with(scripted.cell(), Formulation.WRITTEN_OUT),
            problem.parameters(),
            problem.inputs(),
            problem.targets());
    for (int steps : new int[] {1, 2, 10}) {
      float[] expected = result(new Libtorch(1), problem, steps);
      EqualWork.require(scripted, expected, result(new Libtorch(1), writtenOut, steps));
    }
  }

  @Test
  void writtenOutLstmTrainsAsTheBuiltIn() {
    Problem builtIn = Problem.of(with(CellKind.LSTM, Formulation.BUILT_IN), SEED);
    Problem scripted = Problem.of(small(CellKind.LSTM), SEED);
    float[] first = result(new Libtorch(1), builtIn, 1);
    float[] later = result(new Libtorch(1), builtIn, 20);
    assertTrue(later[0] < first[0], "the loss falls");
    EqualWork.require(builtIn.workload(), later, result(new Libtorch(1), scripted, 20));
  }

  private static Workload.PairTraining pairs(Formulation formulation, boolean even) {
    return new Workload.PairTraining("test", formulation, TRANSLATOR, 5, 3, even, 0.1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void translationTrainsAsTheEquations(boolean even) {
    Workload.PairTraining scripted = pairs(Formulation.SCRIPTED, even);
    Problem problem = Problem.of(scripted, SEED);
    Pairs first = Pairs.of(problem, scripted.lengths()).getFirst();
    double expected = new DoubleTranslator(problem, TRANSLATOR).loss(first, 0.1);
    float[] losses = result(new Libtorch(1), problem, 1);
    assertEquals(3, losses.length);
    assertEquals(expected, losses[0], 2e-6);
    Problem writtenOut = problem.with(pairs(Formulation.WRITTEN_OUT, even));
    EqualWork.require(scripted, losses, result(new Libtorch(1), writtenOut, 1));
    float[] later = result(new Libtorch(1), problem, 20);
    assertTrue(later[0] < losses[0], "the loss falls");
    EqualWork.require(scripted, later, result(new Libtorch(1), writtenOut, 20));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void translatesAsTheEquations(int batch) {
    Workload.Translation w = new Workload.Translation("test", TRANSLATOR, batch, 6);
    Problem problem = Problem.of(w, SEED);
    DoubleTranslator equations = new DoubleTranslator(problem, TRANSLATOR);
    int[] expected =
        Arrays.stream(Pairs.of(problem, w.lengths()).getFirst().sources())
            .flatMapToInt(source -> Arrays.stream(equations.translate(source, 6)))
            .toArray();
    float[] tokens = result(new Libtorch(1), problem, 2);
    assertEquals(expected.length, tokens.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], tokens[i]);
    }
  }

  static Stream<Workload.Training> deeplearning4jTraining() {
    return Stream.of("small", "medium", "char-lstm")
        .map(name -> (Workload.Training) Workloads.named(name));
  }

  @ParameterizedTest
  @MethodSource("deeplearning4jTraining")
  void deeplearning4jStartsFromTheSameLoss(Workload.Training workload) {
    Problem problem = Problem.of(workload, SEED);
    float[] expected = result(new Libtorch(1), problem, 1);
    EqualWork.require(workload, expected, result(new Deeplearning4j(1), problem, 1));
  }

  @Test
  void productsAgreeWithPlainLoops() {
    Workload.Product w = new Workload.Product("test", 3, 17, 5, false);
    Problem problem = Problem.of(w, SEED);
    float[] left = problem.inputs();
    float[] right = problem.parameter("right");
    float[] expected = new float[w.rows() * w.columns()];
    for (int i = 0; i < w.rows(); i++) {
      for (int j = 0; j < w.columns(); j++) {
        double sum = 0;
        for (int k = 0; k < w.inner(); k++) {
          sum += (double) left[i * w.inner() + k] * right[k * w.columns() + j];
        }
        expected[i * w.columns() + j] = (float) sum;
      }
    }
    EqualWork.require(w, expected, result(new Libtorch(1), problem, 2));
  }
}

package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.CellSpecs;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares every cell with the equations of its paper, implemented independently in {@link
 * Equations}, and checks that equations with one mistake are detected.
 */
class CellEquationsTest {
  private static final int T = 4;
  private static final int B = 2;
  private static final int I = 3;
  private static final int H = 5;

  /** Far above rounding errors, and below the effect of any mistake. */
  private static final double VISIBLE = 1e-3;

  static Stream<Arguments> cells() {
    Map<String, Spec> all = new LinkedHashMap<>(Cells.all());
    for (String name : List.of("slstm", "mlstm")) {
      all.put(name + " heads", Spec.of(name).with("heads", H).with("forget", "exponential"));
    }
    return all.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  private static Problem problem(Spec cell) {
    return Problems.random(Cells.recurrent(cell, I, H), Shape.of(T, B, I), null, false, 23);
  }

  private static double[] doubles(float[] values, int from, int to) {
    double[] result = new double[to - from];
    Arrays.setAll(result, i -> values[from + i]);
    return result;
  }

  /** The results of the equations for all rows, in the layout of a layer's outputs. */
  private static Map<String, double[]> equations(
      Problem problem, Spec cell, UnaryOperator<Map<String, double[]>> changed) {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : problem.layer().parameters()) {
      float[] values = problem.values().get(spec.name());
      parameters.put(spec.name().substring("cell.".length()), doubles(values, 0, values.length));
    }
    Equations.Step step = new Equations(changed.apply(parameters), H).of(cell);
    float[] all = problem.values().get("x");
    int outputs = problem.layer().outputSize();
    Map<String, double[]> result = new LinkedHashMap<>();
    result.put("y", new double[T * B * outputs]);
    for (int b = 0; b < B; b++) {
      double[][] x = new double[T][];
      for (int t = 0; t < T; t++) {
        x[t] = doubles(all, (t * B + b) * I, (t * B + b + 1) * I);
      }
      Map<String, double[]> initial = new LinkedHashMap<>();
      int row = b;
      problem
          .layer()
          .carry()
          .forEach(part ->
              initial.put(
                  part.name(),
                  doubles(
                      problem.values().get(Problem.carry(part.name())),
                      row * part.size(),
                      (row + 1) * part.size())));
      Map<String, double[]> given = Equations.run(step, x, initial, outputs);
      for (int t = 0; t < T; t++) {
        System.arraycopy(
            given.get(Equations.OUTPUTS),
            t * outputs,
            result.get("y"),
            (t * B + b) * outputs,
            outputs);
      }
      problem
          .layer()
          .carry()
          .forEach(part -> {
            String name = Problem.carry(part.name());
            double[] rows = result.computeIfAbsent(name, _ -> new double[B * part.size()]);
            System.arraycopy(given.get(part.name()), 0, rows, row * part.size(), part.size());
          });
    }
    return result;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void valuesAreThoseOfThePaper(String name, Spec cell) {
    Problem problem = problem(cell);
    Map<String, double[]> exact = equations(problem, cell, parameters -> parameters);
    for (String backend : Catalog.load().names(Kind.BACKEND)) {
      for (Execution execution : Execution.values()) {
        Map<String, float[]> got = TapeRun.of(problem, backend, execution, Map.of()).outputs();
        assertThat(exact.keySet()).isEqualTo(got.keySet());
        exact.forEach((output, values) ->
            RelativeError.require(
                "%s of %s by %s".formatted(output, backend, execution),
                got.get(output),
                values,
                RelativeError.OUTPUT));
      }
    }
  }

  // ---- Mistakes

  private static double distance(Problem problem, Map<String, double[]> wrong) {
    float[] y = TapeRun.of(problem, "reference", Execution.PLAN, Map.of()).outputs().get("y");
    return RelativeError.of(y, wrong.get("y"));
  }

  private static Map<String, double[]> with(
      Map<String, double[]> parameters, String name, double[] values) {
    Map<String, double[]> changed = new LinkedHashMap<>(parameters);
    changed.put(name, values);
    return changed;
  }

  /** The same parameters with two neighbouring gates exchanged. */
  private static Map<String, double[]> swapped(
      Problem problem, Map<String, double[]> parameters, int gates, int first) {
    Map<String, double[]> changed = new LinkedHashMap<>(parameters);
    for (String name : List.of("W", "U", "b")) {
      double[] from = parameters.get(name);
      if (from == null) {
        continue; // no recurrent product
      }
      double[] to = from.clone();
      int columns = problem.shape("cell." + name).columns();
      int width = name.equals("U") ? columns / gates : H; // a head of U has fewer columns
      for (int i = 0; i < from.length; i++) {
        int gate = i % columns / width;
        int other = gate == first ? first + 1 : gate == first + 1 ? first : gate;
        to[i] = from[i + (other - gate) * width];
      }
      changed.put(name, to);
    }
    return changed;
  }

  /** The gates of a memory with one number per head have parameters of their own. */
  @Test
  void swappedScalarGatesAreDetected() {
    for (Spec cell : List.of(Spec.of("mlstm"), Spec.of("mlstm").with("heads", H))) {
      Problem problem = problem(cell);
      Map<String, double[]> wrong =
          equations(
              problem,
              cell,
              p ->
                  with(
                      with(p, "Wg", halvesSwapped(problem, p, "Wg")),
                      "bg",
                      halvesSwapped(problem, p, "bg")));
      assertThat(distance(problem, wrong)).isGreaterThan(VISIBLE);
    }
  }

  private static double[] halvesSwapped(
      Problem problem, Map<String, double[]> parameters, String name) {
    double[] from = parameters.get(name);
    int half = problem.shape("cell." + name).columns() / 2;
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i + (i % (2 * half) < half ? half : -half)];
    }
    return to;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void swappedGatesAreDetected(String name, Spec cell) {
    Problem problem = problem(cell);
    float[] biases = problem.values().get("cell.b");
    int gates = biases == null ? 1 : biases.length / H; // one that has no gates of its own
    for (int first = 0; first + 1 < gates; first++) {
      int gate = first;
      assertThat(distance(problem, equations(problem, cell, p -> swapped(problem, p, gates, gate))))
          .as("gates %d and %d swapped", gate, gate + 1)
          .isGreaterThan(VISIBLE);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void aDroppedParameterIsDetected(String name, Spec cell) {
    Problem problem = problem(cell);
    for (ParameterSpec spec : problem.layer().parameters()) {
      String dropped = spec.name().substring("cell.".length());
      double[] zeros = new double[spec.shape().count()];
      assertThat(distance(problem, equations(problem, cell, p -> with(p, dropped, zeros))))
          .as("%s dropped", dropped)
          .isGreaterThan(VISIBLE);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void aTransposedRecurrentKernelIsDetected(String name, Spec cell) {
    Problem problem = problem(cell);
    List<String> tried = new ArrayList<>();
    for (ParameterSpec spec : problem.layer().parameters()) {
      int columns = spec.shape().columns();
      if (!spec.name().startsWith("cell.U") || spec.shape().size(0) != H || columns % H != 0) {
        continue;
      }
      String kernel = spec.name().substring("cell.".length());
      tried.add(kernel);
      Map<String, double[]> wrong =
          equations(problem, cell, p -> with(p, kernel, transposed(p.get(kernel), columns)));
      assertThat(distance(problem, wrong)).as(kernel).isGreaterThan(VISIBLE);
    }
    boolean divided =
        List.of("clockwork", "conv-lstm").contains(cell.name())
            || cell.options().containsKey("factors")
            || cell.options().containsKey("heads");
    boolean recurs = CellSpecs.hasRecurrentProduct(cell.name());
    if (problem.layer().outputSize() == H && recurs && !divided) {
      assertThat(tried).isNotEmpty();
    }
  }

  /** Each square block of a kernel transposed. */
  private static double[] transposed(double[] kernel, int columns) {
    double[] result = new double[kernel.length];
    for (int i = 0; i < kernel.length; i++) {
      int row = i / columns;
      int block = i % columns / H;
      int column = i % columns % H;
      result[i] = kernel[column * columns + block * H + row];
    }
    return result;
  }

  @Test
  void theWrongPlaceOfTheResetIsDetected() {
    Spec after = Spec.of("gru");
    Spec before = after.with("reset", "before");
    Problem reset = problem(after);
    float[] none = new float[3 * H];
    Problem withoutSecondBias = reset.with(Map.of("cell.bU", none));
    assertThat(distance(withoutSecondBias, equations(withoutSecondBias, before, p -> p)))
        .isGreaterThan(VISIBLE);
    Problem other = problem(before);
    assertThat(distance(other, equations(other, after, p -> p))).isGreaterThan(VISIBLE);
  }
}

package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The convolutional LSTM on maps of several pixels. */
class ConvLstmTest {
  private static final int T = 3;
  private static final int B = 2;
  private static final int HEIGHT = 4;
  private static final int WIDTH = 3;
  private static final int PLACES = HEIGHT * WIDTH;
  private static final int I = 2 * PLACES;
  private static final int H = 3 * PLACES;

  private static Spec cell(boolean peepholes, int kernel) {
    return Spec.of("conv-lstm")
        .with("height", HEIGHT)
        .with("width", WIDTH)
        .with("kernel", kernel)
        .with("peepholes", peepholes);
  }

  private static double[] doubles(float[] values, int from, int count) {
    double[] copy = new double[count];
    for (int i = 0; i < count; i++) {
      copy[i] = values[from + i];
    }
    return copy;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void valuesAreThoseOfThePaper(int kernel) {
    Spec cell = cell(kernel == 3, kernel);
    Problem problem =
        Problems.random(Cells.recurrent(cell, I, H), Shape.of(T, B, I), null, false, 5);
    Map<String, double[]> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : problem.layer().parameters()) {
      float[] values = problem.values().get(spec.name());
      parameters.put(spec.name().substring("cell.".length()), doubles(values, 0, values.length));
    }
    double[] expected = new double[T * B * H];
    for (int row = 0; row < B; row++) {
      Map<String, double[]> initial = new LinkedHashMap<>();
      for (String part : new String[] {"h", "c"}) {
        initial.put(part, doubles(problem.values().get("carry." + part), row * H, H));
      }
      double[][] x = new double[T][];
      for (int t = 0; t < T; t++) {
        x[t] = doubles(problem.values().get("x"), (t * B + row) * I, I);
      }
      double[] y =
          Equations.run(new Equations(parameters, H).of(cell), x, initial, H)
              .get(Equations.OUTPUTS);
      for (int t = 0; t < T; t++) {
        System.arraycopy(y, t * H, expected, (t * B + row) * H, H);
      }
    }
    for (String backend : Catalog.load().names(Kind.BACKEND)) {
      RelativeError.require(
          backend,
          TapeRun.of(problem, backend, Execution.PLAN, Map.of()).outputs().get("y"),
          expected,
          RelativeError.OUTPUT);
    }
  }

  @Test
  void kernelsAreSharedByAllPlaces() {
    assertThat(Catalog.load().cell(cell(true, 3), I, H).parameters())
        .extracting(spec -> spec.name() + spec.shape())
        .containsExactly("W[18, 12]", "U[27, 12]", "b[12]", "p[108]");
  }

  @Test
  void sizesThatAreNoMapsAreReported() {
    assertThatThrownBy(() -> Catalog.load().cell(cell(false, 3), I + 1, H))
        .hasMessage(
            "[conv-lstm] expected an input size of whole maps of 4 x 3 but got 25 features");
    assertThatThrownBy(() -> Catalog.load().cell(cell(false, 3), I, H - 2))
        .hasMessage(
            "[conv-lstm] expected a hidden size of whole maps of 4 x 3 but got 34 features");
    assertThatThrownBy(() -> Catalog.load().cell(cell(false, 4), I, H))
        .hasMessageContaining("option 'kernel' expected an odd number");
    Spec large = cell(false, 3).with("height", 4096).with("width", 4096);
    assertThatThrownBy(() -> Catalog.load().cell(large, 1 << 24, 1 << 24))
        .hasMessageContaining("expected at most 262144 numbers in the windows");
  }
}

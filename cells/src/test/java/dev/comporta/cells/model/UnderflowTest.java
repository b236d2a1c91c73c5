package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.Problem;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gates that are far from their usual range give finite values and gradients. */
class UnderflowTest {
  private static final int I = 3;
  private static final int H = 4;

  @ParameterizedTest
  @ValueSource(strings = {"slstm", "mlstm", "min-lstm", "rg-lru"})
  void nothingBecomesNan(String name) {
    for (Spec cell : new Spec[] {Spec.of(name), withExponentialForget(name)}) {
      for (float bias : new float[] {-200, 200}) {
        Problem random =
            Problems.random(Cells.recurrent(cell, I, H), Shape.of(3, 2, I), null, false, 23);
        Map<String, float[]> changed = new HashMap<>();
        random
            .values()
            .forEach((part, values) -> {
              if (part.startsWith("cell.b")) {
                float[] same = new float[values.length];
                Arrays.fill(same, bias);
                changed.put(part, same);
              } else if (part.startsWith("carry.")) {
                changed.put(part, new float[values.length]); // the start of a sequence
              }
            });
        requireFinite(name, random.with(changed));
      }
    }
  }

  private static Spec withExponentialForget(String name) {
    return name.endsWith("slstm") || name.equals("mlstm")
        ? Spec.of(name).with("forget", "exponential")
        : Spec.of(name);
  }

  private static void requireFinite(String name, Problem problem) {
    Map<String, float[]> cotangents = new HashMap<>();
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      for (Execution execution : Execution.values()) {
        TapeRun.of(problem, backend, execution, cotangents)
            .outputs()
            .forEach((part, values) -> {
              cotangents.put(part, Problem.normal(values.length, 1, problem.random(), part));
              requireFinite(name + ", " + part, values);
            });
        TapeRun.of(problem, backend, execution, cotangents)
            .gradients()
            .forEach((part, values) -> requireFinite(name + ", gradient of " + part, values));
      }
    }
  }

  private static void requireFinite(String what, float[] values) {
    for (float value : values) {
      assertThat(Float.isFinite(value)).as("%s is %s", what, value).isTrue();
    }
  }
}

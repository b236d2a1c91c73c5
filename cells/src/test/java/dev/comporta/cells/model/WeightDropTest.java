package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.WeightDropCell;
import dev.comporta.testkit.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weight drop: elements of U are dropped for a whole chunk and for all its rows. */
class WeightDropTest {
  private static final int I = 2;
  private static final int H = 6;
  private static final Spec DROPPED =
      Spec.of("recurrent").with("cell", "rnn").with("hidden", H).with("weight-drop", 0.5);

  private static Map<String, float[]> run(Layer layer, boolean training, Execution execution) {
    Problem problem = Problems.random(layer, Shape.of(4, 3, I), null, training, 7);
    return TapeRun.of(problem, "reference", execution, Map.of()).outputs();
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsDroppedOutsideTraining(Execution execution) {
    Layer plain = Cells.layer(Spec.of("recurrent").with("cell", "rnn").with("hidden", H), I);
    Layer dropped = Cells.layer(DROPPED, I);
    float[] expected = run(plain, false, execution).get("y");
    assertThat(run(dropped, false, execution).get("y")).isEqualTo(expected);
    assertThat(run(dropped, true, execution).get("y")).isNotEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void rowsAndTimestepsShareOneMask(Execution execution) {
    // With equal inputs and states, every row has the same output only if all rows share one mask.
    Layer layer = Cells.layer(DROPPED, I);
    Problem problem = Problems.random(layer, Shape.of(4, 3, I), null, true, 7);
    float[] x = new float[4 * 3 * I];
    float[] h = new float[3 * H];
    Arrays.fill(x, 0.5f);
    Arrays.fill(h, -0.25f);
    float[] y =
        TapeRun.of(problem.with(Map.of("x", x, "carry.h", h)), "reference", execution, Map.of())
            .outputs()
            .get("y");
    for (int t = 0; t < 4; t++) {
      for (int j = 0; j < H; j++) {
        assertThat(y[(t * 3 + 1) * H + j]).isEqualTo(y[t * 3 * H + j]);
        assertThat(y[(t * 3 + 2) * H + j]).isEqualTo(y[t * 3 * H + j]);
      }
    }
  }

  @Test
  void aCellWithoutRecurrentKernelsIsRejected() {
    Cell cell =
        new Cell() {
          @Override
          public int inputSize() {
            return I;
          }

          @Override
          public int outputSize() {
            return I;
          }

          @Override
          public List<ParameterSpec> parameters() {
            return List.of(ParameterSpec.bias("Ub", I), ParameterSpec.matrix("W", I, I));
          }

          @Override
          public List<StateSpec> state() {
            return List.of();
          }

          @Override
          public Step step(Tensor x, CellState state, StepContext context) {
            return new Step(x, state);
          }
        };
    assertThatThrownBy(() -> WeightDropCell.of(cell, 0.5f))
        .hasMessage(
            "[weight-drop] expected a cell with recurrent kernels, matrices named U.., but it has"
                + " [Ub, W]");
  }
}

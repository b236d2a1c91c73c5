package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.cells.LearnedInitialState;
import dev.comporta.cells.ZoneoutCell;
import dev.comporta.cells.plan.CellPlan;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the cells promise beyond the contract of all cells, which module kit tests. */
class CellPropertiesTest {
  private static final int I = 4;
  private static final int H = 5;

  static Stream<Arguments> noisyCells() {
    return Cells.noisy().entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @Test
  void everyCellHasAPlan() {
    Stream.concat(Cells.all().values().stream(), Cells.noisy().values().stream())
        .filter(spec -> !spec.name().equals("conv-lstm"))
        .map(spec -> Catalog.load().cell(spec, I, H))
        .flatMap(cell ->
            Stream.of(
                cell,
                ZoneoutCell.of(cell, cell.state().getFirst().name(), 0.2f),
                LearnedInitialState.of(cell)))
        .forEach(cell -> {
          assertThat(CellPlan.of(cell, true, true)).as(cell.toString()).isNotNull();
          assertThat(CellPlan.of(cell, false, false)).as(cell.toString()).isNotNull();
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noisyCells")
  void thereIsNoDropoutOutsideTraining(String name, Spec cell) {
    Spec quiet = Spec.of(cell.name());
    for (Map.Entry<String, Object> option : cell.options().entrySet()) {
      quiet =
          option.getKey().endsWith("-dropout")
              ? quiet
              : quiet.with(option.getKey(), option.getValue());
    }
    assertThat(output(cell)).isEqualTo(output(quiet));
  }

  private static float[] output(Spec cell) {
    dev.comporta.api.layer.Layer layer = Cells.recurrent(cell, I, H);
    return TapeRun.of(
            Problems.random(layer, Shape.of(5, 3, I), null, false, 7),
            "reference",
            Execution.DEFINITION,
            Map.of())
        .outputs()
        .get("y");
  }
}

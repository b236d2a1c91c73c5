package dev.comporta.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FigureSpreadTest {
  private static Map<String, Object> run(int seed, double rmse, List<Double> steps) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("seed", seed);
    figures.put("rmse", rmse);
    figures.put("scale", "log");
    figures.put("rmse_by_step", steps);
    figures.put("last_value_rmse_by_step", steps.reversed());
    return figures;
  }

  @Test
  void numbersAndListsByStepHaveMeanAndDeviation() {
    List<Map<String, Object>> runs =
        List.of(run(1, 2, List.of(1.0, 5.0)), run(2, 4, List.of(3.0, 9.0)));
    FigureSpread spread = FigureSpread.of(runs, Set.of("seed"));
    double two = Math.sqrt(2);
    assertThat(spread.figures())
        .containsEntry("rmse", 3.0)
        .containsEntry("rmse_deviation", two)
        .containsEntry("rmse_by_step", List.of(2.0, 7.0))
        .containsEntry("rmse_by_step_deviation", List.of(two, 2 * two))
        .doesNotContainKeys("seed", "scale");
    assertThat(spread.text())
        .contains("rmse by step: mean (standard deviation)")
        .contains("this model", "last value", "2.000 (1.4)", "7.000 (2.8)");
  }

  @Test
  void whatNotEveryRunHasIsLeftOut() {
    Map<String, Object> other = run(2, 4, List.of(3.0));
    other.put("more", 1);
    FigureSpread spread = FigureSpread.of(List.of(other, run(1, 2, List.of(1.0, 5.0))), Set.of());
    assertThat(spread.figures()).containsKey("rmse").doesNotContainKeys("more", "rmse_by_step");
    assertThat(FigureSpread.of(List.of(other), Set.of()).figures())
        .containsEntry("rmse_deviation", 0.0);
  }
}

package dev.comporta.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.training.metrics.Quantiles;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetErrorsTest {
  @Test
  void quantilesOfOnlySomeValuesAreNotCompared() {
    TargetErrors errors = new TargetErrors(1, Optional.of(new Quantiles(List.of(0.5))));
    assertThat(errors.ranges()).isEmpty();
    errors.add(0, 1, 4, 1);
    errors.addRange(0, new double[] {1}, 4);
    assertThat(errors.ranges()).hasValueSatisfying(it -> assertThat(it.pinball()).isEqualTo(1.5));
    errors.add(0, 1, 4, 1); // of a series that is too short for quantiles
    assertThat(errors.ranges()).isEmpty();
  }
}

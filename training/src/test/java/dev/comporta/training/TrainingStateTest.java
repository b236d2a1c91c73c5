package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A trainer's state becomes plain data and comes back. */
class TrainingStateTest {
  private static final TrainingState STATE =
      new TrainingState(
          7,
          1,
          2,
          300,
          Map.of("m", new float[] {1, 2}),
          new double[] {3},
          Map.of("layers.0.h", new float[] {4}),
          new boolean[] {true, false},
          new double[] {0.5},
          new double[] {0.25, 0.75},
          Map.of("average", new float[] {8, 9}),
          Map.of("best", 0.25));

  @Test
  void nothingIsLost() {
    TrainingState back = TrainingState.of(STATE.progress(), STATE.arrays(), STATE.rows());
    assertThat(back.step()).isEqualTo(7);
    assertThat(back.epoch()).isEqualTo(1);
    assertThat(back.chunk()).isEqualTo(2);
    assertThat(back.tokens()).isEqualTo(300);
    assertThat(back.slots()).containsOnlyKeys("m");
    assertThat(back.carry()).containsOnlyKeys("layers.0.h");
    assertThat(back.weights()).containsOnlyKeys("average");
    assertThat(back.numbers()).isEqualTo(Map.of("best", 0.25));
    assertThat(back.fresh()).containsExactly(true, false);
    assertThat(back.scalars()).containsExactly(3);
    assertThat(back.recentLosses()).containsExactly(0.5);
    assertThat(back.validationLosses()).containsExactly(0.25, 0.75);
  }

  @Test
  void whatNoTrainerStoresIsRefused() {
    Map<String, float[]> arrays = new HashMap<>(STATE.arrays());
    arrays.put("strange", new float[1]);
    assertThatThrownBy(() -> TrainingState.of(STATE.progress(), arrays, STATE.rows()))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("an array 'strange' that training never stores");
    assertThatThrownBy(() -> TrainingState.of(STATE.progress(), STATE.arrays(), Map.of()))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("has no numbers 'fresh-rows'");
  }
}

package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.ScheduledSampling.Ramp;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduledSamplingTest {
  private static final int TIMESTEPS = 50;
  private static final int ROWS = 40;

  @Test
  void theShareOfAnswersGrows() {
    ScheduledSampling linear = ScheduledSampling.parse("--s", "0.5");
    assertThat(linear).isEqualTo(new ScheduledSampling(0.5, Ramp.LINEAR));
    assertThat(linear.rate(0, 200)).isZero();
    assertThat(linear.rate(50, 200)).isEqualTo(0.125);
    assertThat(linear.rate(500, 200)).isEqualTo(0.5);
    ScheduledSampling sigmoid = ScheduledSampling.parse("--s", "0.8:inverse-sigmoid");
    for (long steps : new long[] {2, 10, 1000, 1_000_000}) {
      assertThat(sigmoid.rate(steps / 2, steps)).isEqualTo(0.4, Offset.offset(1e-6));
      assertThat(sigmoid.rate(0, steps)).isLessThan(sigmoid.rate(1, steps));
    }
    double k = 107;
    assertThat(k * Math.log(k)).isEqualTo(500, Offset.offset(1.0));
    assertThat(sigmoid.rate(750, 1000))
        .isEqualTo(0.8 * Math.exp(750 / k) / (k + Math.exp(750 / k)), Offset.offset(1e-3));
    assertThat(sigmoid.rate(0, 1000)).isEqualTo(0.8 / (1 + k), Offset.offset(1e-3));
  }

  private static Ids filled(int first) {
    int[] values = new int[TIMESTEPS * ROWS];
    Arrays.setAll(values, i -> first + i);
    return new Ids(TIMESTEPS, ROWS, values);
  }

  @Test
  void inputsAreReplacedByTheAnswersBefore() {
    int many = TIMESTEPS * ROWS;
    Ids labels = filled(3);
    Batch batch = Batch.ofIds(filled(0), null).labels(labels);
    Ids answers = filled(many);
    int[] mixed = mixed(batch, answers, 0.3, 1);
    int replaced = 0;
    for (int i = 0; i < many; i++) {
      if (mixed[i] != i) {
        replaced++;
        assertThat(mixed[i]).isEqualTo(many + i - ROWS); // of the timestep before
        assertThat(i).isGreaterThanOrEqualTo(ROWS); // never the first timestep
      }
    }
    assertThat(replaced / (double) (many - ROWS)).isEqualTo(0.3, Offset.offset(0.04));
    assertThat(mixed(batch, answers, 0.3, 1)).isEqualTo(mixed);
    assertThat(mixed(batch, answers, 0.3, 2)).isNotEqualTo(mixed);
    assertThat(mixed(batch, answers, 0, 1)).isEqualTo(batch.inputIds().values());
    assertThat(mixed(batch, answers, 1, 1)).startsWith(0, 1, 2).endsWith(2 * many - 1 - ROWS);
    assertThat(batch.inputIds().values()).isEqualTo(filled(0).values());
  }

  private static int[] mixed(Batch batch, Ids answers, double rate, int seed) {
    return ScheduledSampling.mixed(batch, answers, rate, new CounterRandom(seed))
        .inputIds()
        .values();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1.5", "-0.1", "NaN", "0.5:cubic", "0.5:", "linear"})
  void whatIsNoRuleIsRefused(String text) {
    assertThatThrownBy(() -> ScheduledSampling.parse("--scheduled-sampling", text))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("--scheduled-sampling expected a rate");
  }
}

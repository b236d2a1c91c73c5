package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Batch;
import dev.comporta.tensor.CounterRandom;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CopyProblemTest {
  private static final int BITS = 3;
  private static final int ROWS = 2;

  private static CopyProblem problem(int shortest, int longest) {
    return new CopyProblem(new CounterRandom(4), shortest, longest, BITS, ROWS, 40);
  }

  @Test
  void theVectorsAreWantedAfterTheDelimiterInTheirOrder() {
    Batch batch = problem(4, 4).batch(0, 3);
    float[] inputs = batch.values();
    float[] targets = Objects.requireNonNull(batch.targets());
    assertThat(batch.timesteps()).isEqualTo(9);
    assertThat(batch.features()).isEqualTo(BITS + 1);
    assertThat(batch.context()).as("timesteps that do not count").isEqualTo(5);
    int ones = 0;
    for (int t = 0; t < 9; t++) {
      for (int row = 0; row < ROWS; row++) {
        int in = (t * ROWS + row) * (BITS + 1);
        assertThat(inputs[in + BITS]).as("delimiter at %d", t).isEqualTo(t == 4 ? 1 : 0);
        for (int bit = 0; bit < BITS; bit++) {
          float given = inputs[in + bit];
          assertThat(given).isIn(t < 4 ? new Object[] {0f, 1f} : new Object[] {0f});
          ones += (int) given;
          if (t < 4) {
            assertThat(targets[((t + 5) * ROWS + row) * BITS + bit]).isEqualTo(given);
          }
        }
      }
    }
    assertThat(ones).isBetween(4, 4 * ROWS * BITS - 4);
  }

  @Test
  void lengthsCoverTheirRangeAndBatchesDependOnTheirPlaceOnly() {
    CopyProblem data = problem(2, 5);
    Set<Integer> lengths = new TreeSet<>();
    for (int i = 0; i < data.chunks(); i++) {
      lengths.add(data.batch(0, i).timesteps() / 2);
    }
    assertThat(lengths).containsExactly(2, 3, 4, 5);
    assertThat(data.batch(1, 7).values()).isEqualTo(problem(2, 5).batch(1, 7).values());
    assertThat(data.batch(1, 7).values()).isNotEqualTo(data.batch(2, 7).values());
  }

  @Test
  void answersAreTheSignsAfterTheDelimiter() {
    float[] outputs = new float[3 * BITS];
    outputs[2 * BITS] = 0.5f;
    outputs[2 * BITS + 2] = -7;
    outputs[1] = 4;
    Batch asked = CopyProblem.of(new float[BITS], 1, 1, BITS);
    assertThat(BitProblem.answers(outputs, asked)).containsExactly(1, 0, 0);
  }

  @Test
  void sizesAreBounded() {
    assertThatThrownBy(() -> problem(3, 2))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("got lengths from 3 to 2");
    assertThatThrownBy(() -> problem(1, Integer.MAX_VALUE))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("expected a batch of at most 536870912 numbers");
  }
}

package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.tensor.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sequences of different lengths become the rows of a batch. */
class BatchSequencesTest {
  private static final List<float[]> TWO =
      List.of(new float[] {1, 2, 3, 4}, new float[] {5, 6}); // lengths 2 and 1

  @Test
  void featuresLabelsAndVectorsAreTimeMajorAndPadded() {
    Batch batch =
        Batch.ofSequences(TWO, 2, 3)
            .labels(List.of(new int[] {7}, new int[] {8, 9, 6}))
            .source(Batch.ofSequences(List.of(new int[] {1}), 3));
    assertThat(batch.timesteps()).isEqualTo(2);
    assertThat(batch.values()).containsExactly(1, 2, 5, 6, 0, 0, 3, 4, 0, 0, 0, 0);
    assertThat(batch.lengths()).containsExactly(2, 1, 0);
    assertThat(batch.labels().values()).containsExactly(7, 8, -1, -1, 9, -1, -1, 6, -1);
    float[] targets =
        Batch.ofSequences(TWO, 2, 2)
            .targets(1, List.of(new float[] {1, 2}, new float[] {3}))
            .targets();
    assertThat(targets).containsExactly(1, 3, 2, 0);
  }

  @Test
  void rowsOfOneLengthNeedNoLengths() {
    Batch batch = Batch.ofSequences(List.of(new float[] {1}, new float[] {2}), 1, 2);
    assertThat(batch.lengths()).isNull();
    assertThat(Batch.ofSequences(List.<float[]>of(), 3, 2).timesteps()).isZero();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> Batch.ofSequences(TWO, 3, 2))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[batch] expected sequences of 3 features each timestep but sequence 0 has 4 numbers");
    assertThatThrownBy(() -> Batch.ofSequences(List.of(new float[1 << 10]), 1, 1 << 22))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("the limit for one tensor");
    assertThatThrownBy(() -> Batch.ofSequences(TWO, 2, 2).targets(0, TWO))
        .isInstanceOf(ShapeException.class);
  }
}

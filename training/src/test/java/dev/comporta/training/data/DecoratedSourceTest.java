package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.metrics.ConfusionMatrix;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Batches are readable: a source can be decorated, and a metric filled, with public methods. */
class DecoratedSourceTest {
  @Test
  void featuresCanBeChanged() {
    Batch batch =
        Batch.ofValues(2, 1, 2, new float[] {1, 2, 3, 4}, null).targets(1, new float[] {5, 6});
    float[] doubled = batch.values().clone();
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] *= 2;
    }
    float[] targets = batch.targets();
    assertThat(targets).isNotNull();
    Batch changed =
        Batch.ofValues(batch.timesteps(), batch.batch(), batch.features(), doubled, batch.lengths())
            .targets(batch.targetSize(), targets);
    assertThat(changed.values()).containsExactly(2, 4, 6, 8);
    assertThat(changed.targets()).containsExactly(5, 6);
    assertThat(changed.labels()).isNull();
    assertThat(changed.source()).isNull();
    assertThat(changed.ids()).isNull();
  }

  @Test
  void labelsFillAConfusionMatrix() {
    Batch batch =
        Batch.ofIds(new Ids(2, 1, new int[] {0, 1}), null).labels(new Ids(2, 1, new int[] {1, 0}));
    Ids labels = batch.labels();
    assertThat(labels).isNotNull();
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    matrix.add(new float[] {0, 1, 0, 1}, labels, batch.lengths());
    assertThat(matrix.count(1, 1)).isEqualTo(1);
    assertThat(matrix.count(0, 1)).isEqualTo(1);
    assertThat(Arrays.stream(labels.values()).sum()).isEqualTo(1);
    assertThat(batch.context()).isZero();
  }
}

package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.training.data.StreamBatcher.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamBatcherTest {
  @Test
  void streamsLieSideBySideAndTheShortTailHasLengths() {
    // 8 pairs in 3 streams: 0 1 2 | 3 4 5 | 6 7
    StreamBatcher batches = new StreamBatcher(IntStream.range(0, 9).toArray(), 3, 2);

    assertThat(batches.chunks()).isEqualTo(2);
    Chunk first = batches.chunk(0);
    assertThat(first.inputs().timesteps()).isEqualTo(2);
    assertThat(Arrays.copyOf(first.inputs().values(), 6)).containsExactly(0, 3, 6, 1, 4, 7);
    assertThat(Arrays.copyOf(first.labels().values(), 6)).containsExactly(1, 4, 7, 2, 5, 8);
    assertThat(first.lengths()).isNull();

    Chunk tail = batches.chunk(1);
    assertThat(tail.inputs().timesteps()).isEqualTo(1);
    assertThat(Arrays.copyOf(tail.inputs().values(), 3)).containsExactly(2, 5, 0);
    assertThat(Arrays.copyOf(tail.labels().values(), 3)).containsExactly(3, 6, -1);
    assertThat(tail.lengths()).containsExactly(1, 1, 0);
  }

  @ParameterizedTest
  @CsvSource({"2,1,1", "10,1,3", "10,3,4", "101,7,5", "100,99,1", "64,8,63", "1000,32,17"})
  void everyPairIsInExactlyOneChunk(int count, int batch, int timesteps) {
    int[] ids = IntStream.range(0, count).toArray();
    StreamBatcher batches = new StreamBatcher(ids, batch, timesteps);
    List<Integer> seen = new ArrayList<>();
    for (int index = 0; index < batches.chunks(); index++) {
      Chunk chunk = batches.chunk(index);
      for (int t = 0; t < chunk.inputs().timesteps(); t++) {
        for (int row = 0; row < batch; row++) {
          int at = t * batch + row;
          int label = chunk.labels().values()[at];
          boolean padding = chunk.lengths() != null && t >= chunk.lengths()[row];
          assertThat(label == -1).isEqualTo(padding);
          if (!padding) {
            assertThat(label).isEqualTo(chunk.inputs().values()[at] + 1);
            seen.add(label);
          }
        }
      }
    }
    assertThat(seen).hasSize(count - 1).doesNotHaveDuplicates();
  }

  @Test
  void aChunkIsTheSameWheneverItIsAskedFor() {
    int[] ids = IntStream.range(0, 50).toArray();
    StreamBatcher inOrder = new StreamBatcher(ids, 4, 5);
    inOrder.chunk(0);
    int[] expected = inOrder.chunk(1).inputs().values().clone();
    assertThat(new StreamBatcher(ids, 4, 5).chunk(1).inputs().values()).isEqualTo(expected);
  }

  @Test
  void aRowContinuesInTheNextChunk() {
    StreamBatcher batches = new StreamBatcher(IntStream.range(0, 50).toArray(), 4, 5);
    int lastLabel = batches.chunk(0).labels().values()[4 * 4 + 1];
    assertThat(batches.chunk(1).inputs().values()[1]).isEqualTo(lastLabel);
  }

  @Test
  void refusesWhatIsTooShort() {
    assertThatThrownBy(() -> new StreamBatcher(new int[10], 1, 10))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[batches] expected more ids than a chunk of 10 timesteps but the text has 10; use a longer text or a shorter chunk");
    assertThatThrownBy(() -> new StreamBatcher(new int[10], 10, 2))
        .hasMessageContaining("more ids than a batch of 10 rows but the text has 10");
    assertThatThrownBy(() -> new StreamBatcher(new int[10], 0, 2))
        .hasMessageContaining("1 or more but got 0 and 2");
  }

  @Test
  void theValidationPartIsTheEnd() {
    Split split = Split.last(IntStream.range(0, 25).toArray(), 0.1);
    assertThat(split.training()).hasSize(22).startsWith(0, 1).endsWith(21);
    assertThat(split.validation()).containsExactly(22, 23, 24);
    assertThat(Split.last(new int[7], 0).validation()).isEmpty();
    assertThatThrownBy(() -> Split.last(new int[7], 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("between 0 and 0.9 of the text but got 1.0");
    assertThatThrownBy(() -> Split.last(new int[7], Double.NaN))
        .isInstanceOf(InvalidOptionException.class);
  }
}

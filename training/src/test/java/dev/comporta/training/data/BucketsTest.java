package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Batch;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.SequenceExamples.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketsTest {
  private static final CounterRandom RANDOM = new CounterRandom(5);

  @Test
  void anOrderHasEveryNumberOnceAndFollowsFromTheStream() {
    for (int n : new int[] {0, 1, 2, 7, 1021}) {
      int[] order = Shuffle.order(n, RANDOM.stream("a"));
      assertThat(Arrays.stream(order).sorted().toArray())
          .isEqualTo(IntStream.range(0, n).toArray());
      assertThat(Shuffle.order(n, RANDOM.stream("a"))).isEqualTo(order);
    }
    assertThat(Shuffle.order(100, RANDOM.stream("b")))
        .isNotEqualTo(Shuffle.order(100, RANDOM.stream("a")));
  }

  @Test
  void everyOrderIsAsLikelyAsAnother() {
    int[] seen = new int[27];
    int draws = 6000;
    for (int i = 0; i < draws; i++) {
      int[] order = Shuffle.order(3, RANDOM.stream(i));
      seen[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    // Each of 6 orders occurs about 1000 times; the standard deviation is 29.
    assertThat(Arrays.stream(seen).filter(count -> count > 0).toArray())
        .hasSize(6)
        .satisfies(counts -> assertThat(Arrays.stream(counts).min().orElse(0)).isGreaterThan(870));
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "10,3,1", "10,3,2", "100,7,4", "33,8,100", "64,8,2"})
  void everySequenceIsInOneBatchOfEachEpoch(int count, int batch, int pool) {
    int[] lengths = IntStream.range(0, count).map(i -> (i * 37) % 23 + 1).toArray();
    LengthBuckets buckets = new LengthBuckets(lengths, batch, pool, RANDOM);
    for (int epoch = 0; epoch < 3; epoch++) {
      int[][] batches = buckets.epoch(epoch);
      assertThat(batches).hasNumberOfRows(buckets.batches());
      List<Integer> seen = new ArrayList<>();
      for (int[] members : batches) {
        assertThat(members.length).isBetween(1, batch);
        for (int i = 0; i < members.length; i++) {
          seen.add(members[i]);
          assertThat(lengths[members[i]]).isLessThanOrEqualTo(lengths[members[0]]);
        }
      }
      assertThat(seen).hasSize(count).doesNotHaveDuplicates();
      assertThat(buckets.epoch(epoch)).isDeepEqualTo(batches);
    }
  }

  @Test
  void sequencesOfOneLengthComeTogetherAndEpochsDiffer() {
    int[] lengths = IntStream.range(0, 64).map(i -> i % 8 + 1).toArray();
    LengthBuckets buckets = new LengthBuckets(lengths, 8, 8, RANDOM);
    for (int[] members : buckets.epoch(0)) {
      assertThat(Arrays.stream(members).map(member -> lengths[member]).distinct().toArray())
          .hasSize(1);
    }
    assertThat(Arrays.deepEquals(buckets.epoch(0), buckets.epoch(1))).isFalse();
  }

  private static List<Example> examples() {
    return List.of(
        new Example(new int[] {1, 2, 3}, new int[] {4, 5, 6}),
        new Example(new int[] {7}, new int[] {8}),
        new Example(new int[] {9, 10}, new int[] {11, 12}));
  }

  @Test
  void sequencesArePaddedAndAnUnfilledBatchHasEmptyRows() {
    SequenceExamples data = new SequenceExamples(examples(), 4, 1, RANDOM);
    assertThat(data.chunks()).isEqualTo(1);
    Batch batch = data.batch(0, 0);
    assertThat(batch.timesteps()).isEqualTo(3);
    assertThat(batch.batch()).isEqualTo(4);
    assertThat(batch.count()).isEqualTo(6);
    SequenceExamples two = new SequenceExamples(examples(), 2, 1, RANDOM);
    assertThat(two.chunks()).isEqualTo(2);
    assertThat(two.batch(0, 0).count() + two.batch(0, 1).count()).isEqualTo(6);
    assertThat(two.batch(3, 1).count()).isEqualTo(two.batch(3, 1).count());
  }

  @Test
  void sequencesThatDoNotFitTogetherAreNamed() {
    List<Example> examples = new ArrayList<>(examples());
    examples.add(new Example(new int[] {1, 2}, new int[] {3}));
    assertThatThrownBy(() -> new SequenceExamples(examples, 2, 1, RANDOM))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("but sequence 3 has 2 ids and 1 labels");
    assertThatThrownBy(() ->
            new SequenceExamples(List.of(new Example(new int[0], new int[] {1})), 2, 1, RANDOM))
        .hasMessageContaining("but sequence 0 has 0 ids and 1 labels");
    assertThatThrownBy(() -> new SequenceExamples(List.of(), 2, 1, RANDOM))
        .hasMessageContaining("expected 1 or more sequences");
    assertThatThrownBy(() -> new LengthBuckets(new int[] {1}, 0, 1, RANDOM))
        .hasMessageContaining("but got 1, 0 and 1");
  }

  @Test
  void aTimestepMayHaveSeveralIds() {
    Example two = new Example(new int[] {1, 2, 3, 4}, new float[0], 2, new int[] {5, 6});
    Example one = new Example(new int[] {7, 8}, new float[0], 1, new int[] {9});
    Batch batch = new SequenceExamples(List.of(one, two), 3, 1, RANDOM).batch(0, 0);
    assertThat(batch.inputIds().values()).containsExactly(1, 7, 0, 2, 8, 0, 3, 0, 0, 4, 0, 0);
    assertThat(batch.lengths()).containsExactly(4, 2, 0);
    assertThat(batch.labels().values()).containsExactly(5, 9, -1, 6, -1, -1);
    Example uneven = new Example(new int[] {1, 2, 3}, new float[0], 2, new int[] {5, 6});
    assertThatThrownBy(() -> new SequenceExamples(List.of(two, uneven), 2, 1, RANDOM))
        .hasMessageContaining("1 or more timesteps of 2 ids")
        .hasMessageContaining("but sequence 1 has 2 ids and 2 labels");
  }

  @Test
  void featuresArePaddedWithTheirLengths() {
    List<Example> examples =
        List.of(
            Example.ofFeatures(new float[] {1, 2, 3, 4, 5, 6}, 2, 2),
            Example.ofFeatures(new float[] {7, 8}, 2, 1),
            Example.ofFeatures(new float[] {9, 10, 11, 12}, 2, 0));
    SequenceExamples source = new SequenceExamples(examples, 2, 2, new CounterRandom(1));
    assertThat(source.chunks()).isEqualTo(2);
    int seen = 0;
    for (int chunk = 0; chunk < 2; chunk++) {
      Batch batch = source.batch(0, chunk);
      int[] labels = batch.labels().values();
      for (int row = 0; row < 2; row++) {
        int length = batch.lengths() == null ? batch.timesteps() : batch.lengths()[row];
        if (length == 0) {
          assertThat(labels[row]).isEqualTo(-1);
          continue;
        }
        int label = labels[row];
        Example own =
            examples.stream().filter(it -> it.labels()[0] == label).findFirst().orElseThrow();
        float[] actual = new float[length * 2];
        for (int t = 0; t < length; t++) {
          System.arraycopy(batch.values(), (t * 2 + row) * 2, actual, t * 2, 2);
        }
        assertThat(actual).isEqualTo(own.values());
        seen++;
      }
    }
    assertThat(seen).isEqualTo(3);
    assertThat(source.batch(3, 0).values()).isEqualTo(source.batch(3, 0).values());
    List<Example> mixed = List.of(examples.get(0), Example.ofFeatures(new float[3], 3, 0));
    assertThatThrownBy(() -> new SequenceExamples(mixed, 2, 2, new CounterRandom(1)))
        .hasMessageContaining("timesteps of 2 features")
        .hasMessageContaining("sequence 1 has 1 timesteps of 3 features");
  }
}

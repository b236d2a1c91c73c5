package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Batch;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.PairExamples.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairExamplesTest {
  private static final int END = 1;

  private static List<Pair> pairs(int count) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] source = new int[1 + i % 7];
      int[] target = new int[1 + i * 3 % 5];
      Arrays.fill(source, i + 2);
      Arrays.fill(target, i + 2);
      target[target.length - 1] = END;
      pairs.add(new Pair(source, target));
    }
    return pairs;
  }

  @Test
  void everyTokenIsLearnedOnceAnEpochAndEpochsDiffer() {
    List<Pair> pairs = pairs(23);
    PairExamples examples = new PairExamples(pairs, END, 4, 2, new CounterRandom(1));
    assertThat(examples.chunks()).isEqualTo(6);
    int tokens = pairs.stream().mapToInt(pair -> pair.target().length).sum();
    List<Integer> steps = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      int counted = 0;
      for (int i = 0; i < examples.chunks(); i++) {
        Batch batch = examples.batch(epoch, i);
        assertThat(batch.batch()).isEqualTo(4);
        counted += batch.count();
        steps.add(batch.count());
        assertThat(examples.continues(i)).isFalse();
      }
      assertThat(counted).isEqualTo(tokens);
    }
    assertThat(steps.subList(0, 6)).isNotEqualTo(steps.subList(6, 12));
  }

  @Test
  void anEpochIsAFunctionOfItsNumber() {
    PairExamples first = new PairExamples(pairs(23), END, 4, 2, new CounterRandom(1));
    PairExamples second = new PairExamples(pairs(23), END, 4, 2, new CounterRandom(1));
    first.batch(0, 3);
    for (int i = 0; i < first.chunks(); i++) {
      assertThat(first.batch(2, i).count()).isEqualTo(second.batch(2, i).count());
      assertThat(first.batch(2, i).timesteps()).isEqualTo(second.batch(2, i).timesteps());
    }
  }

  @Test
  void anEmptySideIsRefusedByItsNumber() {
    List<Pair> pairs = new ArrayList<>(pairs(3));
    pairs.add(new Pair(new int[] {3}, new int[0]));
    assertThatThrownBy(() -> new PairExamples(pairs, END, 2, 1, new CounterRandom(1)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[pairs] expected 1 or more ids on both sides but pair 3 has 1 and 0");
  }
}

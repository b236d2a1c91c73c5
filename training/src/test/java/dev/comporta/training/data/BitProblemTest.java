package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Batch;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Associative recall and priority sort, read back from the batches by their delimiters. */
class BitProblemTest {
  private static final int BITS = 3;
  private static final int ROWS = 2;

  /** The numbers of one row and timestep. */
  private static float[] at(float[] values, int size, int t, int row) {
    int from = (t * ROWS + row) * size;
    return Arrays.copyOfRange(values, from, from + size);
  }

  private static List<List<Float>> answers(Batch batch, int row) {
    float[] targets = Objects.requireNonNull(batch.targets());
    List<List<Float>> answers = new ArrayList<>();
    for (int t = 0; t < batch.timesteps(); t++) {
      List<Float> answer = bits(at(targets, BITS, t, row));
      if (t < batch.context()) {
        assertThat(answer).as("nothing is wanted at %d", t).containsOnly(0f);
      } else {
        answers.add(answer);
        assertThat(at(batch.values(), batch.features(), t, row)).containsOnly(0f);
      }
    }
    return answers;
  }

  private static List<Float> bits(float[] values) {
    List<Float> bits = new ArrayList<>();
    for (int i = 0; i < BITS; i++) {
      bits.add(values[i]);
    }
    return bits;
  }

  @Test
  void theItemAfterTheQueriedOneIsWanted() {
    RecallProblem data = new RecallProblem(new CounterRandom(3), 2, 5, 2, BITS, ROWS, 30);
    List<Integer> places = new ArrayList<>();
    for (int chunk = 0; chunk < data.chunks(); chunk++) {
      Batch batch = data.batch(1, chunk);
      assertThat(batch.features()).isEqualTo(BITS + 2);
      for (int row = 0; row < ROWS; row++) {
        List<List<List<Float>>> items = new ArrayList<>();
        List<List<Float>> query = new ArrayList<>();
        int marks = 0;
        for (int t = 0; t < batch.context(); t++) {
          float[] input = at(batch.values(), BITS + 2, t, row);
          marks += (int) input[BITS + 1];
          if (input[BITS] == 1) {
            items.add(new ArrayList<>());
          } else if (input[BITS + 1] == 0) {
            (marks == 0 ? items.getLast() : query).add(bits(input));
          }
        }
        assertThat(marks).isEqualTo(2);
        assertThat(items).hasSizeBetween(2, 5).allSatisfy(item -> assertThat(item).hasSize(2));
        int place = items.indexOf(query);
        places.add(place);
        assertThat(place).isBetween(0, items.size() - 2);
        assertThat(answers(batch, row)).isEqualTo(items.get(place + 1));
      }
    }
    assertThat(places).contains(0, 1, 2, 3);
    assertThat(data.batch(0, 7).values()).isNotEqualTo(data.batch(0, 8).values());
  }

  @Test
  void theVectorsAreWantedInTheOrderOfTheirPriorities() {
    SortProblem data = new SortProblem(new CounterRandom(3), 1, 11, BITS, ROWS, 30);
    for (int chunk = 0; chunk < data.chunks(); chunk++) {
      Batch batch = data.batch(0, chunk);
      for (int row = 0; row < ROWS; row++) {
        List<float[]> given = new ArrayList<>();
        int t = 0;
        for (; at(batch.values(), BITS + 2, t, row)[BITS + 1] == 0; t++) {
          given.add(at(batch.values(), BITS + 2, t, row));
          assertThat(given.getLast()[BITS]).isBetween(-1f, 1f);
        }
        assertThat(batch.context()).isEqualTo(t + 1);
        int length = given.size();
        given.sort((a, b) -> Float.compare(b[BITS], a[BITS]));
        List<List<Float>> best =
            given.stream().limit((4L * length + 4) / 5).map(BitProblemTest::bits).toList();
        assertThat(answers(batch, row)).isEqualTo(best);
      }
    }
  }

  @Test
  void equalPrioritiesKeepTheirOrder() {
    float[] vectors = {1, 0, 0, .5f, 0, 1, 0, .7f, 0, 0, 1, .5f};
    Batch batch = SortProblem.of(vectors, 3, 1, BITS);
    assertThat(BitProblem.answers(Objects.requireNonNull(batch.targets()), batch))
        .containsExactly(0, 1, 0, 1, 0, 0, 0, 0, 1);
  }

  @Test
  void aQueryThatIsNoItemWithAnAnswerIsRejected() {
    float[] last = {1, 0, 0, 0, 1, 0, 0, 1, 0};
    assertThatThrownBy(() -> RecallProblem.of(last, 2, 1, 1, BITS))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected the last of the 3 items to ask for one of the first 1");
    float[] twice = {1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0};
    Batch batch = RecallProblem.of(twice, 4, 1, 1, BITS);
    assertThat(BitProblem.answers(Objects.requireNonNull(batch.targets()), batch))
        .as("the first of two equal items counts")
        .containsExactly(0, 1, 0);
  }

  @Test
  void sizesAreBounded() {
    CounterRandom random = new CounterRandom(1);
    assertThatThrownBy(() -> new RecallProblem(random, 1, 4, 1, 1, 1, 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("[recall] expected lengths from 2");
    assertThatThrownBy(() -> new RecallProblem(random, 2, 4, 0, 1, 1, 1))
        .hasMessageContaining("expected items of 1 vector or more but got 0");
    assertThatThrownBy(
            () -> new RecallProblem(random, 2, Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 1, 1))
        .hasMessageContaining("[recall] expected a batch of at most 536870912 numbers");
    assertThatThrownBy(() -> new SortProblem(random, 1, Integer.MAX_VALUE, 1, 1, 1))
        .hasMessageContaining("[sort] expected a batch of at most 536870912 numbers");
  }
}

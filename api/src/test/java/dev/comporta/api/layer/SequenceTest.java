package dev.comporta.api.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SequenceTest {
  private static final Ids IDS = new Ids(3, 2, new int[6]);

  private static void fails(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessage(message);
  }

  @Test
  void countsTimestepsWithoutPadding() {
    Sequence sequence = Sequence.of(IDS, new int[] {3, 1});
    assertThat(sequence.timesteps()).isEqualTo(3);
    assertThat(sequence.batch()).isEqualTo(2);
    assertThat(sequence.count()).isEqualTo(4);
    assertThat(Sequence.of(IDS, null).count()).isEqualTo(6);
  }

  @Test
  void fullLengthsAreNormalisedToNull() {
    assertThat(Sequence.of(IDS, new int[] {3, 3}).lengths()).isNull();
  }

  @Test
  void lengthsAreCopied() {
    int[] lengths = {3, 1};
    Sequence sequence = Sequence.of(IDS, lengths);
    lengths[0] = 0;
    assertThat(sequence.lengths()).containsExactly(3, 1);
  }

  @Test
  void reportsErrors() {
    fails(
        () -> Sequence.of(IDS, new int[] {3}),
        "[sequence] expected 2 lengths, one for each row of the batch, but got 1");
    fails(
        () -> Sequence.of(IDS, new int[] {3, 4}),
        "[sequence] expected lengths between 0 and 3 timesteps but row 1 has 4");
    fails(
        () -> Sequence.of(IDS, new int[] {-1, 3}),
        "[sequence] expected lengths between 0 and 3 timesteps but row 0 has -1");
    fails(
        () -> Sequence.of(IDS, null).values(),
        "[sequence] expected features [timesteps, batch, features] but got ids; put an embedding before this layer");
    assertThat(Sequence.of(IDS, null).ids()).isSameAs(IDS);
  }
}

package dev.comporta.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sentences have the lengths documented for the translation rows. */
class PairLengthsTest {
  private static final int B = 64;

  @Test
  void sentencesOf8To20TokensThirteenInTheMean() {
    PairLengths all = PairLengths.of(B, 20, false);
    assertThat(all.pairs()).isEqualTo(20 * B);
    int[] tokens =
        Stream.concat(all.sources().stream(), all.targets().stream())
            .flatMapToInt(Arrays::stream)
            .toArray();
    assertThat(Arrays.stream(tokens).min()).hasValue(8);
    assertThat(Arrays.stream(tokens).max()).hasValue(20);
    assertThat((double) all.sourceTokens() / all.pairs()).isCloseTo(13, within(0.5));
    assertThat((double) all.targetTokens() / all.pairs()).isCloseTo(13, within(0.5));
    assertThat(all.sourceTokens() + all.targetTokens()).isEqualTo(Arrays.stream(tokens).sum());
  }

  @Test
  void fourBatchesStandForAll() {
    PairLengths some = PairLengths.of(B, 4, false);
    assertThat(some.sources()).hasSize(4);
    assertThat((double) some.targetTokens() / some.pairs()).isCloseTo(13, within(0.7));
    for (int i = 0; i < 4; i++) {
      int[] lengths = some.sources().get(i);
      assertThat(Arrays.stream(lengths).distinct().count()).as("ragged").isGreaterThan(1);
      for (int row = 1; row < B; row++) {
        assertThat(lengths[row]).isLessThanOrEqualTo(lengths[row - 1]);
      }
    }
  }

  @Test
  void evenSourcesHaveOneLengthAndTargetsAsBefore() {
    PairLengths even = PairLengths.of(B, 4, true);
    for (int i = 0; i < 4; i++) {
      assertThat(Arrays.stream(even.sources().get(i)).distinct().count()).isEqualTo(1);
      assertThat(even.targets().get(i)).isEqualTo(PairLengths.of(B, 4, false).targets().get(i));
    }
  }
}

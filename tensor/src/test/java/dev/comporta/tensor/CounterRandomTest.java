package dev.comporta.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.RandomSource;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  private static final int COUNT = 1 << 16;

  /** Model files, reported seeds and resumed training runs rely on these numbers never changing. */
  @Test
  void goldenNumbers() {
    CounterRandom root = new CounterRandom(42);
    assertThat(root.bits(0)).isEqualTo(0xb29ed950786f5ae3L);
    assertThat(root.bits(1)).isEqualTo(0x57e1faba65107204L);
    assertThat(root.bits(-1)).isEqualTo(0x15ba6783d67f9b7bL);
    assertThat(root.stream("weights").bits(0)).isEqualTo(0xfc2bb0a0a422c3fdL);
    assertThat(root.stream("größe").bits(7)).isEqualTo(0x32ed689a30b59f39L);
    assertThat(root.stream(3).bits(0)).isEqualTo(0xa3eb631e5fca9004L);
    assertThat(root.stream("a").stream(1).stream("b").bits(1L << 40))
        .isEqualTo(0x5b60299086416bdfL);
    assertThat(root.uniform(5)).isEqualTo(0x1.5a94b20000000p-1f);
    assertThat(root.normal(5)).isEqualTo(-0x1.56688fc80be64p-1);
  }

  /** The JDK's SplitMix64, started with the same key. */
  @Test
  void theRootIsSplitMix64() {
    for (long seed : new long[] {0, 1, 42, -1, Long.MIN_VALUE}) {
      CounterRandom random = new CounterRandom(seed);
      long key = new SplittableRandom(seed).nextLong();
      SplittableRandom expected = new SplittableRandom(key - 0x9e3779b97f4a7c15L);
      for (int n = 0; n < 100; n++) {
        assertThat(random.bits(n)).isEqualTo(expected.nextLong());
      }
    }
  }

  @Test
  void everyBitIsSetHalfTheTimeAndBytesAreUniform() {
    for (RandomSource random : streams()) {
      int[] bits = new int[64];
      int[][] bytes = new int[8][256];
      for (int n = 0; n < COUNT; n++) {
        long word = random.bits(n);
        for (int i = 0; i < 64; i++) {
          bits[i] += (int) (word >>> i & 1);
        }
        for (int i = 0; i < 8; i++) {
          bytes[i][(int) (word >>> 8 * i & 0xff)]++;
        }
      }
      for (int count : bits) {
        // five standard deviations of a binomial distribution, sqrt(n) / 2 each
        assertThat((double) count).isCloseTo(COUNT / 2.0, Offset.offset(5 * 128.0));
      }
      for (int[] histogram : bytes) {
        double chiSquare = 0;
        for (int count : histogram) {
          chiSquare += (count - COUNT / 256.0) * (count - COUNT / 256.0) / (COUNT / 256.0);
        }
        // mean 255, standard deviation sqrt(2 * 255) = 22.6
        assertThat(chiSquare).isBetween(255 - 5 * 22.6, 255 + 5 * 22.6);
      }
    }
  }

  /** Roots of neighbouring seeds, children by name and by number, grandchildren. */
  private static RandomSource[] streams() {
    CounterRandom root = new CounterRandom(7);
    return new RandomSource[] {
      root,
      new CounterRandom(8),
      root.stream("a"),
      root.stream("b"),
      root.stream("lstm.0.W"),
      root.stream("lstm.1.W"),
      root.stream(0),
      root.stream(1),
      root.stream(2),
      root.stream("a").stream(0),
      root.stream("b").stream(0),
      root.stream(0).stream("a"),
      root.stream("").stream("a"),
    };
  }

  @Test
  void streamsAreIndependent() {
    RandomSource[] streams = streams();
    for (int i = 0; i < streams.length; i++) {
      for (int j = 0; j < i; j++) {
        for (int lag : new int[] {0, 1}) {
          double product = 0;
          for (int n = 0; n < 4096; n++) {
            product += (streams[i].uniform(n) - 0.5) * (streams[j].uniform(n + lag) - 0.5);
          }
          // a product has the variance 1/144; five standard deviations of the mean of 4096
          assertThat(product / 4096)
              .as("streams %d and %d, lag %d", i, j, lag)
              .isCloseTo(0, Offset.offset(5 / 12.0 / 64));
        }
      }
    }
  }

  @Test
  void noTwoStreamsShareAWord() {
    Set<Long> words = new HashSet<>();
    int count = 0;
    for (RandomSource stream : streams()) {
      for (int n = 0; n < 4096; n++) {
        words.add(stream.bits(n));
        count++;
      }
    }
    CounterRandom root = new CounterRandom(7);
    for (int child = 3; child < 20_000; child++) {
      words.add(root.stream(child).bits(0));
      words.add(root.stream("layer." + child).bits(0));
      count += 2;
    }
    assertThat(words).hasSize(count);
  }

  @Test
  void uniformNumbersFillTheUnitIntervalWithoutItsEnd() {
    RandomSource random = new CounterRandom(1);
    double sum = 0;
    double squares = 0;
    float least = 1;
    float most = 0;
    for (int n = 0; n < COUNT; n++) {
      float u = random.uniform(n);
      sum += u;
      squares += (double) u * u;
      least = Math.min(least, u);
      most = Math.max(most, u);
      assertThat(u * 0x1p24f % 1).isZero();
    }
    assertThat(least).isBetween(0f, 2e-4f);
    assertThat(most).isBetween(1 - 2e-4f, Math.nextDown(1f));
    assertThat(sum / COUNT).isCloseTo(0.5, Offset.offset(5 * 0.2887 / 256));
    assertThat(squares / COUNT).isCloseTo(1 / 3.0, Offset.offset(5 * 0.2981 / 256));
  }

  @Test
  void normalNumbersHaveTheMomentsOfTheirDistribution() {
    RandomSource random = new CounterRandom(1).stream("normal");
    double[] moments = new double[5];
    int withinOne = 0;
    for (int n = 0; n < COUNT; n++) {
      double z = random.normal(n);
      double power = 1;
      for (int i = 1; i <= 4; i++) {
        power *= z;
        moments[i] += power / COUNT;
      }
      withinOne += Math.abs(z) < 1 ? 1 : 0;
    }
    // five standard errors: sqrt(var(z^i) / n), with var = 1, 2, 15, 96
    assertThat(moments[1]).isCloseTo(0, Offset.offset(5 * 1 / 256.0));
    assertThat(moments[2]).isCloseTo(1, Offset.offset(5 * Math.sqrt(2) / 256));
    assertThat(moments[3]).isCloseTo(0, Offset.offset(5 * Math.sqrt(15) / 256));
    assertThat(moments[4]).isCloseTo(3, Offset.offset(5 * Math.sqrt(96) / 256));
    assertThat(withinOne / (double) COUNT).isCloseTo(0.6827, Offset.offset(5 * 0.4655 / 256));
  }
}

package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrays are after they were sent, and that nothing of them is lost. */
class CompressionTest {
  private static float[] sent(Compression by, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(by.bytes(values.length));
    by.encode(values, 0, values.length, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    float[] found = new float[values.length];
    Arrays.fill(found, 99);
    by.decode(bytes.flip(), found, 0, found.length);
    assertThat(bytes.hasRemaining()).isFalse();
    return found;
  }

  private static float[] random(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(3 * random.nextGaussian()));
    }
    return values;
  }

  @Test
  void bfloat16IsTheNearestOfItsNumbers() {
    for (float value : random(1, 2000)) {
      float found = sent(Compression.BF16, value)[0];
      assertThat(Float.floatToRawIntBits(found) & 0xffff).isZero();
      float step = Math.scalb(1f, Math.getExponent(value) - 7); // 8 significant bits
      double nearest = Math.rint((double) value / step) * step; // rint is to nearest even
      assertThat((double) found).isEqualTo(nearest);
    }
    assertThat(sent(Compression.BF16, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, -0.0f, 0x1p-133f))
        .containsExactly(1, 1 + 0x1p-6f, -0.0f, 0x1p-133f);
    assertThat(sent(Compression.BF16, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0x7f800001)))
        .containsExactly(Float.NEGATIVE_INFINITY, Float.NaN);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.01, 0.1, 0.5, 1})
  void theLargestMagnitudesAreSent(double share) {
    for (int count : new int[] {0, 1, 2, 7, 100, 1021}) {
      float[] values = random(count, count);
      for (int i = 0; i + 3 < count; i += 3) {
        values[i] = -values[i + 2]; // equal magnitudes, of which the first is sent
      }
      float[] expected = new float[count];
      IntStream.range(0, count)
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -Math.abs(values[i]))) // stable
          .limit((long) Math.ceil(share * count))
          .forEach(i -> expected[i] = values[i]);
      assertThat(sent(Compression.top(share), values)).isEqualTo(expected);
    }
  }

  @Test
  void whatIsNotANumberIsSent() {
    assertThat(sent(Compression.top(0.3), 1, Float.NaN, Float.POSITIVE_INFINITY, -2, 3, 5))
        .containsExactly(0, Float.NaN, Float.POSITIVE_INFINITY, 0, 0, 0);
  }

  @Test
  void wordsAndBytes() {
    assertThat(Compression.of("none")).isEqualTo(Compression.NONE);
    assertThat(Compression.of("bf16").bytesPerValue()).isEqualTo(2);
    assertThat(Compression.of("top-2.5%")).isEqualTo(Compression.top(0.025));
    assertThat(Compression.top(0.01).bytesPerValue()).isEqualTo(0.08);
    for (String wrong : List.of("top-k", "top-0%", "top-101%", "top-1", "BF16", "")) {
      assertThatThrownBy(() -> Compression.of(wrong))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("expected ");
    }
    ByteBuffer index = ByteBuffer.allocate(8).putInt(5).putFloat(1).flip();
    assertThatThrownBy(() -> Compression.top(0.2).decode(index, new float[5], 0, 5))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected an index below 5 from another rank but got 5");
  }

  /** All results and what the ranks have left add up to all that was given. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "bf16", "top-3%", "top-40%"})
  void nothingIsLost(String compression) throws Exception {
    int length = 103;
    int rounds = 7;
    for (int ranks : new int[] {1, 2, 3, 5}) {
      List<RankSum> ended = new ArrayList<>();
      List<List<float[]>> results =
          Together.run(
              ranks,
              it -> {
                RankSum sum =
                    new RankSum(new Distribution(it, 1, 1, 0, Compression.of(compression)), length);
                synchronized (ended) {
                  ended.add(sum);
                }
                List<float[]> found = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                  float[] values = random(31 * it.rank() + round, length);
                  double[] numbers = {it.rank(), 1};
                  sum.sum(values, numbers);
                  assertThat(numbers).containsExactly(ranks * (ranks - 1) / 2.0, ranks);
                  found.add(values);
                }
                return found;
              });
      for (int i = 0; i < length; i++) {
        double given = 0;
        double size = 0;
        double found = 0;
        for (int round = 0; round < rounds; round++) {
          for (int rank = 0; rank < ranks; rank++) {
            float value = random(31 * rank + round, length)[i];
            given += value;
            size += Math.abs(value);
          }
          found += results.getFirst().get(round)[i];
        }
        for (RankSum sum : ended) {
          found += sum.left() == null ? 0 : sum.left()[i];
        }
        assertThat(Math.abs(found - given)).isLessThanOrEqualTo(1e-6 * size);
      }
      for (List<float[]> one : results) {
        assertThat(one).usingRecursiveComparison().isEqualTo(results.getFirst());
      }
      TrainingEvent.Exchanged event = ended.getFirst().event(3);
      assertThat(event.leftOut() > 0).isEqualTo(!compression.equals("none"));
      assertThat(event.leftOut()).isLessThan(event.norm());
    }
  }
}

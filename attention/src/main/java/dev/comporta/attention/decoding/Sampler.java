package dev.comporta.attention.decoding;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.ShapeException;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Draws the next id from a model's output: {@code P(i) ~ exp(x_i / temperature)} over the most
 * likely ids.
 *
 * @param temperature 1 draws as the model says, less more surely; 0 takes the most likely
 * @param topK only the k most likely are drawn; 0 for all
 * @param topP only the most likely are drawn that together have at least this probability, at least
 *     one; 1 for all (Holtzman et al. 2020)
 */
@API(status = API.Status.EXPERIMENTAL)
public record Sampler(double temperature, int topK, double topP) {
  /**
   * Checks the numbers.
   *
   * @throws InvalidOptionException if one is out of range
   */
  public Sampler {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          "--temperature expected a number of 0 or more but got " + temperature);
    }
    if (topK < 0) {
      throw new InvalidOptionException(
          "--top-k expected a whole number of 0 or more but got " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new InvalidOptionException(
          "--top-p expected a number above 0 and at most 1 but got " + topP);
    }
  }

  /**
   * Draws one id.
   *
   * @param x the model's output for each id
   * @param offset where it starts
   * @param count the number of ids
   * @param random the draws
   * @param n which of them this is
   * @return the id; of equal ones the smallest is the more likely
   */
  public int draw(float[] x, int offset, int count, RandomSource random, long n) {
    return draw(x, offset, count, (random.bits(n) >>> 11) * 0x1p-53);
  }

  /**
   * Draws one id.
   *
   * @param x the model's output for each id
   * @param offset where it starts
   * @param count the number of ids
   * @param uniform a random number in [0, 1)
   * @return the id; of equal ones the smallest is the more likely
   * @throws ShapeException if there are fewer numbers than that, or no id
   */
  public int draw(float[] x, int offset, int count, double uniform) {
    if (count < 1 || offset < 0 || count > x.length - offset) {
      throw new ShapeException(
          "[sampler] expected 1 id or more with their outputs but got %d ids from offset %d of %d numbers"
              .formatted(count, offset, x.length));
    }
    int[] ranked =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -x[offset + id]))
            .mapToInt(Integer::intValue)
            .toArray();
    if (temperature == 0) {
      return ranked[0];
    }
    double[] weights = new double[count];
    double all = 0;
    for (int rank = 0; rank < count; rank++) {
      double above = (double) x[offset + ranked[rank]] - x[offset + ranked[0]];
      weights[rank] = StrictMath.exp(above / temperature);
      all += weights[rank];
    }
    int kept = topK == 0 ? count : Math.min(topK, count);
    double sum = 0;
    int last = 0;
    for (; last < kept; last++) {
      sum += weights[last];
      if (sum >= topP * all) {
        last++;
        break;
      }
    }
    double aim = uniform * sum;
    for (int rank = 0; rank < last - 1; rank++) {
      aim -= weights[rank];
      if (aim < 0) {
        return ranked[rank];
      }
    }
    return ranked[last - 1];
  }
}

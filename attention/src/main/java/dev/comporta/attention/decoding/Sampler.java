package dev.comporta.attention.decoding;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.ShapeException;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Samples the next id from a model's logits, {@code P(i) ~ exp(x_i / temperature)}, optionally
 * restricted to the most likely ids (top-k and nucleus sampling).
 *
 * @param temperature 1 samples from the model's distribution; a lower value makes likely ids more
 *     likely; 0 always takes the most likely id
 * @param topK sample from the k most likely ids only; 0 for all
 * @param topP nucleus sampling: sample from the smallest set of most likely ids whose probabilities
 *     sum to at least this value; 1 for all (Holtzman et al. 2020)
 */
@API(status = API.Status.EXPERIMENTAL)
public record Sampler(double temperature, int topK, double topP) {
  /**
   * Checks the ranges.
   *
   * @throws InvalidOptionException if a value is out of range
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
   * Samples one id with a random number of a counter-based source.
   *
   * @param x the model's logits, one per id
   * @param offset the index in x of the first logit
   * @param count the number of ids
   * @param random the source of random numbers
   * @param n the index of the random number to use
   * @return the sampled id; ids with equal logits are ranked by increasing id
   */
  public int draw(float[] x, int offset, int count, RandomSource random, long n) {
    return draw(x, offset, count, (random.bits(n) >>> 11) * 0x1p-53);
  }

  /**
   * Samples one id with a given random number.
   *
   * @param x the model's logits, one per id
   * @param offset the index in x of the first logit
   * @param count the number of ids
   * @param uniform a random number in [0, 1)
   * @return the id; of equal ones the smallest is the more likely
   * @throws ShapeException if there are fewer numbers than that, or no id
   */
  public int draw(float[] x, int offset, int count, double uniform) {
    if (count < 1 || offset < 0 || count > x.length - offset) {
      throw new ShapeException(
          formatted(
              "[sampler] expected 1 id or more with their outputs but got %d ids from offset %d of %d numbers",
              count, offset, x.length));
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

package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Sequences of the copy task (Graves et al. 2014, section 4.1): L vectors of random bits, a
 * delimiter on a channel of its own, and L timesteps without input, in which the model must output
 * the bits in the same order. The loss covers only these timesteps. All rows of a batch have the
 * same L, drawn for each batch.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CopyProblem extends GeneratedSource {
  private static final int MOST_NUMBERS = 1 << 29;

  private final int shortest;
  private final int longest;
  private final int bits;

  /**
   * Data of lengths in a range, each as likely as another.
   *
   * @param random of the lengths and the bits
   * @param shortest the smallest L, 1 or more
   * @param longest the largest L
   * @param bits of each vector, 1 or more
   * @param rows B
   * @param chunks batches of an epoch
   * @throws InvalidOptionException if a number is out of range
   */
  public CopyProblem(
      RandomSource random, int shortest, int longest, int bits, int rows, int chunks) {
    super(random, rows, chunks);
    if (shortest < 1 || longest < shortest || bits < 1 || rows < 1 || chunks < 1) {
      throw new InvalidOptionException(
          formatted(
              "[copy] expected lengths from 1, and 1 or more bits, rows and batches but got lengths from %d to %d, %d, %d and %d",
              shortest, longest, bits, rows, chunks));
    }
    requireSize(longest, rows, bits);
    this.shortest = shortest;
    this.longest = longest;
    this.bits = bits;
  }

  private static void requireSize(int length, int rows, int bits) {
    if ((2L * length + 1) * rows > MOST_NUMBERS / (bits + 1L)) {
      throw new InvalidOptionException(
          formatted(
              "[copy] expected a batch of at most %d numbers but %d rows that copy %d vectors of %d bits have more; use smaller sizes",
              MOST_NUMBERS, rows, length, bits));
    }
  }

  @Override
  protected Batch batch(RandomSource random) {
    int length = shortest + random.stream("length").below(longest - shortest + 1, 0);
    RandomSource numbers = random.stream("bits");
    float[] vectors = new float[length * rows() * bits];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = numbers.below(2, i);
    }
    return of(vectors, length, rows(), bits);
  }

  /**
   * A batch that asks for a copy.
   *
   * @param vectors {@code [L, B, bits]}, each 0 or 1
   * @param length L
   * @param rows B
   * @param bits of each vector
   * @return {@code [2 L + 1, B, bits + 1]} with targets {@code [2 L + 1, B, bits]}, of which the
   *     last L timesteps count
   * @throws InvalidOptionException if it has too many numbers
   */
  public static Batch of(float[] vectors, int length, int rows, int bits) {
    requireSize(length, rows, bits);
    int timesteps = 2 * length + 1;
    float[] inputs = new float[timesteps * rows * (bits + 1)];
    float[] targets = new float[timesteps * rows * bits];
    for (int i = 0; i < length * rows; i++) {
      System.arraycopy(vectors, i * bits, inputs, i * (bits + 1), bits);
    }
    for (int row = 0; row < rows; row++) {
      inputs[(length * rows + row) * (bits + 1) + bits] = 1;
    }
    System.arraycopy(vectors, 0, targets, (length + 1) * rows * bits, length * rows * bits);
    return Batch.ofValues(timesteps, rows, bits + 1, inputs, null)
        .targets(bits, targets)
        .context(length + 1);
  }

  /**
   * The bits that a model gives back.
   *
   * @param outputs {@code [2 L + 1, B, bits]}, logits
   * @param length L
   * @param rows B
   * @param bits of each vector
   * @return {@code [L, B, bits]}, 1 where a logit is above zero, else 0
   */
  public static float[] answers(float[] outputs, int length, int rows, int bits) {
    float[] answers =
        Arrays.copyOfRange(outputs, (length + 1) * rows * bits, (2 * length + 1) * rows * bits);
    for (int i = 0; i < answers.length; i++) {
      answers[i] = answers[i] > 0 ? 1 : 0;
    }
    return answers;
  }
}

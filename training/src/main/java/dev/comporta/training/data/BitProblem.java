package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Sequences that test a model's memory (Graves, Wayne and Danihelka 2014, section 4): vectors of
 * random bits and, on channels of their own, what structures them; then timesteps without input, in
 * which the model must output vectors of bits. The loss covers only these timesteps. All rows of a
 * batch have the same length, drawn for each batch.
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class BitProblem extends GeneratedSource {
  private static final int MOST_NUMBERS = 1 << 29;

  private final int shortest;
  private final int longest;
  private final int bits;

  /**
   * Data of lengths in a range, each as likely as another.
   *
   * @param name of the problem, for messages
   * @param random of the lengths and the bits
   * @param shortest the smallest length, {@code least} or more
   * @param longest the largest length
   * @param least the smallest length for which the problem is defined
   * @param bits of each vector, 1 or more
   * @param rows B
   * @param chunks batches of an epoch
   * @throws InvalidOptionException if a number is out of range
   */
  protected BitProblem(
      String name,
      RandomSource random,
      int shortest,
      int longest,
      int least,
      int bits,
      int rows,
      int chunks) {
    super(random, rows, chunks);
    if (shortest < least || longest < shortest || bits < 1 || rows < 1 || chunks < 1) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected lengths from %d, and 1 or more bits, rows and batches but got lengths from %d to %d, %d, %d and %d",
              name, least, shortest, longest, bits, rows, chunks));
    }
    this.shortest = shortest;
    this.longest = longest;
    this.bits = bits;
  }

  /** {@return the number of bits of each vector} */
  protected final int bits() {
    return bits;
  }

  /**
   * Generates a batch.
   *
   * @param random the random numbers of this batch
   * @param length of all rows
   * @return the batch, of B rows
   */
  protected abstract Batch batch(RandomSource random, int length);

  @Override
  protected final Batch batch(RandomSource random) {
    return batch(random, shortest + random.stream("length").below(longest - shortest + 1, 0));
  }

  /** Random bits, each 0 or 1. */
  static float[] bits(RandomSource random, int count) {
    RandomSource numbers = random.stream("bits");
    float[] bits = new float[count];
    for (int i = 0; i < count; i++) {
      bits[i] = numbers.below(2, i);
    }
    return bits;
  }

  static void requireSize(String name, long timesteps, int rows, long channels) {
    if (timesteps > MOST_NUMBERS / (channels * rows)) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected a batch of at most %d numbers but %d rows of %d timesteps with %d numbers have more; use smaller sizes",
              name, MOST_NUMBERS, rows, timesteps, channels));
    }
  }

  /** A batch whose last timesteps ask for {@code answers}, {@code [K, B, bits]}. */
  static Batch asking(float[] inputs, int timesteps, int rows, float[] answers, int bits) {
    float[] targets = new float[timesteps * rows * bits];
    System.arraycopy(answers, 0, targets, targets.length - answers.length, answers.length);
    return Batch.ofValues(timesteps, rows, inputs.length / (timesteps * rows), inputs, null)
        .targets(bits, targets)
        .context(timesteps - answers.length / (rows * bits));
  }

  /**
   * The bits that a model answers, or those that are wanted.
   *
   * @param values {@code [T, B, bits]}: logits or targets
   * @param asked the batch that asks for them
   * @return {@code [K, B, bits]} for the K timesteps that count, 1 where a value is above zero,
   *     else 0
   */
  public static float[] answers(float[] values, Batch asked) {
    int from = values.length / asked.timesteps() * asked.context();
    float[] answers = Arrays.copyOfRange(values, from, values.length);
    for (int i = 0; i < answers.length; i++) {
      answers[i] = answers[i] > 0 ? 1 : 0;
    }
    return answers;
  }
}

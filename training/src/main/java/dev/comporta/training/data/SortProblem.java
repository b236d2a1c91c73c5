package dev.comporta.training.data;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Sequences of priority sort (Graves et al. 2014, section 4.5): L vectors of random bits, each with
 * a priority, uniform in [-1, 1), on a channel of its own; a delimiter; and timesteps without
 * input, in which the model must output the vectors of the highest priorities, the highest first.
 * As in the paper, where 16 of 20 vectors are wanted, they are four fifths of L, rounded up. Of two
 * vectors with the same priority the earlier one comes first.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SortProblem extends BitProblem {
  private static final String NAME = "sort";

  /**
   * Data of lengths in a range, each as likely as another.
   *
   * @param random of the lengths, the bits and the priorities
   * @param shortest the smallest L, 1 or more
   * @param longest the largest L
   * @param bits of each vector, 1 or more
   * @param rows B
   * @param chunks batches of an epoch
   * @throws InvalidOptionException if a number is out of range
   */
  public SortProblem(
      RandomSource random, int shortest, int longest, int bits, int rows, int chunks) {
    super(NAME, random, shortest, longest, 1, bits, rows, chunks);
    requireSize(NAME, timesteps(longest), rows, bits + 2L);
  }

  /**
   * {@return T, the number of timesteps}
   *
   * @param length L
   */
  public static long timesteps(int length) {
    return length + 1L + wanted(length);
  }

  /** {@return the number of vectors that are wanted of so many} */
  private static int wanted(int length) {
    return length - length / 5;
  }

  @Override
  protected Batch batch(RandomSource random, int length) {
    int count = length * rows();
    float[] bits = bits(random, count * bits());
    RandomSource priorities = random.stream("priorities");
    float[] vectors = new float[count * (bits() + 1)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(bits, i * bits(), vectors, i * (bits() + 1), bits());
      vectors[i * (bits() + 1) + bits()] = 2 * priorities.uniform(i) - 1;
    }
    return of(vectors, length, rows(), bits());
  }

  /**
   * A batch that asks for the vectors in the order of their priorities.
   *
   * @param vectors {@code [L, B, bits + 1]}: bits, each 0 or 1, and a priority
   * @param length L
   * @param rows B
   * @param bits of each vector
   * @return {@code [T, B, bits + 2]} with targets {@code [T, B, bits]}, of which the last K
   *     timesteps count; K is four fifths of L, rounded up, and T = L + 1 + K
   * @throws InvalidOptionException if it has too many numbers
   */
  public static Batch of(float[] vectors, int length, int rows, int bits) {
    requireSize(NAME, timesteps(length), rows, bits + 2L);
    int timesteps = (int) timesteps(length);
    int given = bits + 1;
    int channels = bits + 2;
    float[] inputs = new float[timesteps * rows * channels];
    for (int i = 0; i < length * rows; i++) {
      System.arraycopy(vectors, i * given, inputs, i * channels, given);
    }
    int wanted = wanted(length);
    float[] answers = new float[wanted * rows * bits];
    for (int row = 0; row < rows; row++) {
      inputs[(length * rows + row) * channels + bits + 1] = 1;
      int column = row;
      int[] order =
          IntStream.range(0, length)
              .boxed()
              .sorted(Comparator.comparingDouble(t -> -vectors[(t * rows + column) * given + bits]))
              .mapToInt(t -> t)
              .toArray();
      for (int i = 0; i < wanted; i++) {
        int from = (order[i] * rows + row) * given;
        System.arraycopy(vectors, from, answers, (i * rows + row) * bits, bits);
      }
    }
    return asking(inputs, timesteps, rows, answers, bits);
  }
}

package dev.comporta.training.data;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import org.apiguardian.api.API;

/**
 * Sequences of the copy task (Graves et al. 2014, section 4.1): L vectors of random bits, a
 * delimiter on a channel of its own, and L timesteps without input, in which the model must output
 * the bits in the same order.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CopyProblem extends BitProblem {
  private static final String NAME = "copy";

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
    super(NAME, random, shortest, longest, 1, bits, rows, chunks);
    requireSize(NAME, 2L * longest + 1, rows, bits + 1L);
  }

  @Override
  protected Batch batch(RandomSource random, int length) {
    return of(bits(random, length * rows() * bits()), length, rows(), bits());
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
    requireSize(NAME, 2L * length + 1, rows, bits + 1L);
    int timesteps = 2 * length + 1;
    float[] inputs = new float[timesteps * rows * (bits + 1)];
    for (int i = 0; i < length * rows; i++) {
      System.arraycopy(vectors, i * bits, inputs, i * (bits + 1), bits);
    }
    for (int row = 0; row < rows; row++) {
      inputs[(length * rows + row) * (bits + 1) + bits] = 1;
    }
    return asking(inputs, timesteps, rows, vectors, bits);
  }
}

package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Sequences of associative recall (Graves et al. 2014, section 4.3): N items of W vectors of random
 * bits, each after a delimiter; a query, one of the items but the last, between two delimiters of
 * another channel; and W timesteps without input, in which the model must output the item that
 * followed the queried one. If the query occurs more than once, its first place counts.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RecallProblem extends BitProblem {
  private static final String NAME = "recall";

  /** The smallest number of items: one to ask for and one to answer. */
  public static final int FEWEST = 2;

  private final int width;

  /**
   * Data of numbers of items in a range, each as likely as another.
   *
   * @param random of the numbers of items, the bits and the queries
   * @param fewest the smallest N, 2 or more
   * @param most the largest N
   * @param width W, the vectors of an item, 1 or more
   * @param bits of each vector, 1 or more
   * @param rows B
   * @param chunks batches of an epoch
   * @throws InvalidOptionException if a number is out of range
   */
  public RecallProblem(
      RandomSource random, int fewest, int most, int width, int bits, int rows, int chunks) {
    super(NAME, random, fewest, most, FEWEST, bits, rows, chunks);
    if (width < 1) {
      throw new InvalidOptionException(
          formatted("[recall] expected items of 1 vector or more but got %d", width));
    }
    requireSize(NAME, timesteps(most, width), rows, bits + 2L);
    this.width = width;
  }

  /**
   * {@return T, the number of timesteps}
   *
   * @param items N
   * @param width W
   */
  public static long timesteps(int items, int width) {
    return items * (width + 1L) + width + 2 + width;
  }

  @Override
  protected Batch batch(RandomSource random, int items) {
    int rows = rows();
    int vector = rows * bits();
    float[] vectors = bits(random, (items + 1) * width * vector);
    RandomSource queries = random.stream("queries");
    for (int row = 0; row < rows; row++) {
      int query = queries.below(items - 1, row);
      for (int i = 0; i < width; i++) {
        int from = (query * width + i) * vector + row * bits();
        int to = (items * width + i) * vector + row * bits();
        System.arraycopy(vectors, from, vectors, to, bits());
      }
    }
    return of(vectors, items, width, rows, bits());
  }

  /**
   * A batch that asks for the items after the queried ones.
   *
   * @param vectors {@code [(N + 1) W, B, bits]}, each 0 or 1: the items, then the query
   * @param items N
   * @param width W
   * @param rows B
   * @param bits of each vector
   * @return {@code [T, B, bits + 2]} with targets {@code [T, B, bits]}, of which the last W
   *     timesteps count; T = N (W + 1) + 2 W + 2
   * @throws InvalidOptionException if it has too many numbers
   * @throws ComportaException if a query is none of the items but the last
   */
  public static Batch of(float[] vectors, int items, int width, int rows, int bits) {
    requireSize(NAME, timesteps(items, width), rows, bits + 2L);
    int timesteps = (int) timesteps(items, width);
    int channels = bits + 2;
    float[] inputs = new float[timesteps * rows * channels];
    float[] answers = new float[width * rows * bits];
    for (int row = 0; row < rows; row++) {
      for (int item = 0; item <= items; item++) {
        int start = item * (width + 1); // the delimiter
        inputs[(start * rows + row) * channels + (item < items ? bits : bits + 1)] = 1;
        for (int i = 0; i < width; i++) {
          int from = ((item * width + i) * rows + row) * bits;
          System.arraycopy(vectors, from, inputs, ((start + 1 + i) * rows + row) * channels, bits);
        }
      }
      inputs[((items + 1) * (width + 1) * rows + row) * channels + bits + 1] = 1;
      int answer = queried(vectors, items, width, rows, row, bits) + 1;
      for (int i = 0; i < width; i++) {
        int from = ((answer * width + i) * rows + row) * bits;
        System.arraycopy(vectors, from, answers, (i * rows + row) * bits, bits);
      }
    }
    return asking(inputs, timesteps, rows, answers, bits);
  }

  /** The first item that is the query of a row. */
  private static int queried(float[] vectors, int items, int width, int rows, int row, int bits) {
    for (int item = 0; item < items - 1; item++) {
      boolean same = true;
      for (int i = 0; i < width; i++) {
        int from = ((item * width + i) * rows + row) * bits;
        int query = ((items * width + i) * rows + row) * bits;
        same &= Arrays.equals(vectors, from, from + bits, vectors, query, query + bits);
      }
      if (same) {
        return item;
      }
    }
    throw new ComportaException(
        formatted(
            "[recall] expected the last of the %d items to ask for one of the first %d, after which another item comes, but it is none of them",
            items + 1, items - 1));
  }
}

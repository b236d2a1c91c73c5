package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Sequences of the adding problem (Hochreiter and Schmidhuber 1997, experiment 4, in the form of
 * Le, Jaitly and Hinton 2015): each timestep has a number, uniform in [0, 1), and a mark; the mark
 * is 1 at one timestep of the first half and one of the second, each place as likely as another,
 * and 0 elsewhere. The target, after the last timestep, is the sum of the two marked numbers.
 * Whoever always says 1, the mean, has a mean squared error of 1/6.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class AddingProblem extends GeneratedSource {
  /** The mean squared error of saying 1, the variance of the sum of two uniform numbers. */
  public static final double GUESSING = 1 / 6.0;

  private static final int FEATURES = 2;
  private static final int MOST_TIMESTEPS = 1 << 29;

  private final int length;
  private final float[] inputs; // [T, B, 2]
  private final float[] targets; // [1, B, 1]

  /**
   * Data of one length.
   *
   * @param random of the numbers and the marks
   * @param length T of every sequence, 2 or more
   * @param rows B
   * @param chunks batches of an epoch
   * @throws InvalidOptionException if a number is out of range
   */
  public AddingProblem(RandomSource random, int length, int rows, int chunks) {
    super(random, rows, chunks);
    if (length < 2 || rows < 1 || chunks < 1) {
      throw new InvalidOptionException(
          formatted(
              "[adding] expected a length of 2 or more and 1 or more rows and batches but got %d, %d and %d",
              length, rows, chunks));
    }
    if ((long) length * rows > MOST_TIMESTEPS) {
      throw new InvalidOptionException(
          formatted(
              "[adding] expected a batch of at most %d timesteps but %d rows of %d timesteps have more; use smaller sizes",
              MOST_TIMESTEPS, rows, length));
    }
    this.length = length;
    this.inputs = new float[length * rows * FEATURES];
    this.targets = new float[rows];
  }

  @Override
  protected Batch batch(RandomSource random) {
    int rows = rows();
    RandomSource numbers = random.stream("numbers");
    RandomSource marks = random.stream("marks");
    Arrays.fill(targets, 0);
    for (int t = 0; t < length; t++) {
      for (int row = 0; row < rows; row++) {
        int at = t * rows + row;
        inputs[at * FEATURES] = numbers.uniform(at);
        inputs[at * FEATURES + 1] = 0;
      }
    }
    int half = length / 2;
    for (int row = 0; row < rows; row++) {
      mark(row, (int) (marks.uniform(2L * row) * half));
      mark(row, half + (int) (marks.uniform(2L * row + 1) * (length - half)));
    }
    return Batch.ofValues(length, rows, FEATURES, inputs, null).targets(1, targets);
  }

  private void mark(int row, int timestep) {
    int at = (timestep * rows() + row) * FEATURES;
    inputs[at + 1] = 1;
    targets[row] += inputs[at];
  }
}

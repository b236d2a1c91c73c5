package example.plugin.task;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.data.ChunkSource;

/**
 * Sequences of the multiplication problem (Hochreiter and Schmidhuber 1997, experiment 5): each
 * timestep has a number, uniform in [0, 1), and a mark, which is 1 at one timestep of each half and
 * 0 elsewhere. The target is the product of the two marked numbers. A batch depends on the seed, the
 * epoch and its index only, so that a resumed run sees the same data.
 *
 * @param random gives numbers and marks
 * @param length T, 2 or more
 * @param rows B
 * @param chunks batches of an epoch
 */
record MultiplicationProblem(RandomSource random, int length, int rows, int chunks)
    implements ChunkSource {
  /** The mean squared error of always saying 1/4, the mean: 1/9 - 1/16. */
  static final double GUESSING = 7 / 144.0;

  @Override
  public Batch batch(int epoch, int index) {
    RandomSource numbers = random.stream(epoch).stream(index).stream("numbers");
    RandomSource marks = random.stream(epoch).stream(index).stream("marks");
    float[] inputs = new float[length * rows * 2]; // [T, B, 2]
    float[] products = new float[rows]; // [1, B, 1]
    for (int place = 0; place < length * rows; place++) {
      inputs[2 * place] = numbers.uniform(place);
    }
    int half = length / 2;
    for (int row = 0; row < rows; row++) {
      int first = (int) (marks.uniform(2L * row) * half) * rows + row;
      int second = (half + (int) (marks.uniform(2L * row + 1) * (length - half))) * rows + row;
      inputs[2 * first + 1] = 1;
      inputs[2 * second + 1] = 1;
      products[row] = inputs[2 * first] * inputs[2 * second];
    }
    return Batch.ofValues(length, rows, 2, inputs, null).targets(1, products);
  }
}

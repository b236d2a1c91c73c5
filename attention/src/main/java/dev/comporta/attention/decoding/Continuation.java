package dev.comporta.attention.decoding;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * A sequence of ids that a model without an encoder reads and then continues, such as a text. Used
 * by one thread.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Continuation {
  /** The ids that are read at once. */
  private static final int CHUNK = 256;

  private final ModelRunner runner;
  private final int size;
  private final int excluded;
  private final Carry carry;
  private float[] logits = new float[0]; // of the next id

  /**
   * Reads the start of a sequence.
   *
   * @param runner runs the model
   * @param size V, the number of ids and of the model's outputs
   * @param excluded an id that never follows, or -1
   * @param start one id or more
   */
  public Continuation(ModelRunner runner, int size, int excluded, int... start) {
    this.runner = runner;
    this.size = size;
    this.excluded = excluded;
    this.carry = runner.newCarry(1);
    read(start);
  }

  private void read(int... ids) {
    for (int from = 0; from < ids.length; from += CHUNK) {
      int[] part = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + CHUNK));
      float[] output = runner.predict(Batch.ofIds(new Ids(part.length, 1, part), null), carry);
      logits = Arrays.copyOfRange(output, output.length - size, output.length);
    }
    if (excluded >= 0) {
      logits[excluded] = Float.NEGATIVE_INFINITY;
    }
  }

  /**
   * Draws ids one after the other, each of which the model reads before the next.
   *
   * @param length the number of ids, 1 or more
   * @param sampler how each is drawn
   * @param random the source of random numbers, one per id
   * @return the ids
   */
  public int[] draw(int length, Sampler sampler, RandomSource random) {
    int[] drawn = new int[length];
    for (int i = 0; i < length; i++) {
      drawn[i] = sampler.draw(logits, 0, size, random, i);
      if (i + 1 < length) {
        read(drawn[i]);
      }
    }
    return drawn;
  }

  /**
   * The most likely next ids.
   *
   * @param most the largest number of ids
   * @return most likely first; of equally likely ones the smallest first
   */
  public int[] next(int most) {
    return IntStream.range(0, size)
        .filter(id -> id != excluded)
        .boxed()
        .sorted(Comparator.comparingDouble(id -> -logits[id]))
        .limit(most)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * The probability that an id is next.
   *
   * @param id from 0 to V - 1
   * @return 0 for the excluded id
   */
  public double probability(int id) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += StrictMath.exp(logit - largest);
    }
    return StrictMath.exp(logits[id] - largest) / sum;
  }
}

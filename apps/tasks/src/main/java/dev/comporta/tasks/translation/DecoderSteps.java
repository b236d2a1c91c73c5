package dev.comporta.tasks.translation;

import dev.comporta.api.tensor.Ids;
import dev.comporta.attention.decoding.NextTokens;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** The decoder of a model, one token at a time for the rows of a search. */
@API(status = API.Status.EXPERIMENTAL)
public final class DecoderSteps implements NextTokens {
  private final ModelRunner runner;
  private final EncodedSource source;
  private final int vocabulary;
  private final int positions;

  /** The name of the weights among the observed values; null for a model without attention. */
  private final @Nullable String weights;

  private Carry carry;

  /** The sentence of each row of {@link #carry}. */
  private int[] sentences;

  /** The sources of the rows, one for each row, in the order of {@link #readOrder}. */
  private EncodedSource read;

  private int[] readOrder;

  /**
   * Starts with one row for each source.
   *
   * @param runner runs the model
   * @param source what the model's encoder gave
   * @param vocabulary V, the outputs of the model
   * @param positions S, the longest source
   * @param weights the name under which the decoder shows its weights, or null
   */
  public DecoderSteps(
      ModelRunner runner,
      EncodedSource source,
      int vocabulary,
      int positions,
      @Nullable String weights) {
    this.runner = runner;
    this.source = source;
    this.vocabulary = vocabulary;
    this.positions = weights == null ? 0 : positions;
    this.weights = weights;
    carry = runner.newCarry(source.batch());
    sentences = new int[source.batch()];
    Arrays.setAll(sentences, i -> i);
    read = source;
    readOrder = sentences;
  }

  @Override
  public int sequences() {
    return source.batch();
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public int positions() {
    return positions;
  }

  @Override
  public void next(
      int rows, int[] parents, int[] tokens, float[] logProbabilities, float[] attention) {
    carry = continued(rows, parents);
    int[] now = new int[rows];
    Arrays.setAll(now, row -> sentences[parents[row]]);
    sentences = now;
    if (!Arrays.equals(readOrder, now)) {
      read = source.rows(now);
      readOrder = now;
    }
    Batch step = Batch.ofIds(new Ids(1, rows, Arrays.copyOf(tokens, rows)), null);
    float[] output;
    if (weights == null) {
      output = runner.predict(step, carry, read);
    } else {
      ModelRunner.Observed observed = runner.observe(step, carry, read, weights);
      output = observed.output();
      place(Objects.requireNonNull(observed.values().get(weights)), rows, attention);
    }
    for (int row = 0; row < rows; row++) {
      logSoftmax(output, logProbabilities, row * vocabulary);
    }
  }

  private Carry continued(int rows, int[] parents) {
    Carry next = runner.newCarry(rows);
    for (Map.Entry<String, float[]> part : next.parts().entrySet()) {
      float[] to = part.getValue();
      float[] from = carry.parts().get(part.getKey());
      int size = to.length / rows;
      for (int row = 0; row < rows; row++) {
        System.arraycopy(from, parents[row] * size, to, row * size, size);
      }
    }
    for (int row = 0; row < rows; row++) {
      next.fresh()[row] = carry.fresh()[parents[row]];
    }
    return next;
  }

  /** Widens weights over the positions of the rows at hand to those of all sources. */
  private void place(float[] from, int rows, float[] to) {
    int width = from.length / rows;
    for (int row = 0; row < rows; row++) {
      Arrays.fill(to, row * positions, (row + 1) * positions, 0);
      System.arraycopy(from, row * width, to, row * positions, width);
    }
  }

  private void logSoftmax(float[] from, float[] to, int offset) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + vocabulary; i++) {
      most = Math.max(most, from[i]);
    }
    double sum = 0;
    for (int i = offset; i < offset + vocabulary; i++) {
      sum += Math.exp((double) from[i] - most);
    }
    double log = most + Math.log(sum);
    for (int i = offset; i < offset + vocabulary; i++) {
      to[i] = (float) (from[i] - log);
    }
  }
}

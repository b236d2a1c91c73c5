package dev.comporta.attention.decoding;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tensor.Exclusive;
import java.util.Arrays;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of an encoder-decoder model, one token at a time for the rows of a search. For one
 * search at a time: a second one that begins before the first has ended is refused.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class DecoderSteps implements NextTokens {
  private final ModelRunner runner;
  private final EncodedSource source;
  private final int vocabulary;
  private final int positions;

  /** The number of positions of each source. */
  private final int[] lengths;

  /** The name of the attention weights among the observed values; null without attention. */
  private final @Nullable String weights;

  private final Exclusive use =
      new Exclusive("decoder", "give each search steps and a runner of its own");

  private Carry carry;

  /** The source of each row of {@link #carry}. */
  private int[] sentences;

  /** The sources of the rows, one for each row, in the order of {@link #readOrder}. */
  private EncodedSource read;

  private int[] readOrder;

  /**
   * Starts with one row per source; all sources have the same length.
   *
   * @param runner runs the model
   * @param source the sources as encoded by the model's encoder
   * @param vocabulary V, the number of the model's outputs
   * @param positions S, the number of positions of every source
   * @param weights the name under which the attention weights can be observed, or null
   */
  public DecoderSteps(
      ModelRunner runner,
      EncodedSource source,
      int vocabulary,
      int positions,
      @Nullable String weights) {
    this(runner, source, vocabulary, same(source.batch(), positions), weights);
  }

  /**
   * Starts with one row per source.
   *
   * @param runner runs the model
   * @param source what the model's encoder made of the sources
   * @param vocabulary V, the model's outputs
   * @param lengths the positions of each source, without padding; the longest has S
   * @param weights the name under which the decoder shows its weights, or null
   * @throws ShapeException if there is not one length for each source, or a size is negative
   */
  public DecoderSteps(
      ModelRunner runner,
      EncodedSource source,
      int vocabulary,
      int[] lengths,
      @Nullable String weights) {
    if (lengths.length != source.batch()) {
      throw new ShapeException(
          formatted(
              "[decoder] expected the lengths of %d sources but got %d",
              source.batch(), lengths.length));
    }
    for (int length : lengths) {
      if (length < 0) {
        throw new ShapeException(
            "[decoder] expected sources of 0 positions or more but got " + length);
      }
    }
    if (vocabulary < 1) {
      throw new ShapeException(
          "[decoder] expected a vocabulary of 1 token or more but got " + vocabulary);
    }
    this.runner = runner;
    this.source = source;
    this.vocabulary = vocabulary;
    this.lengths = weights == null ? new int[lengths.length] : lengths.clone();
    positions = Arrays.stream(this.lengths).max().orElse(0);
    this.weights = weights;
    carry = runner.newCarry(source.batch());
    sentences = order(source.batch());
    read = source;
    readOrder = sentences;
  }

  private static int[] order(int count) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    return order;
  }

  @Override
  public void begin() {
    use.enter();
    carry = runner.newCarry(source.batch());
    sentences = order(source.batch());
    read = source;
    readOrder = sentences;
  }

  @Override
  public void end() {
    use.leave();
  }

  private static int[] same(int count, int value) {
    int[] values = new int[count];
    Arrays.fill(values, value);
    return values;
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
  public int positions(int sequence) {
    return lengths[sequence];
  }

  @Override
  public void next(
      int rows, int[] parents, int[] tokens, float[] logProbabilities, float[] attention) {
    if (use.isMine()) {
      moveOn(rows, parents, tokens, logProbabilities, attention);
      return;
    }
    use.enter();
    try {
      moveOn(rows, parents, tokens, logProbabilities, attention);
    } finally {
      use.leave();
    }
  }

  private void moveOn(
      int rows, int[] parents, int[] tokens, float[] logProbabilities, float[] attention) {
    carry = carry.rows(Arrays.copyOf(parents, rows));
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
      int at = row * vocabulary;
      runner.backend().logSoftmax(output, at, logProbabilities, at, vocabulary);
    }
  }

  /** Pads weights over the positions of the current rows to those of the longest source. */
  private void place(float[] from, int rows, float[] to) {
    int width = from.length / Math.max(1, rows);
    if (width > positions) {
      throw new ShapeException(
          formatted(
              "[decoder] expected attention to at most %d positions of a source but its encoder returns %d",
              positions, width));
    }
    for (int row = 0; row < rows; row++) {
      Arrays.fill(to, row * positions, (row + 1) * positions, 0);
      System.arraycopy(from, row * width, to, row * positions, width);
    }
  }
}

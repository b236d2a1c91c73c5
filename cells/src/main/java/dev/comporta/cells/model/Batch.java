package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A time-major batch of data in arrays: the input of a model, its lengths, and the target. Arrays
 * are shared with the caller and may be refilled between steps.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Batch {
  private final int timesteps;
  private final int batch;
  private final @Nullable Ids ids;
  private final float @Nullable [] values;
  private final int features;
  private final int @Nullable [] lengths;
  private final @Nullable Ids labels;
  private final float @Nullable [] targets;
  private final int targetSize;
  private final int context;
  private final @Nullable Batch source;

  private Batch(
      int timesteps,
      int batch,
      @Nullable Ids ids,
      float @Nullable [] values,
      int features,
      int @Nullable [] lengths,
      @Nullable Ids labels,
      float @Nullable [] targets,
      int targetSize,
      int context,
      @Nullable Batch source) {
    this.timesteps = timesteps;
    this.batch = batch;
    this.ids = ids;
    this.values = values;
    this.features = features;
    this.lengths = lengths;
    this.labels = labels;
    this.targets = targets;
    this.targetSize = targetSize;
    this.context = context;
    this.source = source;
  }

  /**
   * Creates a batch of ids.
   *
   * @param ids {@code [T, B]}
   * @param lengths one length for each row, or null if no row is padded
   * @return a batch without a target
   * @throws ShapeException if the lengths do not fit
   */
  public static Batch ofIds(Ids ids, int @Nullable [] lengths) {
    Ranges.requireLengths("batch", ids.timesteps(), ids.batch(), lengths);
    return new Batch(ids.timesteps(), ids.batch(), ids, null, 0, lengths, null, null, 0, 0, null);
  }

  /**
   * Creates a batch of sequences of ids, padded to the length of the longest.
   *
   * @param sequences at most B sequences of ids
   * @param batch B; rows beyond the sequences are empty
   * @return a batch without a target
   */
  public static Batch ofSequences(List<int[]> sequences, int batch) {
    int timesteps = sequences.stream().mapToInt(row -> row.length).max().orElse(0);
    int[] ids = new int[timesteps * batch];
    int[] lengths = new int[batch];
    for (int row = 0; row < sequences.size(); row++) {
      int[] sequence = sequences.get(row);
      lengths[row] = sequence.length;
      for (int t = 0; t < sequence.length; t++) {
        ids[t * batch + row] = sequence[t];
      }
    }
    boolean ragged = Arrays.stream(lengths).anyMatch(length -> length < timesteps);
    return ofIds(new Ids(timesteps, batch, ids), ragged ? lengths : null);
  }

  /**
   * Creates a batch of features.
   *
   * @param timesteps T
   * @param batch B
   * @param features F
   * @param values {@code [T, B, F]}
   * @param lengths one length for each row, or null if no row is padded
   * @return a batch without a target
   * @throws ShapeException if there are fewer than T * B * F values or the lengths do not fit
   */
  public static Batch ofValues(
      int timesteps, int batch, int features, float[] values, int @Nullable [] lengths) {
    requireCount("features", timesteps, batch, features, values.length);
    Ranges.requireLengths("batch", timesteps, batch, lengths);
    return new Batch(timesteps, batch, null, values, features, lengths, null, null, 0, 0, null);
  }

  /**
   * Creates a batch of sequences of features, padded to the length of the longest.
   *
   * @param sequences at most B sequences {@code [T, F]}, each of any T
   * @param features F
   * @param batch B; rows beyond the sequences are empty
   * @return a batch without a target
   * @throws ShapeException if a sequence does not have F numbers for each timestep, or the batch
   *     has more numbers than an array holds
   */
  public static Batch ofSequences(List<float[]> sequences, int features, int batch) {
    Ranges.requireCount("batch", "features", features, 1);
    int[] lengths = new int[batch];
    for (int row = 0; row < sequences.size(); row++) {
      int count = sequences.get(row).length;
      if (count % features != 0) {
        throw new ShapeException(
            formatted(
                "[batch] expected sequences of %d features each timestep but sequence %d has %d numbers",
                features, row, count));
      }
      lengths[row] = count / features;
    }
    int timesteps = Arrays.stream(lengths).max().orElse(0);
    float[] values = timeMajor(sequences, features, timesteps, batch);
    boolean ragged = Arrays.stream(lengths).anyMatch(length -> length < timesteps);
    return ofValues(timesteps, batch, features, values, ragged ? lengths : null);
  }

  /** Sequences {@code [T, F]} as the rows of {@code [T, B, F]}, with zeros where they are short. */
  private static float[] timeMajor(List<float[]> sequences, int size, int timesteps, int batch) {
    float[] values = new float[Shape.of(timesteps, batch, size).count()];
    for (int row = 0; row < sequences.size(); row++) {
      float[] sequence = sequences.get(row);
      for (int t = 0; t < sequence.length / size; t++) {
        System.arraycopy(sequence, t * size, values, (t * batch + row) * size, size);
      }
    }
    return values;
  }

  /**
   * The outline of a batch for an estimate: sizes without values, and a target of any number of
   * timesteps.
   *
   * @param inputSize F, or 0 for ids, which are zeros
   * @param targetSize the features of the target, or 0 for labels
   */
  static Batch outline(
      int timesteps, int batch, int inputSize, int targetSize, int @Nullable [] lengths) {
    int count = inputSize == 0 ? Shape.of(timesteps, batch).count() : 0;
    return new Batch(
        timesteps,
        batch,
        inputSize == 0 ? new Ids(timesteps, batch, new int[count]) : null,
        new float[0],
        inputSize,
        lengths,
        targetSize == 0 ? new Ids(0, batch, new int[0]) : null,
        new float[0],
        targetSize,
        0,
        null);
  }

  /**
   * This batch with labels as its target.
   *
   * @param target {@code [T, B]} (or {@code [1, B]} for a model with one output per row); negative
   *     labels are ignored
   * @return the batch with its target
   * @throws ShapeException if the rows differ in number
   */
  public Batch labels(Ids target) {
    if (target.batch() != batch) {
      throw new ShapeException(
          formatted(
              "[batch] expected labels of %d rows, as many as the input, but got %d",
              batch, target.batch()));
    }
    return new Batch(
        timesteps, batch, ids, values, features, lengths, target, null, 0, context, source);
  }

  /**
   * This batch with a sequence of labels for each row as its target, padded to the length of the
   * longest with negative labels.
   *
   * @param sequences at most B sequences, of any length each; rows beyond them have no labels
   * @return the batch with its target
   */
  public Batch labels(List<int[]> sequences) {
    int most = sequences.stream().mapToInt(row -> row.length).max().orElse(0);
    int[] target = new int[Shape.of(most, batch).count()];
    Arrays.fill(target, -1);
    for (int row = 0; row < sequences.size(); row++) {
      for (int i = 0; i < sequences.get(row).length; i++) {
        target[i * batch + row] = sequences.get(row)[i];
      }
    }
    return labels(new Ids(most, batch, target));
  }

  /**
   * This batch with a sequence of vectors for each row as its target, for regression.
   *
   * @param size F, the features of the target
   * @param sequences at most B sequences {@code [T, F]}, each as long as that of the input
   * @return the batch with its target, zeros where the input is padded
   * @throws ShapeException if the size is less than 1
   */
  public Batch targets(int size, List<float[]> sequences) {
    Ranges.requireCount("batch.targets", "features", size, 1);
    return targets(size, timeMajor(sequences, size, timesteps, batch));
  }

  /**
   * This batch with vectors as its target, for regression.
   *
   * @param size F, the features of the target
   * @param target {@code [T, B, F]}
   * @return the batch with its target
   * @throws ShapeException if the size is less than 1
   */
  public Batch targets(int size, float[] target) {
    Ranges.requireCount("batch.targets", "features", size, 1);
    return new Batch(
        timesteps, batch, ids, values, features, lengths, null, target, size, context, source);
  }

  /**
   * This batch with context timesteps: the model runs over them and gradients flow through them,
   * but they do not contribute to the loss. Labels and vectors keep their shapes, {@code [T, B]}
   * and {@code [T, B, F]}.
   *
   * @param timesteps the number of leading timesteps that are context, from 0 to T
   * @return the new batch
   * @throws ShapeException if there are fewer timesteps
   */
  public Batch context(int timesteps) {
    if (timesteps < 0 || timesteps > this.timesteps) {
      throw new ShapeException(
          formatted(
              "[batch] expected a context between 0 and %d timesteps but got %d",
              this.timesteps, timesteps));
    }
    return new Batch(
        this.timesteps,
        batch,
        ids,
        values,
        features,
        lengths,
        labels,
        targets,
        targetSize,
        timesteps,
        source);
  }

  /**
   * A range of timesteps of this batch, with the corresponding part of a target that has one entry
   * per timestep. Arrays are copied.
   *
   * @param from the first timestep
   * @param to the index after the last timestep
   * @return the new batch, with the lengths of the rows inside the range
   * @throws ShapeException if the range exceeds the batch or the target has a different number of
   *     timesteps
   */
  public Batch slice(int from, int to) {
    if (from < 0 || to < from || to > timesteps || context != 0) {
      throw new ShapeException(
          formatted(
              "[batch] expected timesteps within 0 and %d of a batch without context but got %d to %d of one with %d",
              timesteps, from, to, context));
    }
    return new Batch(
        to - from,
        batch,
        ids == null ? null : rows(ids, from, to),
        values == null ? null : rows(values, features, from, to),
        features,
        lengths == null ? null : lengths(lengths, from, to),
        labels == null ? null : rows(labels, from, to),
        targets == null ? null : rows(targets, targetSize, from, to),
        targetSize,
        0,
        source);
  }

  private Ids rows(Ids all, int from, int to) {
    if (all.timesteps() != timesteps) {
      throw new ShapeException(
          formatted(
              "[batch] expected labels of %d timesteps but got %d", timesteps, all.timesteps()));
    }
    return new Ids(to - from, batch, Arrays.copyOfRange(all.values(), from * batch, to * batch));
  }

  private float[] rows(float[] all, int size, int from, int to) {
    requireCount("vectors", timesteps, batch, size, all.length);
    return Arrays.copyOfRange(all, from * batch * size, to * batch * size);
  }

  private int[] lengths(int[] all, int from, int to) {
    Ranges.requireLengths("batch", timesteps, batch, all); // arrays may have been refilled
    int[] within = new int[all.length];
    for (int row = 0; row < all.length; row++) {
      within[row] = Math.clamp(all[row] - from, 0, to - from);
    }
    return within;
  }

  /**
   * This batch with the source sequences for an encoder.
   *
   * @param encoded ids or features with any number of timesteps, one row for each row of this
   *     batch; or fewer rows B', such as images with several questions each: then row b of this
   *     batch is about row {@code b mod B'}, and only layers that say so can read the source
   * @return the batch with its source
   * @throws ShapeException if the number of rows of this batch is no multiple of the source's
   */
  public Batch source(Batch encoded) {
    boolean divides = encoded.batch > 0 && batch > 0 && batch % encoded.batch == 0;
    if (encoded.batch != batch && !divides) {
      throw new ShapeException(
          formatted(
              "[batch] expected a source of %d rows, as many as the target, or of a number that divides it, but got %d",
              batch, encoded.batch));
    }
    return new Batch(
        timesteps,
        batch,
        ids,
        values,
        features,
        lengths,
        labels,
        targets,
        targetSize,
        context,
        encoded);
  }

  /**
   * This batch with its input ids replaced.
   *
   * @param other {@code [T, B]}
   * @return the batch with the same lengths, target and source
   * @throws ShapeException if the timesteps or rows differ
   */
  public Batch withIds(Ids other) {
    if (other.timesteps() != timesteps || other.batch() != batch) {
      throw new ShapeException(
          formatted(
              "[batch] expected ids of %d timesteps and %d rows but got %d and %d",
              timesteps, batch, other.timesteps(), other.batch()));
    }
    return new Batch(
        timesteps, batch, other, null, 0, lengths, labels, targets, targetSize, context, source);
  }

  /**
   * The input ids.
   *
   * @return {@code [T, B]}
   * @throws ComportaException if the input is features
   */
  public Ids inputIds() {
    if (ids == null) {
      throw new ComportaException("[batch] expected ids but the batch holds features");
    }
    return ids;
  }

  private static void requireCount(String what, int t, int b, int f, int length) {
    if (t < 0 || b < 0 || f < 0 || (long) t * b * f > length) {
      throw new ShapeException(
          formatted(
              "[batch] expected at least timesteps %d x batch %d x %s %d values but got %d",
              t, b, what, f, length));
    }
  }

  /** Lengths after removing a number of leading timesteps. */
  static int[] later(int[] lengths, int from) {
    return Arrays.stream(lengths).map(length -> Math.max(0, length - from)).toArray();
  }

  /**
   * The number of timesteps.
   *
   * @return T
   */
  public int timesteps() {
    return timesteps;
  }

  /**
   * The number of rows.
   *
   * @return B
   */
  public int batch() {
    return batch;
  }

  /**
   * The total number of timesteps that are neither padding nor context.
   *
   * @return the sum of the lengths, without the context
   */
  public int count() {
    if (lengths == null) {
      return (timesteps - context) * batch;
    }
    int sum = 0;
    for (int length : lengths) {
      sum += Math.max(0, length - context);
    }
    return sum;
  }

  /**
   * The number of leading timesteps that give context only: they have no target.
   *
   * @return 0 for most batches
   */
  public int context() {
    return context;
  }

  /**
   * The labels of all timesteps.
   *
   * @return {@code [T, B]}, negative where a timestep does not count; null if there are none
   */
  public @Nullable Ids labels() {
    return labels;
  }

  /** The labels after the context. */
  @Nullable Ids countedLabels() {
    return labels == null || context == 0 ? labels : rows(labels, context, timesteps);
  }

  /**
   * The input ids.
   *
   * @return {@code [T, B]}, or null if the input is features
   */
  public @Nullable Ids ids() {
    return ids;
  }

  /**
   * The input features.
   *
   * @return {@code [T, B, I]}, shared; the array may be longer
   * @throws ComportaException if the input is ids
   */
  public float[] values() {
    if (values == null) {
      throw new ComportaException("[batch] expected features but the batch holds ids");
    }
    return values;
  }

  /**
   * The number of input features.
   *
   * @return I, or 0 if the input is ids
   */
  public int features() {
    return features;
  }

  /**
   * The lengths of the rows.
   *
   * @return one for each row, shared; null if all rows are full
   */
  public int @Nullable [] lengths() {
    return lengths;
  }

  /**
   * The batch that an encoder reads.
   *
   * @return the source, or null if there is none
   */
  public @Nullable Batch source() {
    return source;
  }

  /**
   * The target's vectors.
   *
   * @return {@code [T, B, F]} with F = {@link #targetSize}, shared; the array may be longer; null
   *     if the target is labels or there is none
   */
  public float @Nullable [] targets() {
    return targets;
  }

  /**
   * The size of the target's vectors.
   *
   * @return F of the target, or 0 if it has labels or none
   */
  public int targetSize() {
    return targetSize;
  }
}

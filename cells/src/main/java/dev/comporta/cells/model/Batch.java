package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A batch of plain data, time-major: the input of a model, its lengths, and what the model should
 * give. Arrays are shared with the caller and may be refilled between steps.
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

  private Batch(
      int timesteps,
      int batch,
      @Nullable Ids ids,
      float @Nullable [] values,
      int features,
      int @Nullable [] lengths,
      @Nullable Ids labels,
      float @Nullable [] targets,
      int targetSize) {
    this.timesteps = timesteps;
    this.batch = batch;
    this.ids = ids;
    this.values = values;
    this.features = features;
    this.lengths = lengths;
    this.labels = labels;
    this.targets = targets;
    this.targetSize = targetSize;
  }

  /**
   * Ids as input.
   *
   * @param ids {@code [T, B]}
   * @param lengths one length for each row, or null if all rows are full
   * @return a batch without a target
   */
  public static Batch ofIds(Ids ids, int @Nullable [] lengths) {
    return new Batch(ids.timesteps(), ids.batch(), ids, null, 0, lengths, null, null, 0);
  }

  /**
   * Features as input.
   *
   * @param timesteps T
   * @param batch B
   * @param features F
   * @param values {@code [T, B, F]}
   * @param lengths one length for each row, or null if all rows are full
   * @return a batch without a target
   * @throws ShapeException if there are fewer than T * B * F values
   */
  public static Batch ofValues(
      int timesteps, int batch, int features, float[] values, int @Nullable [] lengths) {
    requireCount("features", timesteps, batch, features, values.length);
    return new Batch(timesteps, batch, null, values, features, lengths, null, null, 0);
  }

  /**
   * This batch with labels to give.
   *
   * @param target {@code [T, B]} (or {@code [1, B]} for a model that gives one answer a row);
   *     negative labels do not count
   * @return the batch with its target
   */
  public Batch labels(Ids target) {
    return new Batch(timesteps, batch, ids, values, features, lengths, target, null, 0);
  }

  /**
   * This batch with vectors to give.
   *
   * @param size F of the target
   * @param target {@code [T, B, F]}
   * @return the batch with its target
   */
  public Batch targets(int size, float[] target) {
    return new Batch(timesteps, batch, ids, values, features, lengths, null, target, size);
  }

  private static void requireCount(String what, int t, int b, int f, int length) {
    if (t < 0 || b < 0 || f < 0 || (long) t * b * f > length) {
      throw new ShapeException(
          "[batch] expected at least timesteps %d x batch %d x %s %d values but got %d"
              .formatted(t, b, what, f, length));
    }
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
   * The number of timesteps that are not padding, over all rows.
   *
   * @return the sum of the lengths
   */
  public int count() {
    if (lengths == null) {
      return timesteps * batch;
    }
    int sum = 0;
    for (int length : lengths) {
      sum += length;
    }
    return sum;
  }

  @Nullable Ids ids() {
    return ids;
  }

  float[] values() {
    if (values == null) {
      throw new ComportaException("[batch] expected features but the batch holds ids");
    }
    return values;
  }

  int features() {
    return features;
  }

  int @Nullable [] lengths() {
    return lengths;
  }

  @Nullable Ids labels() {
    return labels;
  }

  float @Nullable [] targets() {
    return targets;
  }

  int targetSize() {
    return targetSize;
  }
}

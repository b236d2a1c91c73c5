package dev.comporta.api.layer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A time-major batch of sequences: features {@code [T, B, F]} or ids {@code [T, B]}, and the length
 * of each row. Timesteps at or after a row's length are padding and never affect a result.
 */
@API(status = API.Status.STABLE)
public final class Sequence {
  private final @Nullable Tensor values;
  private final @Nullable Ids ids;
  private final int @Nullable [] lengths;
  private final int timesteps;
  private final int batch;

  private Sequence(
      @Nullable Tensor values,
      @Nullable Ids ids,
      int @Nullable [] lengths,
      int timesteps,
      int batch) {
    this.values = values;
    this.ids = ids;
    this.timesteps = timesteps;
    this.batch = batch;
    this.lengths = checked(lengths, timesteps, batch);
  }

  /**
   * A batch of features without padding.
   *
   * @param values {@code [T, B, F]}
   * @return the batch
   * @throws ShapeException if the tensor does not have three axes
   */
  public static Sequence of(Tensor values) {
    return of(values, null);
  }

  /**
   * A batch of features with lengths.
   *
   * @param values {@code [T, B, F]}
   * @param lengths one length from 0 to T for each row, or null if no row is padded
   * @return the batch
   * @throws ShapeException if the tensor does not have three axes or the lengths do not match it
   */
  public static Sequence of(Tensor values, int @Nullable [] lengths) {
    if (values.shape().rank() != 3) {
      throw new ShapeException(
          "[sequence] expected features [timesteps, batch, features] but got " + values.shape());
    }
    return new Sequence(values, null, lengths, values.shape().size(0), values.shape().size(1));
  }

  /**
   * A batch of ids with lengths.
   *
   * @param ids {@code [T, B]}
   * @param lengths one length from 0 to T for each row, or null if no row is padded
   * @return the batch
   * @throws ShapeException if the lengths do not match the ids
   */
  public static Sequence of(Ids ids, int @Nullable [] lengths) {
    return new Sequence(null, ids, lengths, ids.timesteps(), ids.batch());
  }

  private static int @Nullable [] checked(int @Nullable [] lengths, int timesteps, int batch) {
    if (lengths == null) {
      return null;
    }
    if (lengths.length != batch) {
      throw new ShapeException(
          formatted(
              "[sequence] expected %d lengths, one for each row of the batch, but got %d",
              batch, lengths.length));
    }
    boolean full = true;
    for (int row = 0; row < batch; row++) {
      if (lengths[row] < 0 || lengths[row] > timesteps) {
        throw new ShapeException(
            formatted(
                "[sequence] expected lengths between 0 and %d timesteps but row %d has %d",
                timesteps, row, lengths[row]));
      }
      full &= lengths[row] == timesteps;
    }
    return full ? null : lengths.clone();
  }

  /**
   * The features.
   *
   * @return {@code [T, B, F]}
   * @throws ShapeException if this batch holds ids
   */
  public Tensor values() {
    if (values == null) {
      throw new ShapeException(
          "[sequence] expected features [timesteps, batch, features] but got ids; put an embedding before this layer");
    }
    return values;
  }

  /**
   * The ids.
   *
   * @return {@code [T, B]}
   * @throws ShapeException if this batch holds features
   */
  public Ids ids() {
    if (ids == null) {
      throw new ShapeException(
          "[sequence] expected ids [timesteps, batch] but got features; an embedding must be the first layer");
    }
    return ids;
  }

  /**
   * Replaces the features, for the same rows and timesteps.
   *
   * @param changed {@code [T, B, G]}
   * @return a batch with the same lengths
   */
  public Sequence withValues(Tensor changed) {
    return new Sequence(changed, null, lengths, changed.shape().size(0), changed.shape().size(1));
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
   * The length of each row.
   *
   * @return a copy, or null if all rows have T timesteps
   */
  public int @Nullable [] lengths() {
    return lengths == null ? null : lengths.clone();
  }

  /**
   * The total number of timesteps that are not padding.
   *
   * @return the sum of the lengths
   */
  public int count() {
    return lengths == null ? timesteps * batch : Arrays.stream(lengths).sum();
  }
}

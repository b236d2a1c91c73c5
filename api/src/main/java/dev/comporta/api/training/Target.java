package dev.comporta.api.training;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The expected output of a model: a label or a vector for every timestep, with the lengths of the
 * rows.
 */
@API(status = API.Status.STABLE)
public final class Target {
  private final @Nullable Ids labels;
  private final @Nullable Tensor values;
  private final int @Nullable [] lengths;

  private Target(@Nullable Ids labels, @Nullable Tensor values, int @Nullable [] lengths) {
    this.labels = labels;
    this.values = values;
    this.lengths = lengths == null ? null : lengths.clone();
  }

  /**
   * A target of class labels.
   *
   * @param labels {@code [T, B]}; negative labels are ignored
   * @param lengths one length for each row, or null if no row is padded
   * @return the target
   */
  public static Target labels(Ids labels, int @Nullable [] lengths) {
    return new Target(labels, null, lengths);
  }

  /**
   * A target of vectors, for regression.
   *
   * @param values {@code [T, B, F]}
   * @param lengths one length for each row, or null if no row is padded
   * @return the target
   */
  public static Target values(Tensor values, int @Nullable [] lengths) {
    return new Target(null, values, lengths);
  }

  /**
   * The labels.
   *
   * @return {@code [T, B]}
   * @throws ComportaException if the target holds vectors
   */
  public Ids labels() {
    if (labels == null) {
      throw new ComportaException("[loss] expected labels but the target holds vectors");
    }
    return labels;
  }

  /**
   * The vectors.
   *
   * @return {@code [T, B, F]}
   * @throws ComportaException if the target holds labels
   */
  public Tensor values() {
    if (values == null) {
      throw new ComportaException("[loss] expected vectors but the target holds labels");
    }
    return values;
  }

  /**
   * The length of each row.
   *
   * @return a copy, or null if no row is padded
   */
  public int @Nullable [] lengths() {
    return lengths == null ? null : lengths.clone();
  }
}

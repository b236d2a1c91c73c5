package dev.comporta.tensor;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a {@link Tape}: a dense piece of storage with values and, after backward, a gradient.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TapeTensor implements Tensor {
  private final Tape tape;
  private final Shape shape;
  private final float[] data;
  private final int offset;
  private final boolean differentiable;
  private @Nullable TapeTensor gradient;

  /** Whether the gradient's storage is this tensor's own and may be added to in place. */
  private boolean ownsGradient;

  TapeTensor(Tape tape, Shape shape, float[] data, int offset, boolean differentiable) {
    this.tape = tape;
    this.shape = shape;
    this.data = data;
    this.offset = offset;
    this.differentiable = differentiable;
  }

  void addGradientsTo(float[] storage, int storageOffset) {
    gradient = new TapeTensor(tape, shape, storage, storageOffset, false);
    ownsGradient = true;
  }

  void addGradient(TapeTensor more, Evaluator evaluator) {
    if (gradient == null) {
      gradient = more;
    } else if (ownsGradient) {
      evaluator.add(gradient, more, gradient);
    } else {
      TapeTensor sum = tape.result(shape, false);
      evaluator.add(gradient, more, sum);
      gradient = sum;
      ownsGradient = true;
    }
  }

  /**
   * The gradient as storage that may be added to in place.
   *
   * @return a tensor of this shape, cleared if there was no gradient yet
   */
  public TapeTensor gradientTarget() {
    TapeTensor present = gradient;
    if (present != null && ownsGradient) {
      return present;
    }
    TapeTensor own = tape.filled(shape, 0);
    if (present != null) {
      System.arraycopy(present.data, present.offset, own.data, own.offset, shape.count());
    }
    gradient = own;
    ownsGradient = true;
    return own;
  }

  /**
   * The gradient so far.
   *
   * @return a tensor of this shape, or null if nothing flowed here
   */
  public @Nullable TapeTensor gradient() {
    return gradient;
  }

  /**
   * The tape that made this tensor.
   *
   * @return the tape
   */
  public Tape tape() {
    return tape;
  }

  /**
   * The storage.
   *
   * @return shared, not a copy
   */
  public float[] data() {
    return data;
  }

  /**
   * Where the values start in {@link #data}.
   *
   * @return an index
   */
  public int offset() {
    return offset;
  }

  /**
   * Whether a gradient may flow into this tensor.
   *
   * @return false for constants
   */
  public boolean differentiable() {
    return differentiable;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Tensor apply(Op op, Tensor... others) {
    return tape.apply(op, this, others);
  }

  @Override
  public float[] toArray() {
    return Arrays.copyOfRange(data, offset, offset + shape.count());
  }

  @Override
  public Tensor constant(Shape constantShape, float value) {
    return tape.filled(constantShape, value);
  }

  @Override
  public String toString() {
    return "tensor " + shape;
  }
}

package dev.comporta.tensor;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** A tensor of a {@link Tape}: dense storage with values and, after backpropagation, a gradient. */
@API(status = API.Status.EXPERIMENTAL)
public final class TapeTensor implements Tensor {
  private final Tape tape;
  private final Shape shape;
  private final float[] data;
  private final int offset;
  private final boolean differentiable;
  private @Nullable TapeTensor gradient;

  /** Whether this tensor owns the gradient's storage, so that it may be modified in place. */
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
   * The gradient in storage that may be modified in place.
   *
   * @return a tensor of this shape; zero if there was no gradient yet
   */
  public TapeTensor gradientTarget() {
    TapeTensor present = gradient;
    if (present != null && ownsGradient) {
      return present;
    }
    TapeTensor own = tape.filled(shape, 0);
    if (present != null && tape.computes()) {
      System.arraycopy(present.data, present.offset, own.data, own.offset, shape.count());
    }
    gradient = own;
    ownsGradient = true;
    return own;
  }

  /**
   * The accumulated gradient.
   *
   * @return a tensor of this shape, or null if there is no gradient
   */
  public @Nullable TapeTensor gradient() {
    return gradient;
  }

  /**
   * The tape that created this tensor.
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
   * The index of the first value in {@link #data}.
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
    if (!tape.computes()) {
      return new float[shape.count()];
    }
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

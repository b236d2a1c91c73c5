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

  /** The tensor whose storage this one shares, or this one. */
  private final TapeTensor storage;

  private @Nullable TapeTensor gradient;

  /** Whether this tensor owns the gradient's storage, so that it may be modified in place. */
  private boolean ownsGradient;

  /** For storage of gradients: how many tensors, and callers of the tape, still read it. */
  private int readers;

  TapeTensor(Tape tape, Shape shape, float[] data, int offset, boolean differentiable) {
    this.tape = tape;
    this.shape = shape;
    this.data = data;
    this.offset = offset;
    this.differentiable = differentiable;
    this.storage = this;
  }

  private TapeTensor(TapeTensor of, Shape shape, boolean differentiable) {
    this.tape = of.tape;
    this.shape = shape;
    this.data = of.data;
    this.offset = of.offset;
    this.differentiable = differentiable;
    this.storage = of.storage;
  }

  /** The same elements in another shape, without a copy. */
  TapeTensor as(Shape other, boolean differentiableView) {
    return new TapeTensor(this, other, differentiableView);
  }

  void addGradientsTo(float[] storage, int storageOffset) {
    gradient = new TapeTensor(tape, shape, storage, storageOffset, false);
    ownsGradient = true;
  }

  void addGradient(TapeTensor more, Evaluator evaluator) {
    if (gradient == null) {
      gradient = more;
      more.storage.readers++;
    } else if (ownsGradient) {
      evaluator.add(gradient, more, gradient);
    } else {
      TapeTensor sum = tape.result(shape, false);
      evaluator.add(gradient, more, sum);
      own(sum);
    }
  }

  private void own(TapeTensor sum) {
    gradientWasRead();
    gradient = sum;
    sum.storage.readers++;
    ownsGradient = true;
  }

  /** Says that a caller of the tape may read this gradient later. */
  void keepForCaller() {
    storage.readers++;
  }

  /** Says that the gradient has been propagated, so that this tensor does not need it any more. */
  void gradientWasRead() {
    if (gradient != null) {
      gradient.storage.readers--;
    }
  }

  /**
   * Whether nothing but the function that computed this tensor reads its gradient any more. Such a
   * function may overwrite the gradient while it propagates it.
   *
   * @return false if the gradient is also that of another tensor, as for the summands of a sum, if
   *     it was passed to {@link Tape#accumulate} or {@link Tape#backward(Tensor, Tensor)}, or if
   *     there is none
   */
  public boolean gradientIsUnshared() {
    return gradient != null && gradient.storage.readers == 1;
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
    own(own);
    return own;
  }

  /**
   * The accumulated gradient. A function that {@linkplain #gradientIsUnshared may} overwrite it
   * does so during backpropagation: after that, only the gradients of variables are defined.
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

package dev.comporta.tensor;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** A tensor of a {@link DryTape}: a shape without values, and whether it has a gradient. */
@API(status = API.Status.INTERNAL)
public final class DryTensor implements Tensor {
  private final DryTape tape;
  private final Shape shape;
  private final boolean differentiable;
  private @Nullable DryTensor gradient;
  private boolean ownsGradient;

  DryTensor(DryTape tape, Shape shape, boolean differentiable) {
    this.tape = tape;
    this.shape = shape;
    this.differentiable = differentiable;
  }

  void setGradient(DryTensor tensor, boolean owned) {
    gradient = tensor;
    ownsGradient = owned;
  }

  boolean ownsGradient() {
    return ownsGradient;
  }

  /**
   * The gradient in storage of its own, which is taken from the workspace on first use.
   *
   * @return a tensor of this shape
   */
  public DryTensor gradientTarget() {
    DryTensor present = gradient;
    if (present != null && ownsGradient) {
      return present;
    }
    DryTensor own = tape.result(shape, false);
    setGradient(own, true);
    return own;
  }

  /**
   * The accumulated gradient.
   *
   * @return the gradient, or null if there is none
   */
  public @Nullable DryTensor gradient() {
    return gradient;
  }

  /**
   * The tape that created this tensor.
   *
   * @return the tape
   */
  public DryTape tape() {
    return tape;
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
  public DryTensor apply(Op op, Tensor... others) {
    return tape.apply(op, this, others);
  }

  /** Returns zeros, because an estimate has no values. */
  @Override
  public float[] toArray() {
    return new float[shape.count()];
  }

  @Override
  public Tensor constant(Shape constantShape, float value) {
    return tape.result(constantShape, false);
  }

  @Override
  public String toString() {
    return "dry tensor " + shape;
  }
}

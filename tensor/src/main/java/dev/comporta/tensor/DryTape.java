package dev.comporta.tensor;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The engine of memory and cost estimates: it takes the same pieces of a workspace in the same
 * order as a {@link Tape} for the same operations, forward and backward, but allocates no storage
 * and computes no values. It yields the memory that a step needs and the number of floating-point
 * operations.
 *
 * <p>A multiply-add counts as two operations and an element-wise function as one per element;
 * moving values does not count.
 */
@API(status = API.Status.INTERNAL)
public final class DryTape {
  /** The largest piece that fits into one array, with padding around it. */
  private static final int MOST = Integer.MAX_VALUE - 64;

  private final Workspace workspace = Workspace.counting();
  private final List<Step> record = new ArrayList<>();
  private final TensorBackend backend;
  private boolean recording = true;
  private long scratch;
  private double operations;

  /**
   * Creates an empty tape that records.
   *
   * @param backend the backend whose memory is counted
   */
  public DryTape(TensorBackend backend) {
    this.backend = backend;
  }

  private sealed interface Step {}

  private record Applied(Op op, List<Tensor> operands, DryTensor result) implements Step {}

  private record Called(Tape.Function function) implements Step {}

  /**
   * The workspace, which counts the pieces taken.
   *
   * @return the workspace, without storage
   */
  public Workspace workspace() {
    return workspace;
  }

  /**
   * Whether operations are recorded for {@link #backward}.
   *
   * @return true unless switched off
   */
  public boolean recording() {
    return recording;
  }

  /**
   * Sets whether operations are recorded for {@link #backward}.
   *
   * @param on false if no gradients are needed
   */
  public void setRecording(boolean on) {
    this.recording = on;
  }

  /**
   * Takes a piece of the workspace.
   *
   * @param count the number of floats
   * @throws ShapeException if the count is negative or exceeds the limit of one array
   */
  public void take(long count) {
    if (count < 0 || count > MOST) {
      throw new ShapeException(
          formatted(
              "[estimate] expected 0 to %d floats per tensor, the limit of one array, but got %d; use smaller sizes, a smaller batch or shorter chunks",
              MOST, count));
    }
    workspace.take((int) count);
  }

  /**
   * The floating-point operations so far.
   *
   * @return a count
   */
  public double operations() {
    return operations;
  }

  private void packs(int k, int n) {
    scratch = Math.max(scratch, backend.productCapacity(k, n));
  }

  /**
   * The scratch memory of the largest product, which is not part of the workspace.
   *
   * @return floats
   */
  public long scratch() {
    return scratch;
  }

  /**
   * Counts operations that run outside the tape.
   *
   * @param count the number of floating-point operations
   */
  public void count(double count) {
    operations += count;
  }

  /**
   * A tensor over storage outside the workspace.
   *
   * @param shape its shape
   * @return no gradient flows into it
   */
  public DryTensor constant(Shape shape) {
    return new DryTensor(this, shape, false);
  }

  /**
   * A parameter, whose values and gradient are stored outside the workspace.
   *
   * @param shape its shape
   * @return a gradient flows into it
   */
  public DryTensor variable(Shape shape) {
    DryTensor tensor = new DryTensor(this, shape, true);
    tensor.setGradient(new DryTensor(this, shape, false), true);
    return tensor;
  }

  /**
   * A result in the workspace.
   *
   * @param shape its shape
   * @param differentiable whether a gradient may flow into it
   * @return the tensor
   */
  public DryTensor result(Shape shape, boolean differentiable) {
    take(shape.count());
    return new DryTensor(this, shape, differentiable && recording);
  }

  /**
   * A result over storage that has already been taken.
   *
   * @param shape its shape
   * @return a gradient flows into it while recording
   */
  public DryTensor view(Shape shape) {
    return new DryTensor(this, shape, recording);
  }

  /**
   * Records an operation with a custom gradient.
   *
   * @param function computes the gradient; called in reverse order
   */
  public void record(Tape.Function function) {
    if (recording) {
      record.add(new Called(function));
    }
  }

  DryTensor apply(Op op, DryTensor first, Tensor... others) {
    List<Tensor> operands = new ArrayList<>(1 + others.length);
    List<Shape> shapes = new ArrayList<>(1 + others.length);
    operands.add(first);
    shapes.add(first.shape());
    boolean differentiable = first.differentiable();
    for (Tensor other : others) {
      DryTensor operand = own(other);
      operands.add(operand);
      shapes.add(operand.shape());
      differentiable |= operand.differentiable();
    }
    if (op instanceof Op.StopGradient) {
      return new DryTensor(this, first.shape(), false);
    }
    Shape shape = op.resultShape(shapes);
    DryTensor result =
        op instanceof Op.Reshape
            ? new DryTensor(this, shape, differentiable && recording)
            : result(shape, differentiable);
    operations += operations(op, first.shape(), shape);
    if (op instanceof Op.MatMul product) {
      Shape left = first.shape();
      packs(product.transposeLeft() ? left.rows() : left.columns(), shape.columns());
    }
    if (result.differentiable()) {
      record.add(new Applied(op, operands, result));
    }
    return result;
  }

  private static double operations(Op op, Shape x, Shape y) {
    return switch (op) {
      case Op.MatMul product ->
          2.0 * y.count() * (product.transposeLeft() ? x.rows() : x.columns());
      case Op.Slice it -> 0;
      case Op.Pad it -> 0;
      case Op.Shift it -> 0;
      case Op.Concat it -> 0;
      case Op.Reshape it -> 0;
      case Op.Transpose it -> 0;
      case Op.SwapLeading it -> 0;
      case Op.Gather it -> 0;
      case Op.StopGradient it -> 0;
      case Op.BroadcastTo it -> 0;
      case Op.SumTo it -> x.count();
      case Op.MaxLast it -> x.count();
      case Op.CrossEntropy it -> x.count();
      case Op.ScatterAdd it -> x.count();
      default -> y.count();
    };
  }

  private DryTensor own(Tensor tensor) {
    if (tensor instanceof DryTensor operand && operand.tape() == this) {
      return operand;
    }
    throw new ShapeException(
        "[estimate] expected operands of one tape but got a tensor of another engine");
  }

  /**
   * Traverses the record in reverse from one scalar, as {@link Tape#backward(Tensor)} does.
   *
   * @param scalar the scalar to differentiate
   */
  public void backward(Tensor scalar) {
    DryTensor start = own(scalar);
    accumulate(start, result(start.shape(), false));
    recording = false;
    for (int i = record.size() - 1; i >= 0; i--) {
      switch (record.get(i)) {
        case Called called -> called.function().backward();
        case Applied applied -> applyGradient(applied);
      }
    }
    recording = true;
    record.clear();
  }

  private void applyGradient(Applied step) {
    DryTensor d = step.result().gradient();
    if (d == null) {
      return;
    }
    if (step.op() instanceof Op.MatMul product && !product.transposeLeft()) {
      productGradient(product, step, d);
      return;
    }
    if (step.op() instanceof Op.Slice) {
      DryTensor x = own(step.operands().getFirst());
      if (x.differentiable()) {
        x.gradientTarget();
        operations += d.shape().count();
      }
      return;
    }
    @Nullable Tensor[] gradients = Gradients.of(step.op(), step.operands(), step.result(), d);
    for (int i = 0; i < gradients.length; i++) {
      Tensor gradient = gradients[i];
      if (gradient != null) {
        accumulate(own(step.operands().get(i)), own(gradient));
      }
    }
  }

  private void productGradient(Op.MatMul product, Applied step, DryTensor d) {
    DryTensor a = own(step.operands().get(0));
    DryTensor b = own(step.operands().get(1));
    if (a.differentiable()) {
      Tensor da = product.transposeRight() ? d.matmul(b) : d.matmulTransposed(b);
      accumulate(a, own(da.apply(new Op.Reshape(a.shape()))));
    }
    if (b.differentiable()) {
      operations += 2.0 * d.shape().count() * a.shape().columns();
      packs(a.shape().rows(), product.transposeRight() ? a.shape().columns() : d.shape().columns());
      b.gradientTarget();
    }
  }

  /**
   * Adds to the gradient of a tensor.
   *
   * @param operand the tensor; nothing happens if no gradient flows into it
   * @param gradient the gradient to add
   */
  public void accumulate(DryTensor operand, DryTensor gradient) {
    if (!operand.differentiable()) {
      return;
    }
    if (operand.gradient() == null) {
      operand.setGradient(gradient, false);
      return;
    }
    operations += gradient.shape().count();
    if (!operand.ownsGradient()) {
      operand.setGradient(result(operand.shape(), false), true);
    }
  }
}

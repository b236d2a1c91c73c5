package dev.comporta.tensor;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The eager engine: computes every operation immediately on a backend and records it, so that
 * {@link #backward} can traverse the record in reverse. Values and gradients are stored in a {@link
 * Workspace}; after {@link #reset} the tensors of this tape must no longer be used. A tape must be
 * used by one thread only, which may share work with others through {@link Workers}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Tape {
  private final TensorBackend backend;
  private final Workers workers;
  private final Workspace workspace;
  private final Evaluator evaluator;
  private final List<Step> record = new ArrayList<>();
  private boolean recording;

  /**
   * Creates a tape with its own workspace.
   *
   * @param backend computes the primitives
   * @param workers the threads that share large operations
   */
  public Tape(TensorBackend backend, Workers workers) {
    this(backend, workers, new Workspace());
  }

  /**
   * Creates a tape that takes the same pieces of a workspace as any other and counts operations,
   * but has no storage and computes no values: all values read as zeros. It tells what a step needs
   * before anything is allocated. Whatever reads or writes the storage of tensors itself asks
   * {@link #computes} first; its {@link #workers} run no task.
   *
   * @param backend the backend whose memory is counted
   * @param threads the number of threads that would share the work
   * @return a new tape
   */
  public static Tape counting(TensorBackend backend, int threads) {
    return new Tape(
        backend, new CountingWorkers(threads), Workspace.counting(), new Tally(backend, threads));
  }

  /**
   * Creates a tape over a workspace.
   *
   * @param backend computes the primitives
   * @param workers the threads that share large operations
   * @param workspace holds values and gradients; used by this tape only
   */
  public Tape(TensorBackend backend, Workers workers, Workspace workspace) {
    this(backend, workers, workspace, new Evaluator(backend, workers));
  }

  private Tape(TensorBackend backend, Workers workers, Workspace workspace, Evaluator evaluator) {
    this.backend = backend;
    this.workers = workers;
    this.workspace = workspace;
    this.evaluator = evaluator;
    this.recording = true;
  }

  /** An entry of the record. */
  private sealed interface Step {}

  private record Applied(Op op, List<Tensor> operands, TapeTensor result) implements Step {}

  private record Called(Function function) implements Step {}

  /**
   * An operation with a custom gradient, such as a whole sequence computed by a plan. It is called
   * after all operations that use its results.
   */
  @API(status = API.Status.EXPERIMENTAL)
  @FunctionalInterface
  public interface Function {
    /**
     * Propagates the gradient: reads the gradients of the function's results ({@link
     * TapeTensor#gradient}) and adds to those of its operands ({@link Tape#accumulate} or {@link
     * TapeTensor#gradientTarget}).
     */
    void backward();
  }

  /**
   * The backend that computes the primitives.
   *
   * @return the backend, shared and stateless
   */
  public TensorBackend backend() {
    return backend;
  }

  /**
   * The threads that share large operations.
   *
   * @return the workers
   */
  public Workers workers() {
    return workers;
  }

  /**
   * Whether the tensors of this tape have storage.
   *
   * @return false for a tape that only {@linkplain #counting counts}
   */
  public boolean computes() {
    return !(evaluator instanceof Tally);
  }

  /**
   * What a {@linkplain #counting counting} tape has counted so far.
   *
   * @return the tally
   * @throws IllegalStateException if this tape computes
   */
  public Tally tally() {
    if (evaluator instanceof Tally tally) {
      return tally;
    }
    throw new IllegalStateException("this tape computes");
  }

  /**
   * Room for a right operand of products, outside the workspace.
   *
   * @param k the rows of the operand
   * @param n the columns of the operand
   * @return a matrix of the backend, without storage if this tape only counts
   */
  public PackedMatrix packed(int k, int n) {
    return computes()
        ? backend.packed(k, n)
        : new OutlinedMatrix(k, n, backend.packedCapacity(k, n));
  }

  /** A packed matrix without storage. */
  private record OutlinedMatrix(int k, int n, long capacity) implements PackedMatrix {}

  /**
   * The storage of values and gradients.
   *
   * @return this tape's own workspace
   */
  public Workspace workspace() {
    return workspace;
  }

  /**
   * Sets whether operations are recorded for {@link #backward}.
   *
   * @param on false to compute values only
   */
  public void setRecording(boolean on) {
    this.recording = on;
  }

  /**
   * Whether operations are recorded.
   *
   * @return true unless switched off
   */
  public boolean recording() {
    return recording;
  }

  /** Clears the record and releases the workspace. */
  public void reset() {
    evaluator.packed().forget();
    record.clear();
    workspace.reset();
  }

  /**
   * Lets products of few rows with parameters cache the packed parameters until the next reset.
   * Intended for repeated forward passes, such as decoding token by token.
   *
   * @param parameters the storage of all parameters
   * @param version the version of the parameters, 0 or more, which must change whenever a value
   *     changes
   */
  public void packOnce(float[] parameters, long version) {
    evaluator.packed().at(parameters, version);
  }

  /**
   * A constant over existing storage, which is not copied.
   *
   * @param shape its shape
   * @param data the storage
   * @param offset where it starts
   * @return the tensor; no gradient flows into it
   */
  public TapeTensor constant(Shape shape, float[] data, int offset) {
    requireRoom(shape, data, offset);
    return new TapeTensor(this, shape, data, offset, false);
  }

  /**
   * A variable over existing storage, such as a parameter.
   *
   * @param shape its shape
   * @param data its values, not copied
   * @param offset where they start
   * @param gradient where {@link #backward} adds its gradient
   * @param gradientOffset where that starts
   * @return the tensor
   */
  public TapeTensor variable(
      Shape shape, float[] data, int offset, float[] gradient, int gradientOffset) {
    requireRoom(shape, data, offset);
    requireRoom(shape, gradient, gradientOffset);
    TapeTensor tensor = new TapeTensor(this, shape, data, offset, true);
    tensor.addGradientsTo(gradient, gradientOffset);
    return tensor;
  }

  /**
   * A variable whose gradient lives in the workspace until the next reset.
   *
   * @param shape its shape
   * @param data its values, not copied
   * @return the tensor
   */
  public TapeTensor variable(Shape shape, float[] data) {
    requireRoom(shape, data, 0);
    return new TapeTensor(this, shape, data, 0, true);
  }

  /**
   * Allocates a result in the workspace; its values are not initialised.
   *
   * @param shape its shape
   * @param differentiable whether a gradient may flow into it
   * @return the tensor
   */
  public TapeTensor result(Shape shape, boolean differentiable) {
    int offset = workspace.take(shape.count());
    return new TapeTensor(this, shape, workspace.array(), offset, differentiable && recording);
  }

  /**
   * A result over existing storage, which is not copied.
   *
   * @param shape its shape
   * @param data the storage
   * @param offset where it starts
   * @return the tensor; a gradient flows into it while recording
   */
  public TapeTensor view(Shape shape, float[] data, int offset) {
    requireRoom(shape, data, offset);
    return new TapeTensor(this, shape, data, offset, recording);
  }

  /**
   * A constant of one value.
   *
   * @param shape its shape
   * @param value the value of every element
   * @return the tensor
   */
  public TapeTensor filled(Shape shape, float value) {
    TapeTensor tensor = result(shape, false);
    if (computes()) {
      Arrays.fill(tensor.data(), tensor.offset(), tensor.offset() + shape.count(), value);
    }
    return tensor;
  }

  /**
   * Records an operation with a custom gradient.
   *
   * @param function called in reverse order by {@link #backward}
   */
  public void record(Function function) {
    if (recording) {
      record.add(new Called(function));
    }
  }

  TapeTensor apply(Op op, TapeTensor first, Tensor... others) {
    List<Tensor> operands = new ArrayList<>(1 + others.length);
    operands.add(first);
    boolean differentiable = first.differentiable();
    List<Shape> shapes = new ArrayList<>(1 + others.length);
    shapes.add(first.shape());
    for (Tensor other : others) {
      TapeTensor operand = own(other);
      operands.add(operand);
      shapes.add(operand.shape());
      differentiable |= operand.differentiable();
    }
    if (op instanceof Op.StopGradient) {
      return first.as(first.shape(), false);
    }
    Shape shape = op.resultShape(shapes);
    TapeTensor result;
    if (op instanceof Op.Reshape) {
      result = first.as(shape, differentiable && recording);
    } else {
      result = result(shape, differentiable);
      evaluator.evaluate(op, operands, result);
    }
    if (result.differentiable()) {
      record.add(new Applied(op, operands, result));
    }
    return result;
  }

  private TapeTensor own(Tensor tensor) {
    if (tensor instanceof TapeTensor operand && operand.tape() == this) {
      return operand;
    }
    throw new ShapeException(
        "[tape] expected operands of one tape but got a tensor of another engine; was it kept from an earlier step?");
  }

  /**
   * Backpropagates from a scalar and adds to the gradient of every variable.
   *
   * @param result the scalar to differentiate
   * @throws ShapeException if it has more than one element
   */
  public void backward(Tensor result) {
    TapeTensor scalar = own(result);
    if (scalar.shape().count() != 1) {
      throw new ShapeException(
          "[backward] expected a scalar but got " + scalar.shape() + "; sum it first");
    }
    backward(result, filled(scalar.shape(), 1));
  }

  /**
   * Backpropagates from a tensor with a given cotangent.
   *
   * @param result the tensor to differentiate
   * @param cotangent the cotangent, of the same shape
   */
  public void backward(Tensor result, Tensor cotangent) {
    accumulate(own(result), own(cotangent));
    walkBack();
  }

  /** Backpropagates from the cotangents accumulated so far. */
  public void walkBack() {
    boolean before = recording;
    recording = false;
    try {
      for (int i = record.size() - 1; i >= 0; i--) {
        switch (record.get(i)) {
          case Called called -> called.function().backward();
          case Applied applied -> {
            applyGradient(applied);
            applied.result().gradientWasRead();
          }
        }
      }
    } finally {
      recording = before;
      record.clear();
    }
  }

  private void applyGradient(Applied step) {
    TapeTensor d = step.result().gradient();
    if (d == null) {
      return;
    }
    if (step.op() instanceof Op.MatMul product && !product.transposeLeft()) {
      productGradient(product, step, d);
      return;
    }
    if (step.op() instanceof Op.Slice slice) {
      sliceGradient(slice, step, d);
      return;
    }
    @Nullable Tensor[] gradients = Gradients.of(step.op(), step.operands(), step.result(), d);
    for (int i = 0; i < gradients.length; i++) {
      Tensor gradient = gradients[i];
      TapeTensor operand = (TapeTensor) step.operands().get(i);
      if (gradient != null && operand.differentiable()) {
        add(operand, own(gradient));
      }
    }
  }

  /**
   * As in {@link Gradients}, but adds weight gradients in place and skips those that are not
   * needed.
   */
  private void productGradient(Op.MatMul product, Applied step, TapeTensor d) {
    TapeTensor a = (TapeTensor) step.operands().get(0);
    TapeTensor b = (TapeTensor) step.operands().get(1);
    if (a.differentiable()) {
      Tensor da = product.transposeRight() ? d.matmul(b) : d.matmulTransposed(b);
      add(a, own(da.apply(new Op.Reshape(a.shape()))));
    }
    if (b.differentiable()) {
      TapeTensor target = b.gradientTarget();
      if (product.transposeRight()) {
        evaluator.product(true, false, d, a, target, true);
      } else {
        evaluator.product(true, false, a, d, target, true);
      }
    }
  }

  /** As in {@link Gradients}, but in place, because a chunk has as many slices as timesteps. */
  private void sliceGradient(Op.Slice slice, Applied step, TapeTensor d) {
    TapeTensor x = (TapeTensor) step.operands().getFirst();
    if (x.differentiable()) {
      evaluator.addBlock(d, slice.axis(), x.gradientTarget(), slice.from());
    }
  }

  /**
   * Adds to the gradient of a tensor.
   *
   * @param operand the tensor; nothing happens if no gradient flows into it
   * @param gradient the gradient to add, of the same shape
   */
  public void accumulate(TapeTensor operand, TapeTensor gradient) {
    gradient.keepForCaller();
    add(operand, gradient);
  }

  private void add(TapeTensor operand, TapeTensor gradient) {
    if (!operand.differentiable()) {
      return;
    }
    if (!operand.shape().equals(gradient.shape())) {
      throw new ShapeException(
          formatted(
              "[backward] expected a gradient of %s but got %s",
              operand.shape(), gradient.shape()));
    }
    operand.addGradient(gradient, evaluator);
  }

  private void requireRoom(Shape shape, float[] data, int offset) {
    if (!computes()) {
      return;
    }
    if (offset < 0 || (long) offset + shape.count() > data.length) {
      throw new ShapeException(
          formatted(
              "[tensor] expected storage for %d values of %s from offset %d but the array has %d",
              shape.count(), shape, offset, data.length));
    }
  }
}

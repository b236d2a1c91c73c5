package dev.comporta.tensor;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Counts operations where an {@link Evaluator} computes them. A multiply-add counts as two
 * operations and an element-wise function as one per element; moving values does not count.
 */
@API(status = API.Status.INTERNAL)
public final class Tally extends Evaluator {
  private final TensorBackend backend;
  private double operations;
  private long scratch;

  Tally(TensorBackend backend) {
    super(backend, Workers.ALONE);
    this.backend = backend;
  }

  /**
   * The floating-point operations so far.
   *
   * @return a count
   */
  public double operations() {
    return operations;
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
   * Counts operations that run outside the tape's own.
   *
   * @param count the number of floating-point operations
   */
  public void add(double count) {
    operations += count;
  }

  @Override
  void evaluate(Op op, List<Tensor> operands, TapeTensor y) {
    Shape x = operands.getFirst().shape();
    if (op instanceof Op.MatMul product) {
      count(y.shape(), product.transposeLeft() ? x.rows() : x.columns());
    } else {
      operations += operations(op, x, y.shape());
    }
  }

  @Override
  void product(
      boolean transposeA,
      boolean transposeB,
      TapeTensor a,
      TapeTensor b,
      TapeTensor c,
      boolean accumulate) {
    count(c.shape(), transposeA ? a.shape().rows() : a.shape().columns());
  }

  private void count(Shape y, int inner) {
    operations += 2.0 * y.count() * inner;
    scratch = Math.max(scratch, backend.productCapacity(inner, y.columns()));
  }

  @Override
  void add(TapeTensor a, TapeTensor b, TapeTensor sum) {
    operations += sum.shape().count();
  }

  @Override
  void addBlock(TapeTensor x, int axis, TapeTensor y, int from) {
    operations += x.shape().count();
  }

  private static double operations(Op op, Shape x, Shape y) {
    return switch (op) {
      case Op.MatMul _ -> throw new IllegalStateException("a product is counted by its sizes");
      case Op.Slice _,
          Op.Pad _,
          Op.Shift _,
          Op.Concat _,
          Op.Reshape _,
          Op.Transpose _,
          Op.SwapLeading _,
          Op.Gather _,
          Op.GatherColumns _,
          Op.StopGradient _,
          Op.BroadcastTo _ ->
          0;
      case Op.SumTo _, Op.MaxLast _, Op.CrossEntropy _, Op.ScatterAdd _, Op.ScatterColumns _ ->
          x.count();
      case Op.Unary _,
          Op.Affine _,
          Op.Binary _,
          Op.Softmax _,
          Op.LogSoftmax _,
          Op.CumulativeSum _,
          Op.CrossEntropyGradient _,
          Op.Select _ ->
          y.count();
    };
  }
}

package dev.comporta.tensor;

import dev.comporta.api.tensor.MatrixProduct;
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
  private final int threads;
  private double operations;
  private long shared;
  private long ofThreads;
  private long ofTasks;

  Tally(TensorBackend backend, int threads) {
    super(backend, Workers.ALONE);
    this.backend = backend;
    this.threads = threads;
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
   * The scratch memory of the largest products, which is not part of the workspace.
   *
   * @return floats
   */
  public long scratch() {
    return shared + ofThreads + ofTasks;
  }

  /**
   * Counts operations that run outside the tape's own.
   *
   * @param count the number of floating-point operations
   */
  public void add(double count) {
    operations += count;
  }

  /**
   * Counts the scratch memory of a product that the threads share.
   *
   * @param product its sizes
   */
  public void pack(MatrixProduct product) {
    shared = Math.max(shared, backend.productCapacity(product, threads));
    ofThreads = Math.max(ofThreads, backend.threadCapacity(product, threads));
  }

  /**
   * Counts the scratch memory of products of which each thread computes its own.
   *
   * @param product the sizes of one
   */
  public void packInTasks(MatrixProduct product) {
    ofTasks = Math.max(ofTasks, threads * backend.threadCapacity(product, 1));
  }

  @Override
  void evaluate(Op op, List<Tensor> operands, TapeTensor y) {
    Shape x = operands.getFirst().shape();
    if (op instanceof Op.MatMul product) {
      count(
          y.shape(),
          product.transposeLeft() ? x.rows() : x.columns(),
          product.transposeLeft(),
          product.transposeRight());
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
    int inner = transposeA ? a.shape().rows() : a.shape().columns();
    count(c.shape(), inner, transposeA, transposeB);
  }

  private void count(Shape y, int inner, boolean transposeA, boolean transposeB) {
    operations += 2.0 * y.count() * inner;
    pack(MatrixProduct.dense(y.rows(), y.columns(), inner, transposeA, transposeB, false));
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

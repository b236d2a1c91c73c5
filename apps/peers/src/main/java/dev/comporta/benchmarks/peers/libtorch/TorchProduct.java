package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;

/**
 * A matrix product into a resident tensor. The executions of a sample are a loop inside libtorch,
 * so that the overhead of calls from Java is not measured.
 */
final class TorchProduct implements Run {

  private final PtNDManager manager;
  private final TorchProgram program;
  private final NDArray product;
  private final IValue left;
  private final IValue right;
  private final IValue into;

  TorchProduct(PtNDManager manager, Problem problem, Workload.Product w) {
    this.manager = manager;
    program = new TorchProgram(manager, TorchPrograms.product());
    left =
        IValue.from((PtNDArray) manager.create(problem.inputs(), new Shape(w.rows(), w.inner())));
    right =
        IValue.from(
            (PtNDArray)
                manager.create(problem.parameter("right"), new Shape(w.inner(), w.columns())));
    product = manager.zeros(new Shape(w.rows(), w.columns()));
    into = IValue.from((PtNDArray) product);
  }

  @Override
  public void execute() {
    multiply(1);
  }

  @Override
  public double[] time(int samples, int executions) {
    double[] nanos = new double[samples];
    for (int i = 0; i < samples; i++) {
      long start = System.nanoTime();
      multiply(executions);
      nanos[i] = (double) (System.nanoTime() - start) / executions;
    }
    return nanos;
  }

  private void multiply(long repetitions) {
    try (IValue count = IValue.from(repetitions);
        IValue result = program.call("multiply", left, right, into, count)) {
      result.getHandle();
    }
  }

  @Override
  public float[] result() {
    return product.toFloatArray();
  }

  @Override
  public void close() {
    left.close();
    right.close();
    into.close();
    program.close();
    manager.close();
  }
}

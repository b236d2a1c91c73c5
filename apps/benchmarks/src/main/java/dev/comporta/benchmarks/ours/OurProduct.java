package dev.comporta.benchmarks.ours;

import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;

/** A matrix product with the backend's primitives, into a resident array. */
final class OurProduct implements Run {
  private final TensorBackend backend;
  private final float[] product;
  private final Runnable multiply;

  OurProduct(Problem problem, Workload.Product w, TensorBackend backend, Workers workers) {
    this.backend = backend;
    product = new float[w.rows() * w.columns()];
    float[] left = problem.inputs();
    float[] right = problem.parameter("right");
    multiply = w.packed() ? packed(w, left, right) : plain(w, left, right, workers);
  }

  private Runnable plain(Workload.Product w, float[] left, float[] right, Workers workers) {
    MatrixProduct sizes =
        MatrixProduct.dense(w.rows(), w.columns(), w.inner(), false, false, false);
    return () -> backend.multiply(sizes, left, 0, right, 0, product, 0, workers);
  }

  private Runnable packed(Workload.Product w, float[] left, float[] right) {
    PackedMatrix matrix = backend.packed(w.inner(), w.columns());
    backend.pack(matrix, false, right, 0, w.columns());
    return () ->
        backend.multiplyPacked(
            false,
            false,
            w.rows(),
            left,
            0,
            w.inner(),
            matrix,
            null,
            0,
            false,
            product,
            0,
            w.columns());
  }

  @Override
  public void execute() {
    multiply.run();
  }

  @Override
  public float[] result() {
    return product.clone();
  }

  @Override
  public void close() {}
}

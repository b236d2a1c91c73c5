/** The computation of tensors: backends, the automatic differentiation tape and random numbers. */
module dev.comporta.tensor {
  requires transitive dev.comporta.api;
  requires jdk.incubator.vector;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.tensor;

  provides dev.comporta.api.tensor.TensorBackendProvider with
      dev.comporta.tensor.reference.ReferenceBackendProvider,
      dev.comporta.tensor.simd.SimdBackendProvider;
}

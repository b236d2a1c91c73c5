package dev.comporta.benchmarks.kernels;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import java.util.SplittableRandom;

/** Set-up shared by the kernel benchmarks. */
final class Backends {
  private Backends() {}

  static TensorBackend named(String name) {
    return Catalog.load().backend(name);
  }

  /** Uniform random numbers between -1 and 1. */
  static float[] uniform(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }
}

package dev.comporta.api.training;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.RandomSource;
import org.apiguardian.api.API;

/** How a parameter starts. */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface Initializer {
  /**
   * Fills a parameter.
   *
   * @param spec its shape and fans
   * @param values the storage
   * @param offset where the parameter starts
   * @param random a stream of its own
   */
  void fill(ParameterSpec spec, float[] values, int offset, RandomSource random);
}

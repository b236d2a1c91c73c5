package dev.comporta.api.training;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.RandomSource;
import org.apiguardian.api.API;

/** Computes the initial values of a parameter. */
@API(status = API.Status.STABLE)
@FunctionalInterface
public interface Initializer {
  /**
   * Fills a parameter with its initial values.
   *
   * @param spec the parameter's shape, fan-in and fan-out
   * @param values the storage, written from {@code offset}
   * @param offset where the parameter starts
   * @param random a random stream for this parameter only
   */
  void fill(ParameterSpec spec, float[] values, int offset, RandomSource random);
}

package dev.comporta.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cached packed parameters give the same bits as products that pack, and never use stale values.
 */
class PackedParametersTest {
  private final SplittableRandom random = new SplittableRandom(7);

  private float[] drawn(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble() - 0.5f;
    }
    return values;
  }

  private static float[] product(
      TensorBackend backend,
      float[] a,
      float[] parameters,
      int m,
      int k,
      int n,
      boolean transposed,
      Tape tape) {
    Shape shape = transposed ? Shape.of(n, k) : Shape.of(k, n);
    TapeTensor left = tape.constant(Shape.of(m, k), a, 0);
    TapeTensor right = tape.constant(shape, parameters, 3);
    return (transposed ? left.matmulTransposed(right) : left.matmul(right)).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 5, 3, false",
    "1, 40, 1100, false",
    "32, 17, 513, true",
    "8, 64, 512, true",
    "129, 9, 5, false"
  })
  void theBitsAreThoseOfPlainProducts(int m, int k, int n, boolean transposed) {
    for (TensorBackend backend : Engines.backends().toList()) {
      float[] a = drawn(m * k);
      float[] parameters = drawn(3 + k * n);
      Tape plain = new Tape(backend, Workers.ALONE);
      try (WorkerPool workers = new WorkerPool(2)) {
        Tape packing = new Tape(backend, workers);
        for (long version = 0; version < 3; version++) {
          float[] expected = product(backend, a, parameters, m, k, n, transposed, plain);
          for (int call = 0; call < 2; call++) {
            packing.reset();
            packing.packOnce(parameters, version);
            assertThat(product(backend, a, parameters, m, k, n, transposed, packing))
                .as("%s version %d", backend.name(), version)
                .isEqualTo(expected);
          }
          for (int i = 0; i < parameters.length; i++) {
            parameters[i] = -2 * parameters[i];
          }
          packing.reset(); // from here on the version is unknown
          assertThat(product(backend, a, parameters, m, k, n, transposed, packing))
              .isEqualTo(product(backend, a, parameters, m, k, n, transposed, plain));
        }
        float[] others = Arrays.copyOf(parameters, parameters.length);
        others[3] += 1;
        packing.reset();
        packing.packOnce(others, 0);
        assertThat(product(backend, a, others, m, k, n, transposed, packing))
            .isEqualTo(product(backend, a, others, m, k, n, transposed, plain));
      }
    }
  }
}

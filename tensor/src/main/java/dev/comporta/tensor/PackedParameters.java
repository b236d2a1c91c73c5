package dev.comporta.tensor;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.HashMap;
import java.util.Map;

/**
 * A cache of packed parameters that are right operands of products, one per version of the
 * parameters. Decoding token by token multiplies few rows by the same matrices many times, where
 * packing for each call would cost more than the product. The bits are the same as without the
 * cache.
 */
final class PackedParameters {
  /**
   * Products of more rows are not cached: packing costs little there, and the cache costs memory.
   */
  private static final int MOST_ROWS = 128;

  private static final long NONE = -1;

  private final TensorBackend backend;
  private final Map<Place, Kept> kept = new HashMap<>();
  private float[] storage = new float[0];
  private long version = NONE;

  PackedParameters(TensorBackend backend) {
    this.backend = backend;
  }

  private record Place(int offset, int k, int n, boolean transposed) {}

  /** A matrix, with the version of its values. */
  private static final class Kept {
    final PackedMatrix matrix;
    long version = NONE;

    Kept(PackedMatrix matrix) {
      this.matrix = matrix;
    }
  }

  /** Sets the storage of the parameters and their version, until {@link #forget}. */
  void at(float[] values, long now) {
    if (storage != values) {
      kept.clear();
    }
    storage = values;
    version = now;
  }

  /** Clears the storage set by {@link #at}; the packed matrices keep their memory. */
  void forget() {
    version = NONE;
  }

  /**
   * Computes {@code C [m, n] = A [m, k] x op(B)} if B is a parameter and A has few rows.
   *
   * @return whether the product was computed
   */
  boolean multiply(
      int m, TapeTensor a, TapeTensor b, boolean transposed, TapeTensor c, Workers workers) {
    if (version == NONE || b.data() != storage || m > MOST_ROWS) {
      return false;
    }
    int k = a.shape().columns();
    int n = c.shape().columns();
    backend.multiplyPacked(
        false,
        false,
        m,
        a.data(),
        a.offset(),
        k,
        matrix(new Place(b.offset(), k, n, transposed)),
        null,
        0,
        false,
        c.data(),
        c.offset(),
        n,
        workers);
    return true;
  }

  private PackedMatrix matrix(Place place) {
    Kept at = kept.computeIfAbsent(place, it -> new Kept(backend.packed(it.k(), it.n())));
    if (at.version != version) {
      int stride = place.transposed() ? place.k() : place.n();
      backend.pack(at.matrix, place.transposed(), storage, place.offset(), stride);
      at.version = version;
    }
    return at.matrix;
  }
}

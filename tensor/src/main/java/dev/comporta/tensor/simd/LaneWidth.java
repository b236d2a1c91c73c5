package dev.comporta.tensor.simd;

import java.util.List;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The width of this process's vectors: what the user forces, or the widest that the machine has and
 * the kernels know.
 */
final class LaneWidth {
  /** The property that forces a width in bits. */
  static final String PROPERTY = "comporta.simd.bits";

  private static final List<Integer> KNOWN = List.of(128, 256, 512);

  private LaneWidth() {}

  /** What keeps the kernels from running here, if anything. */
  static Optional<String> problem() {
    return problem(System.getProperty(PROPERTY), FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  /**
   * As the other, for any machine. A width that the machine lacks is refused, because the Vector
   * API would carry it out object by object, some thirty times slower.
   *
   * @param forced what the user asks for, or null
   * @param widest the bits of the widest vectors that the JVM offers here
   */
  static Optional<String> problem(@Nullable String forced, int widest) {
    if (widest < KNOWN.getFirst()) {
      return Optional.of(
          "expected vectors of at least 128 bits but this JVM offers %d here; use the backend 'reference'"
              .formatted(widest));
    }
    if (forced == null) {
      return Optional.empty();
    }
    if (KNOWN.stream().noneMatch(bits -> forced.equals(bits.toString()))) {
      return Optional.of(
          "expected %s to be 128, 256 or 512 but got '%s'; leave it out for the machine's own width"
              .formatted(PROPERTY, forced));
    }
    return Integer.parseInt(forced) <= widest
        ? Optional.empty()
        : Optional.of(
            "expected %s to be at most %d, the widest vectors that this JVM offers here, but got %s; leave it out for that width"
                .formatted(PROPERTY, widest, forced));
  }

  /** The width in bits, of which there must be no {@linkplain #problem problem}. */
  static int bits() {
    problem()
        .ifPresent(reason -> {
          throw new IllegalStateException("[simd] " + reason);
        });
    int widest = Math.min(KNOWN.getLast(), FloatVector.SPECIES_PREFERRED.vectorBitSize());
    return Integer.getInteger(PROPERTY, widest);
  }
}

package dev.comporta.tensor.simd;

import static dev.comporta.api.Formatting.formatted;

import java.util.List;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The vector width of this process: the width that the user forces, or the widest that the machine
 * and the kernels support.
 */
final class LaneWidth {
  /** The property that forces a width in bits. */
  static final String PROPERTY = "comporta.simd.bits";

  private static final List<Integer> KNOWN = List.of(128, 256, 512);

  private LaneWidth() {}

  /** The reason why the kernels cannot run here, if any. */
  static Optional<String> problem() {
    return problem(System.getProperty(PROPERTY), FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  /**
   * As {@link #problem()}, for any machine. A width that the machine does not support is rejected,
   * because the Vector API would emulate it with objects, about thirty times slower.
   *
   * @param forced the width that the user forces, or null
   * @param widest the width in bits of the widest vectors that this JVM supports
   */
  static Optional<String> problem(@Nullable String forced, int widest) {
    if (widest < KNOWN.getFirst()) {
      return Optional.of(
          formatted(
              "expected vectors of at least 128 bits but this JVM supports %d; use the backend 'reference'",
              widest));
    }
    if (forced == null) {
      return Optional.empty();
    }
    if (KNOWN.stream().noneMatch(bits -> forced.equals(bits.toString()))) {
      return Optional.of(
          formatted(
              "expected %s to be 128, 256 or 512 but got '%s'; omit it to use the machine's native width",
              PROPERTY, forced));
    }
    return Integer.parseInt(forced) <= widest
        ? Optional.empty()
        : Optional.of(
            formatted(
                "expected %s to be at most %d, the widest vectors that this JVM supports, but got %s; omit it to use that width",
                PROPERTY, widest, forced));
  }

  /** The width in bits; there must be no {@linkplain #problem() problem}. */
  static int bits() {
    problem()
        .ifPresent(reason -> {
          throw new IllegalStateException("[simd] " + reason);
        });
    int widest = Math.min(KNOWN.getLast(), FloatVector.SPECIES_PREFERRED.vectorBitSize());
    return Integer.getInteger(PROPERTY, widest);
  }
}

package dev.comporta.tensor.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The selected width, and the messages for unsupported widths. */
class LaneWidthTest {
  private final @Nullable String before = System.getProperty(LaneWidth.PROPERTY);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(LaneWidth.PROPERTY);
    } else {
      System.setProperty(LaneWidth.PROPERTY, before);
    }
  }

  @Test
  @Tag("lanes")
  void runsTheRequestedWidth() {
    int widest = Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize());
    int expected = before == null ? widest : Integer.parseInt(before);
    assertThat(Lanes.SPECIES.vectorBitSize()).isEqualTo(expected);
    assertThat(Lanes.LENGTH).isEqualTo(expected / 32);
    assertThat(Catalog.load().backend("simd").description())
        .isEqualTo("simd (Vector API, %d bits)".formatted(expected));
  }

  @Test
  void allowsEverySupportedWidth() {
    for (int widest : new int[] {128, 256, 512, 2048}) {
      assertThat(LaneWidth.problem(null, widest)).isEmpty();
      assertThat(LaneWidth.problem("128", widest)).isEmpty();
    }
    assertThat(LaneWidth.problem("256", 256)).isEmpty();
    assertThat(LaneWidth.problem("512", 512)).isEmpty();
  }

  @Test
  void rejectsAnUnsupportedWidth() {
    assertThat(LaneWidth.problem("512", 256))
        .hasValue(
            "expected comporta.simd.bits to be at most 256, the widest vectors that this JVM supports,"
                + " but got 512; omit it to use that width");
  }

  @Test
  void rejectsAnInvalidWidth() {
    for (String forced : new String[] {"", "64", "0256", "wide", "1024"}) {
      assertThat(LaneWidth.problem(forced, 2048))
          .hasValue(
              "expected comporta.simd.bits to be 128, 256 or 512 but got '%s'; omit it to use the machine's native width"
                  .formatted(forced));
    }
  }

  @Test
  void rejectsAJvmWithoutVectors() {
    String expected =
        "expected vectors of at least 128 bits but this JVM supports 64; use the backend"
            + " 'reference'";
    assertThat(LaneWidth.problem(null, 64)).isEqualTo(Optional.of(expected));
    assertThat(LaneWidth.problem("128", 64)).isEqualTo(Optional.of(expected));
  }

  @Test
  void theBackendIsRejectedWithTheReason() {
    System.setProperty(LaneWidth.PROPERTY, "300");
    assertThatThrownBy(() -> Catalog.load().backend("simd"))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "backend 'simd' cannot run: expected comporta.simd.bits to be 128, 256 or 512 but got"
                + " '300'; omit it to use the machine's native width");
    assertThatThrownBy(LaneWidth::bits)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("[simd] expected comporta.simd.bits to be 128, 256 or 512");
  }
}

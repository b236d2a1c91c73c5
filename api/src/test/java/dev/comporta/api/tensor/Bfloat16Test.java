package dev.comporta.api.tensor;

import static dev.comporta.api.tensor.Bfloat16.bfloat16ToFloat;
import static dev.comporta.api.tensor.Bfloat16.floatToBfloat16;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Bfloat16Test {
  private static float rounded(float value) {
    return bfloat16ToFloat(floatToBfloat16(value));
  }

  @Test
  void everyNumberOfSixteenBitsStaysTheSame() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      float value = bfloat16ToFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(floatToBfloat16(value)).as("%x", bits).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void theNearestIsChosenAndOfTwoTheEvenOne() {
    float step = 0x1p-7f; // between 1 and 2
    assertThat(rounded(1 + 0.49f * step)).isEqualTo(1);
    assertThat(rounded(1 + 0.51f * step)).isEqualTo(1 + step);
    assertThat(rounded(1 + 0.5f * step)).isEqualTo(1);
    assertThat(rounded(1 + 1.5f * step)).isEqualTo(1 + 2 * step);
    assertThat(rounded(-1 - 1.5f * step)).isEqualTo(-1 - 2 * step);
  }

  @Test
  void theEndsOfTheRange() {
    assertThat(rounded(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(floatToBfloat16(-0f)).isEqualTo((short) 0x8000);
    assertThat(rounded(Float.NaN)).isNaN();
    assertThat(rounded(Float.intBitsToFloat(0x7f80_0001))).as("a payload in the low half").isNaN();
  }
}

package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarrierTaskTest {
  @Test
  void executorsWithAndWithoutTheVectorApiAreNotMixed() {
    assertThat(BarrierTask.mixed(List.of("simd 256", "simd 256"))).isNull();
    assertThat(BarrierTask.mixed(List.of("simd 256", "simd 256", "reference")))
        .startsWith(
            "[train] expected all executors to compute on one backend but some have 'simd 256' and others 'reference'; give all of them --add-modules jdk.incubator.vector");
  }
}

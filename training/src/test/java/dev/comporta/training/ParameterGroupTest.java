package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterGroupTest {
  @ParameterizedTest
  @CsvSource({
    "layers.0.W,layers.0.W,true",
    "layers.0.W,layers.0.Wx,false",
    "*,layers.0.W,true",
    "*.W,layers.0.W,true",
    "layers.*.W,layers.10.cell.W,true",
    "layers.*.W,layers.10.cell.b,false",
    "*a*b,xaybzb,true",
    "*a*b,xaybzc,false",
    "a**,a,true",
    "a*b,ab,true",
    "a*b,a,false"
  })
  void anAsteriskStandsForAnyCharacters(String pattern, String name, boolean expected) {
    assertThat(ParameterGroup.of(pattern).matches(name)).isEqualTo(expected);
  }

  @Test
  void manyAsterisksTakeNoLonger() {
    String name = "a".repeat(2000);
    assertThat(ParameterGroup.of("*a".repeat(900) + "b").matches(name)).isFalse();
    assertThat(ParameterGroup.of("*".repeat(20_000) + "a").matches(name)).isTrue();
  }
}

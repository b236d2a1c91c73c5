package dev.comporta.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionNumbersTest {
  private static final Spec ADAM = Spec.of("adam");

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.NEGATIVE_INFINITY})
  void aLearningRateIsPositive(double value) {
    OptionReader options = ADAM.with("learning-rate", value).reader();
    assertThatThrownBy(() -> options.positive("learning-rate", 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[adam] option 'learning-rate' expected a number above 0 but got %s", value);
  }

  @Test
  void anInfiniteLearningRateIsRejected() {
    OptionReader options = ADAM.with("learning-rate", Double.POSITIVE_INFINITY).reader();
    assertThatThrownBy(() -> options.positive("learning-rate", 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[adam] option 'learning-rate' expected a finite number above 0 but got Infinity");
  }

  @Test
  void positiveTakesWholeNumbersAndItsDefault() {
    assertThat(ADAM.with("learning-rate", 2).reader().positive("learning-rate", 1)).isEqualTo(2);
    assertThat(ADAM.reader().positive("learning-rate", 0.5)).isEqualTo(0.5);
    assertThatThrownBy(() -> ADAM.with("rate", "fast").reader().positive("rate", 1))
        .hasMessage("[adam] option 'rate' expected a number above 0 but got fast");
  }

  @Test
  void numbersThatFloat32CannotHoldAreRefused() {
    for (double value : new double[] {1e300, 1e39, 1e-300, 1e-40}) {
      assertThatThrownBy(() -> ADAM.with("delta", value).reader().positive("delta", 1))
          .hasMessage(
              "[adam] option 'delta' expected a number above 0 that float32 can hold, 1.2E-38 to 3.4E38, but got "
                  + value);
    }
    assertThatThrownBy(() -> ADAM.with("x", 1e300).reader().real("x", 0, 0, Double.MAX_VALUE))
        .hasMessage(
            "[adam] option 'x' expected a number of 0.0 or more that float32 can hold, up to 3.4028235E38, but got 1.0E300");
  }

  @Test
  void askingWhetherAnOptionIsGivenDoesNotReadIt() {
    OptionReader options = ADAM.with("x", 1).reader();
    assertThat(options.given("x")).isTrue();
    assertThat(options.given("y")).isFalse();
    assertThat(options.known()).isEmpty();
    assertThatThrownBy(options::requireAllRead).hasMessageContaining("'x'");
    options.positive("x", 2);
    assertThat(options.known()).containsExactly("x");
  }

  @Test
  void readsAListOfNumbers() {
    assertThat(ADAM.with("w", List.of(1, 0.5)).reader().reals("w")).containsExactly(1.0, 0.5);
    assertThat(ADAM.reader().reals("w")).isEmpty();
    assertThatThrownBy(() -> ADAM.with("w", List.of(1, "x")).reader().reals("w"))
        .hasMessage("[adam] option 'w' expected a list of numbers but got [1, x]");
    assertThatThrownBy(() -> ADAM.with("w", 1).reader().reals("w"))
        .hasMessage("[adam] option 'w' expected a list of numbers but got 1");
    OptionReader read = ADAM.with("w", List.of(1)).with("rate", 1).reader();
    read.reals("w");
    read.positive("rate", 2);
    read.requireAllRead();
  }

  @Test
  void anOpenRangeNamesOnlyItsLowerEnd() {
    assertThatThrownBy(() -> ADAM.with("x", -1).reader().real("x", 0, 0, Double.MAX_VALUE))
        .hasMessage("[adam] option 'x' expected a number of 0.0 or more but got -1");
    assertThatThrownBy(() -> ADAM.with("x", -1).reader().real("x", 0, 0, 1))
        .hasMessage("[adam] option 'x' expected a number between 0.0 and 1.0 but got -1");
  }

  @Test
  void aMissingOptionNamesTheMisspeltOneThatWasGiven() {
    OptionReader options = Spec.of("recurrent").with("hiden", 3).with("reverse", true).reader();
    assertThatThrownBy(() -> options.size("hidden", 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[recurrent] expected an option 'hidden' but got 'hiden'; did you mean 'hidden'?");
    OptionReader other = Spec.of("recurrent").with("reverse", true).reader();
    assertThatThrownBy(() -> other.size("hidden", 1))
        .hasMessage("[recurrent] expected an option 'hidden'");
  }

  @Test
  void aDescribingReaderRecordsWhatIsRead() {
    OptionReader options =
        OptionReader.describing(Spec.of("x").with("mode", "b"), Map.of("cell", "lstm"));
    assertThat(options.size("hidden", 2)).isEqualTo(2);
    assertThat(options.spec("cell")).isEqualTo(Spec.of("lstm"));
    assertThat(options.choice("mode", "a", List.of("a", "b"))).isEqualTo("b");
    assertThat(options.real("rate", 0.5, 0, 1)).isEqualTo(0.5);
    assertThat(options.described())
        .containsExactly(
            new OptionDescription("hidden", "a whole number of 2 or more", List.of(), null, true),
            new OptionDescription("cell", "a name with options", List.of(), null, true),
            new OptionDescription("mode", "a or b", List.of("a", "b"), "a", false),
            new OptionDescription("rate", "a number from 0.0 to 1.0", List.of(), 0.5, false));
  }
}

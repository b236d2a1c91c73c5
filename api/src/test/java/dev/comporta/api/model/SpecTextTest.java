package dev.comporta.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTextTest {
  @Test
  void namesHaveOptionsOfEveryType() {
    assertThat(SpecText.parse("--optimizer", " adam ")).isEqualTo(Spec.of("adam"));
    assertThat(SpecText.parse("--optimizer", "sgd: momentum = 0.9, nesterov=true"))
        .isEqualTo(Spec.of("sgd").with("momentum", 0.9).with("nesterov", true));
    assertThat(SpecText.parse("--x", "a:b=-3,c=1e-4,d=.5,e=false,f=word-2,g=2.,h=[1,2.5,x]"))
        .isEqualTo(
            Spec.of("a")
                .with("b", -3)
                .with("c", 1e-4)
                .with("d", 0.5)
                .with("e", false)
                .with("f", "word-2")
                .with("g", 2.0)
                .with("h", List.of(1, 2.5, "x")));
    assertThat(SpecText.parse("--schedule", "linear-warmup:length=200,then=(cosine:minimum=1e-4)"))
        .isEqualTo(
            Spec.of("linear-warmup")
                .with("length", 200)
                .with("then", Spec.of("cosine").with("minimum", 1e-4)));
    assertThat(SpecText.parse("--x", "a:b=(c:d=(e))"))
        .isEqualTo(Spec.of("a").with("b", Spec.of("c").with("d", Spec.of("e"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adam",
        "sgd:momentum=0.9,nesterov=true",
        "a:b=(c:d=(e),f=[1,2.5,x]),g=-3,h=1.0E-4",
      })
  void whatIsPrintedIsReadAgain(String text) {
    assertThat(SpecText.print(SpecText.parse("--x", text))).isEqualTo(text);
  }

  @Test
  void semicolonsStandBetweenSpecifications() {
    assertThat(SpecText.parseAll("--groups", "*.b:weight-decay=0; layers.0.*|x:frozen=true"))
        .containsExactly(
            Spec.of("*.b").with("weight-decay", 0), Spec.of("layers.0.*|x").with("frozen", true));
    assertThat(SpecText.parseAll("--groups", "a")).containsExactly(Spec.of("a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|a name at character 1 of '' but got its end",
        "sgd:|the name of an option at character 5 of 'sgd:' but got its end",
        "sgd:momentum|'=' and the value of option 'momentum' at character 13",
        "sgd:momentum=|a value at character 14",
        "sgd:momentum=0.9,|the name of an option at character 18",
        "sgd:=1|the name of an option at character 5 of 'sgd:=1' but got '='",
        "sgd momentum=0.9|nothing more at character 13",
        "a:b=(c|')' at character 7",
        "a:b=[1,2|']' at character 9",
        "a:b=1)|nothing more at character 6",
        "a;b|nothing more at character 2 of 'a;b' but got ';'",
      })
  void whatIsNoSpecificationIsRefusedWithItsPlace(String text, String expected) {
    assertThatThrownBy(() -> SpecText.parse("--optimizer", text))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("--optimizer expected " + expected)
        .hasMessageEndingWith("; write NAME or NAME:option=value,option=value");
  }

  @Test
  void anOptionIsGivenOnce() {
    assertThatThrownBy(() -> SpecText.parse("--optimizer", "sgd:momentum=1,momentum=2"))
        .hasMessage(
            "--optimizer expected each option once but got 'momentum' twice in 'sgd:momentum=1,momentum=2'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b=%s", "a:b=(c:d=%s)"})
  void nestingIsLimited(String start) {
    String brackets = start.formatted("[".repeat(200_000));
    assertThatThrownBy(() -> SpecText.parse("--optimizer", brackets))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith(
            "--optimizer expected specifications and lists at most 24 levels deep but 'a:b=")
        .hasMessageContaining("[[[...' goes deeper at character ");
    String specs = start.formatted("(x:y=".repeat(200_000));
    assertThatThrownBy(() -> SpecText.parse("--optimizer", specs))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("at most 24 levels deep");
  }

  @Test
  void asManyLevelsAsAModelFileHasAreRead() {
    String text = "a:b=" + "[".repeat(23) + "1" + "]".repeat(23);
    assertThat(SpecText.print(SpecText.parse("--x", text))).isEqualTo(text);
    String oneMore = "a:b=" + "[".repeat(24) + "1" + "]".repeat(24);
    assertThatThrownBy(() -> SpecText.parse("--x", oneMore))
        .isInstanceOf(InvalidOptionException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", ".1", "1.", "1e1", " ", "a:b=1,"})
  void longTextIsReadInOnePass(String unit) {
    String text = "a:b=" + unit.repeat(200_000) + "=";
    assertThatThrownBy(() -> SpecText.parse("--x", text))
        .isInstanceOf(InvalidOptionException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2_000));
  }
}

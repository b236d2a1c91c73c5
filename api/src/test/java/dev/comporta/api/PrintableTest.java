package dev.comporta.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
  @ParameterizedTest
  @CsvSource({
    "27, \\u001b",
    "0, \\u0000",
    "7, \\u0007",
    "8, \\u0008",
    "9, \\u0009",
    "10, \\u000a",
    "13, \\u000d",
    "127, \\u007f",
    "133, \\u0085",
    "155, \\u009b",
    "173, \\u00ad",
    "8206, \\u200e",
    "8237, \\u202d",
    "8238, \\u202e",
    "8297, \\u2069",
    "8232, \\u2028",
    "8233, \\u2029",
    "65279, \\ufeff",
    "55357, \\ud83d",
    "917569, \\u{e0041}"
  })
  void whatDisturbsALineIsShownAsItsNumber(int codePoint, String shown) {
    String text = "a" + Character.toString(codePoint) + "b";
    assertThat(Printable.line(text)).isEqualTo("a" + shown + "b");
    assertThat(Printable.isDisturbing(text)).isTrue();
    assertThat(new ComportaException("x" + Character.toString(27) + "[2J"))
        .hasMessage("x\\u001b[2J");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain ASCII ~",
        "não, façade, naïve, e\u0301",
        "\u0645\u0631\u062d\u0628\u0627 \u06dd \u0600\u0661", // Arabic with its visible signs
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", // Persian with a non-joiner
        "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67", // a family
        "\u2764\ufe0f\u200d\ud83d\udd25 \ud83d\udc4d\ud83c\udffd", // variation and skin tone
        "\u0915\u094d\u200d\u0937", // Devanagari
        "\u65e5\u672c\u8a9e \u00a0",
      })
  void readableTextStays(String text) {
    assertThat(Printable.line(text)).isSameAs(text);
    assertThat(Printable.text(text)).isSameAs(text);
    assertThat(Printable.sentence(text)).isEqualTo(text);
  }

  @Test
  void aJoinerThatJoinsNothingIsShown() {
    assertThat(Printable.line("a\u200db \u200d")).isEqualTo("a\\u200db \\u200d");
  }

  @Test
  void textOfSeveralLinesKeepsItsLinesAndTabs() {
    assertThat(Printable.text("a\n\tb\r\nc\u200f\u001b[0m\rd\u009b\u0000"))
        .isEqualTo("a\n\tb\r\nc\u200f\\u001b[0m\\u000dd\\u009b\\u0000");
  }

  @Test
  void aMessageIsOneLineOfBoundedLength() {
    assertThat(Printable.sentence("a \n\n  b\r\nc\td")).isEqualTo("a b c\\u0009d");
    for (String unit : List.of("x", " ", "\n", "\u001b", "\ud83d\udc68", "\ud83d", "a \n")) {
      String message = "[begin] " + unit.repeat(1_000_000) + "; do this";
      String sentence = Printable.sentence(message);
      assertThat(sentence).startsWith("[begin]").endsWith("; do this").doesNotContain("\n");
      assertThat(sentence.length()).isLessThanOrEqualTo(Printable.LONGEST_SENTENCE);
      assertThat(Printable.line(sentence)).isEqualTo(sentence);
    }
    String limit = "x".repeat(Printable.LONGEST_SENTENCE);
    assertThat(Printable.sentence(limit)).isEqualTo(limit);
    assertThat(Printable.sentence(limit + "x")).contains("...").hasSize(limit.length());
  }

  @Test
  void aQuotedValueIsCut() {
    assertThat(Printable.quote("abc")).isEqualTo("abc");
    assertThat(Printable.quote(null)).isEqualTo("null");
    String limit = "x".repeat(Printable.LONGEST_QUOTE);
    assertThat(Printable.quote(limit)).isEqualTo(limit);
    assertThat(Printable.quote(limit + "y")).isEqualTo(limit + "...");
    assertThat(Printable.quote("\ud83d\udc68".repeat(1000)))
        .endsWith("\ud83d\udc68...")
        .hasSize(Printable.LONGEST_QUOTE + 3);
  }

  @Test
  void aNameOfMegabytesIsNotComparedWithTheKnownOnes() {
    String name = "x".repeat(1 << 20);
    assertThat(UnknownNameException.nearest(name, List.of("lstm"))).isEmpty();
    assertThat(new UnknownNameException("cell", name, List.of("gru", "lstm")))
        .hasMessage(
            "unknown cell '%s...': expected one of gru, lstm"
                .formatted("x".repeat(Printable.LONGEST_QUOTE)));
  }
}
